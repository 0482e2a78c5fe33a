import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Cluster } from '../cluster/cluster';

export interface ProcessCost {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** Megabytes. */
  readonly peak: number;
}

/** Runs kubectl to its end, and says what it has needed; its output is thrown away. */
export async function costOfKubectl(cluster: Cluster, args: readonly string[]): Promise<ProcessCost> {
  const start = performance.now();
  const child = spawnKubectl(cluster, args, 'ignore');
  let cost = { cpu: 0, peak: 0 };
  // Only the kernel knows, and only while it runs.
  const timer = setInterval(() => {
    cost = costNow(child.pid ?? 0) ?? cost;
  }, 10);
  const code = await new Promise((done) => child.once('exit', done));
  clearInterval(timer);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${String(code)}`);
  return { wall: (performance.now() - start) / 1000, ...cost };
}

export function spawnKubectl(cluster: Cluster, args: readonly string[], stdout: 'ignore' | 'pipe') {
  const { complete } = cluster.components.about.programs;
  const own = ['kubectl', `--kubeconfig=${cluster.kubeconfig}`, `--cache-dir=${cluster.dir}/kubectl`];
  return spawn(complete, [...own, ...args], { stdio: ['ignore', stdout, 'inherit'] });
}

const TICKS = 100;

function costNow(pid: number): { readonly cpu: number; readonly peak: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (peak === undefined) return undefined;
    return { cpu: (Number(fields[11]) + Number(fields[12])) / TICKS, peak: (Number(peak) * 1024) / 1e6 };
  } catch {
    return undefined; // it has just ended
  }
}
