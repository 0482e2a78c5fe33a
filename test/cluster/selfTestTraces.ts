// What a cluster has on this machine besides its folder; the harness's own test wants none of it after the end.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupFolders } from './cgroups';
import { shimSockets } from './nodeRemoval';
import { attempt, execute } from './processes';
import { readState } from './runFolder';

export interface Traces {
  processes: string[];
  mounts: string[];
  bridges: string[];
  cgroups: string[];
  logLinks: string[];
  shimSockets: string[];
  networkResults: string[];
}

const list = (folder: string) => attempt(() => readdirSync(folder)) ?? [];

/** Call it while the cluster's containers run; the answered function can be called later, too. */
export function tracesOf(dir: string): () => Traces {
  const nodes = readState(dir)?.nodes?.nodes ?? [];
  const sockets = nodes.flatMap(({ name }) => shimSockets(join(dir, name)));
  const own = (text: string | undefined) => text?.includes(`${dir}/`) ?? false;
  return () => ({
    processes: list('/proc').filter(
      (pid) => /^\d+$/.test(pid) && own(attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))),
    ),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter(own),
    bridges: nodes
      .map(({ bridge }) => bridge)
      .filter((bridge) => attempt(() => execute('ip', ['link', 'show', bridge]))),
    cgroups: nodes.flatMap(({ cgroup }) => cgroupFolders(cgroup)),
    logLinks: list('/var/log/containers').filter((name) =>
      own(attempt(() => readlinkSync(join('/var/log/containers', name)))),
    ),
    shimSockets: sockets.filter((socket) => existsSync(socket)),
    networkResults: list('/var/lib/cni/results').filter((name) => nodes.some(({ bridge }) => name.startsWith(bridge))),
  });
}

export const noTraces: Traces = {
  processes: [],
  mounts: [],
  bridges: [],
  cgroups: [],
  logLinks: [],
  shimSockets: [],
  networkResults: [],
};
