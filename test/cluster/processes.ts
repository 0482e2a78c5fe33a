import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { platform } from 'node:os';

export const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

/** What `until` does not wait through: further attempts cannot succeed. */
export class FatalError extends Error {}

/**
 * Asks again and again, also after errors, until the answer is truthy. A `FatalError` ends it at once; when the time
 * (milliseconds) is over, the last error is the cause of the one thrown.
 */
export async function until<T>(what: string, probe: () => T | Promise<T>, timeout = 60_000): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    let problem: unknown;
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) {
      if (error instanceof FatalError) throw error;
      problem = error;
    }
    if (Date.now() > end) {
      const reason = problem instanceof Error ? `: ${problem.message}` : '';
      throw new Error(`${what}: not within ${timeout} ms${reason}`, { cause: problem });
    }
    await sleep(50);
  }
}

/** The moment a process began: with its number it names one process for good. Empty when it has ended. */
export function startOf(pid: number): string {
  try {
    if (platform() !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', `${pid}`], { encoding: 'utf8', stdio: 'pipe' }).trim();
    }
    // The second field is the command in parentheses, which may hold spaces and parentheses itself.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

/** Ports of 127.0.0.1 that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise<void>((done) => server.once('listening', done))));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise<unknown>((done) => server.close(done))));
  return ports;
}

/** Runs a program to its end. What it wrote to stderr is part of the error. */
export function execute(command: string, args: string[], env?: NodeJS.ProcessEnv): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...(env && { env }) });
}

/** For cleaning up, where "already gone" is as good as "done": undefined after an error. */
export function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
