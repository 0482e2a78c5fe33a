// Real nodes on this machine (Linux, root): for each a containerd and a kubelet with folders, a bridge, a subnet and a
// cgroup of their own, so that several fit on one machine and all of it can be found and removed.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { makeCgroup } from './cgroups';
import type { Components } from './components';
import { busyboxImage, writeArchive } from './images';
import { writeKubeconfig } from './kubeconfig';
import { pauseImage, writeNodeFiles } from './nodeFiles';
import { readTunables, type NodeTraces } from './nodeRemoval';
import { execute, freePorts, until } from './processes';

interface NodeContext {
  dir: string;
  components: Components;
}

export async function startNodes({ dir, components }: NodeContext, names: string[]): Promise<void> {
  const tag = createHash('sha256').update(dir).digest('hex').slice(0, 6);
  const subnets = freeSubnets();
  const nodes = names.map((name, index) => {
    const subnet = subnets[index];
    if (subnet === undefined) throw new Error(`${name}: no network 10.x.y.0/24 is free on this machine.`);
    // An interface's name has at most 15 characters.
    return { name, bridge: `k8s${tag}${index}`, subnet, cgroup: `k8s-${tag}-${index}` };
  });
  components.nodes = { nodes, tunables: readTunables() };
  const registry = await startRegistry(components);
  const archive = join(dir, 'images.tar');
  writeArchive(archive, busyboxImage('sleeper', 'pause'), [pauseImage, 'docker.io/library/busybox:1']);
  await Promise.all(nodes.map((node) => startNode(node, { dir, components, registry, archive })));
}

function freeSubnets(): string[] {
  const taken = execute('ip', ['-4', '-o', 'address']);
  const candidates = Array.from({ length: 200 }, (_, i) => `10.${250 - Math.floor(i / 20)}.${(i % 20) * 10}`);
  return candidates.filter((prefix) => !taken.includes(` ${prefix}.`));
}

/** Answers its HOST:PORT. */
async function startRegistry(components: Components): Promise<string> {
  const [port = 0] = await freePorts(1);
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const program = join(dirname(fileURLToPath(import.meta.url)), 'registry.ts');
  components.start('registry', process.execPath, ['--import', loader, program, `${port}`]);
  const address = `127.0.0.1:${port}`;
  await until('image registry', async () => {
    components.assertRunning();
    return (await fetch(`http://${address}/v2/`)).ok;
  });
  return address;
}

interface StartingNode extends NodeContext {
  registry: string;
  archive: string;
}

async function startNode(node: NodeTraces, { dir, components, registry, archive }: StartingNode): Promise<void> {
  const { name, bridge, subnet, cgroup } = node;
  const { port, programs } = components.about;
  const file = (...parts: string[]) => join(dir, name, ...parts);
  writeNodeFiles(node, { dir, registry });
  // The bridge is there before the first pod: its address is the node's own; kubelet refuses a loopback address.
  execute('ip', ['link', 'add', bridge, 'type', 'bridge']);
  execute('ip', ['address', 'add', `${subnet}.1/24`, 'dev', bridge]);
  execute('ip', ['link', 'set', bridge, 'up']);
  makeCgroup(cgroup);
  const key = (suffix: string) => join(dir, 'pki', `system_node_${name}.${suffix}`);
  const user = { 'client-certificate': key('crt'), 'client-key': key('key') };
  writeKubeconfig(file('kubeconfig'), { dir, port, user });
  components.start(`${name}-containerd`, 'containerd', ['-c', file('containerd.toml')]);
  const ctr = (...args: string[]) => execute('ctr', ['-a', file('cd.sock'), ...args]);
  await until(`containerd of ${name}`, () => {
    components.assertRunning();
    return existsSync(file('cd.sock')) && ctr('version');
  });
  ctr('-n', 'k8s.io', 'images', 'import', archive);
  components.start(`${name}-kubelet`, programs.complete, [
    'kubelet',
    `--config=${file('kubelet.json')}`,
    `--kubeconfig=${file('kubeconfig')}`,
    `--root-dir=${file('kubelet')}`,
    `--cert-dir=${file('pki')}`,
    `--hostname-override=${name}`,
    `--node-ip=${subnet}.1`,
  ]);
}
