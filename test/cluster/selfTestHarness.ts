// Test harnesses in processes of their own, for what happens to a cluster when its harness ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

export interface Harness {
  /** The folder of its cluster, as soon as that runs; an error when the process ends before. */
  started: Promise<string>;
  /** Sends the signal, waits for the end of the process and answers the signal that ended it, or the exit code. */
  end(signal: NodeJS.Signals): Promise<NodeJS.Signals | number | null>;
}

/** `env` is added to the environment; `TMPDIR` gives the harness a place of its own. */
export function startHarness(flavour: 'kwok' | 'kubelet', env: NodeJS.ProcessEnv = {}): Harness {
  const script = `import { startCluster } from ${JSON.stringify(pathToFileURL(join(here, 'cluster.ts')).href)};
    const cluster = await startCluster({ flavour: ${JSON.stringify(flavour)}, nodes: 1 });
    process.stdout.write(cluster.dir);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let told = '';
  child.stderr.on('data', (data: Buffer) => (told += data.toString()));
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const started = new Promise<string>((done, failed) => {
    child.stdout.once('data', (data: Buffer) => done(data.toString()));
    void ended.then(([code, signal]) => failed(new Error(`The harness ended with ${signal ?? code}: ${told}`)));
  });
  started.catch(() => undefined); // a test that ends the harness early does not ask for it
  return {
    started,
    async end(signal) {
      child.kill(signal);
      const [code, by] = await ended;
      return by ?? code;
    },
  };
}

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command line to its end. */
export async function commandLine(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const child = spawn(process.execPath, ['--import', loader, join(here, 'cli.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (outcome.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (outcome.stderr += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { ...outcome, code };
}
