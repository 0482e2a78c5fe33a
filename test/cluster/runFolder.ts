// Where clusters keep their files, and how what an earlier run left there is removed.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
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
  mkdirSync(dir ?? root(), { recursive: true, mode: 0o700 });
  return dir ? realpathSync(resolve(dir)) : mkdtempSync(join(root(), 'run-'));
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
}

/** Removes the clusters whose harness was killed before it could do so. */
async function removeOrphans(): Promise<void> {
  if (!existsSync(root())) return;
  for (const name of readdirSync(root())) {
    const dir = join(root(), name);
    const owner = readState(dir)?.owner;
    if (!owner || startOf(owner.pid) === owner.started) continue;
    await removeCluster(dir).catch((error: unknown) => {
      if (readState(dir)) throw error; // else another start has just removed it, too
    });
  }
}
