// Where clusters keep their files, and how what an earlier run left there is removed.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Components, type RunState } from './components';
import { removeNodes } from './nodeRemoval';
import { attempt, startOf } from './processes';

/** One folder for each user of this machine; it holds the folders of clusters. */
const root = () => join(realpathSync(tmpdir()), `ordinal-test-cluster-${process.getuid?.() ?? userInfo().username}`);

/** The one that the command line works on. */
export const commandLineFolder = () => join(root(), 'cli');

/** An existing folder for a new cluster, after removing what is left of an earlier one there. */
export async function prepareFolder(dir: string | undefined): Promise<string> {
  await removeOrphans();
  if (dir) await removeCluster(dir);
  // In one call, since the end of another cluster removes an empty root.
  const folder = dir ?? join(root(), `run-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return realpathSync(folder);
}

/** Undefined when no cluster was started in `dir`, or it was stopped. */
export function readState(dir: string): RunState | undefined {
  const text = attempt(() => readFileSync(join(dir, 'run.json'), 'utf8'));
  return text === undefined ? undefined : (JSON.parse(text) as RunState);
}

/** Ends all processes of the cluster in `dir`, also of an earlier run, and removes what it left. */
export async function removeCluster(dir: string): Promise<void> {
  const state = readState(dir);
  if (!state) return;
  const folder = realpathSync(dir);
  await new Components(folder, state).stopAll();
  if (state.nodes) await removeNodes(folder, state.nodes);
  rmSync(folder, { recursive: true, force: true });
  attempt(() => rmdirSync(root())); // not when other clusters are there
}

/** Removes the clusters whose harness was killed before it could do so. */
async function removeOrphans(): Promise<void> {
  for (const name of attempt(() => readdirSync(root())) ?? []) {
    const dir = join(root(), name);
    const state = readState(dir);
    if (!state) removeRest(dir);
    if (!state?.owner || startOf(state.owner.pid) === state.owner.started) continue;
    await removeCluster(dir).catch((error: unknown) => {
      if (readState(dir)) throw error; // else another start has just removed it, too
    });
  }
}

/** What is left when the removal itself was killed. A folder that is new belongs to a cluster that is being started. */
function removeRest(dir: string): void {
  const changed = attempt(() => statSync(dir).mtimeMs) ?? Date.now();
  if (Date.now() - changed > 60_000) rmSync(dir, { recursive: true, force: true });
}
