// Removes every trace that containerd, kubelet and their containers leave on this machine. Works from what was noted when
// the nodes were started, with or without anything of them still running.
import { existsSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupFolders } from './cgroups';
import { attempt, execute, sleep, until } from './processes';

export interface NodeTraces {
  name: string;
  bridge: string;
  /** The first three numbers of a /24. */
  subnet: string;
  cgroup: string;
}

export interface NodeState {
  nodes: NodeTraces[];
  /** Kernel settings as they were before; path below /proc/sys → value. */
  tunables: Record<string, string>;
}

// What kubelet and the bridge plugin change.
const tunables = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
  'net/ipv4/ip_forward',
];

export function readTunables(): Record<string, string> {
  const present = tunables.filter((name) => existsSync(join('/proc/sys', name)));
  return Object.fromEntries(present.map((name) => [name, readFileSync(join('/proc/sys', name), 'utf8')]));
}

/** kubelet and containerd themselves must have ended. */
export async function removeNodes(dir: string, state: NodeState): Promise<void> {
  const sockets = state.nodes.flatMap(({ name }) => shimSockets(join(dir, name)));
  await killContainers(dir, state.nodes);
  for (const socket of sockets) rmSync(socket, { force: true });
  for (const { name } of state.nodes) removeNetworkCache(join(dir, name));
  for (const path of mountsBelow(dir)) attempt(() => execute('umount', ['-l', path]));
  // Removing the folder would remove what is mounted, too.
  const [mounted] = mountsBelow(dir);
  if (mounted !== undefined)
    throw new Error(`${mounted} could not be unmounted: unmount it, then stop the cluster again.`);
  // The other ends of its cables go with the network namespaces.
  for (const { bridge } of state.nodes) attempt(() => execute('ip', ['link', 'delete', bridge]));
  removeLogLinks(dir);
  await removeCgroups(state.nodes);
  for (const [name, value] of Object.entries(state.tunables))
    attempt(() => writeFileSync(join('/proc/sys', name), value));
}

const list = (folder: string) => attempt(() => readdirSync(folder)) ?? [];

/** The sockets of the shims of a node's containers; they lie outside the node's folder. */
export function shimSockets(nodeDir: string): string[] {
  const tasks = join(nodeDir, 'state/io.containerd.runtime.v2.task/k8s.io');
  return list(tasks).flatMap(
    (id) => attempt(() => readFileSync(join(tasks, id, 'address'), 'utf8').replace('unix://', '')) ?? [],
  );
}

async function killContainers(dir: string, nodes: NodeTraces[]): Promise<void> {
  await until('end of the containers', () => {
    const left = [...shims(dir), ...members(nodes)];
    for (const pid of left) attempt(() => process.kill(pid, 'SIGKILL'));
    return left.length === 0;
  });
}

/** A shim is no member of the node's cgroup; its command line names the containerd socket in our folder. */
function shims(dir: string): number[] {
  return list('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      const command = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '';
      return /containerd-shim.*\0-address\0([^\0]*)/.exec(command)?.[1]?.startsWith(`${dir}/`) ?? false;
    })
    .map(Number);
}

function members(nodes: NodeTraces[]): number[] {
  const folders = nodes.flatMap(({ cgroup }) => cgroupFolders(cgroup));
  const lines = folders.flatMap((folder) =>
    (attempt(() => readFileSync(join(folder, 'cgroup.procs'), 'utf8')) ?? '').split('\n'),
  );
  return [...new Set(lines.map(Number).filter((pid) => pid > 0))];
}

/** The CNI library keeps results at a fixed place, in files named network-sandbox-interface. */
function removeNetworkCache(nodeDir: string): void {
  const sandboxes = list(join(nodeDir, 'root/io.containerd.grpc.v1.cri/sandboxes'));
  const cache = '/var/lib/cni/results';
  for (const name of list(cache)) {
    if (sandboxes.some((id) => name.includes(id))) rmSync(join(cache, name), { force: true });
  }
}

/** Deepest first. */
function mountsBelow(dir: string): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const paths = lines.map((line) => line.split(' ')[4] ?? '');
  return paths.filter((path) => path.startsWith(`${dir}/`)).reverse();
}

function removeLogLinks(dir: string): void {
  const logs = '/var/log/containers';
  for (const name of list(logs)) {
    const target = attempt(() => readlinkSync(join(logs, name)));
    if (target?.startsWith(`${dir}/`)) rmSync(join(logs, name), { force: true });
  }
}

/** A cgroup can be removed only some time after its last process has ended. */
async function removeCgroups(nodes: NodeTraces[]): Promise<void> {
  const folders = () => nodes.flatMap(({ cgroup }) => cgroupFolders(cgroup));
  for (let round = 0; round < 20 && folders().length > 0; round++) {
    for (const folder of folders().reverse()) attempt(() => rmdirSync(folder));
    await sleep(50);
  }
}
