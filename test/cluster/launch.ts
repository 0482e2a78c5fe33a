// Brings up the processes of a cluster in the order in which they need each other.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectOk, type Api } from './apiClient';
import type { Components } from './components';
import {
  apiServerFlags,
  auditPolicy,
  controllerManagerFlags,
  etcdFlags,
  schedulerFlags,
  type ComponentName,
  type ExtraFlags,
} from './controlPlane';
import { certificateUser, writeKubeconfig } from './kubeconfig';
import { fakeNodeLabel } from './kwokStage';
import { startNodes } from './node';
import { provisioner, storageClass } from './nodeStages';
import { execute, freePorts, until } from './processes';
import { stages } from './stages';

interface Files {
  port: number;
  program: string;
  nodeNames: string[];
  pace: 0 | 1;
}

/** What the components and clients of a cluster read. */
export function writeFiles(dir: string, { port, program, nodeNames, pace }: Files): void {
  const users = ['admin/system:masters', ...nodeNames.map((name) => `system:node:${name}/system:nodes`)];
  execute(program, ['pki', join(dir, 'pki'), ...users]);
  writeKubeconfig(join(dir, 'kubeconfig'), { dir, port, user: certificateUser(dir, 'admin') });
  writeFileSync(join(dir, 'audit.json'), JSON.stringify(auditPolicy));
  writeFileSync(join(dir, 'stages.yaml'), stages({ volumes: join(dir, 'volumes'), pace }));
}

/** The parts of a `Cluster` that are needed to bring it up. */
interface Starting {
  dir: string;
  components: Components;
  api: Api;
  ready(): Promise<void>;
}

interface LaunchOptions {
  nodeNames: string[];
  audit: boolean;
  flags: ExtraFlags;
}

/** Resolves when all nodes are Ready. */
export async function launch(cluster: Starting, { nodeNames, audit, flags }: LaunchOptions): Promise<void> {
  const { dir, components, api } = cluster;
  const { port, programs, flavour } = components.about;
  const start = (name: ComponentName, args: string[]) =>
    components.start(name, programs.controlPlane, [name, ...args, ...(flags[name] ?? [])]);
  const [client = 0, peer = 0] = await freePorts(2);
  start('etcd', etcdFlags(dir, { client, peer }));
  start('kube-apiserver', apiServerFlags(dir, { secure: port, etcd: client }, audit));
  await cluster.ready();
  start('kube-controller-manager', controllerManagerFlags(dir));
  start('kube-scheduler', schedulerFlags(dir));
  // kwok also provisions the volumes of the kubelet flavour, where it plays no node.
  const kwokFiles = [`--kubeconfig=${join(dir, 'kubeconfig')}`, `--config=${join(dir, 'stages.yaml')}`];
  components.start('kwok', programs.complete, ['kwok', ...kwokFiles]);
  await Promise.all([
    addStorageClass(api),
    flavour === 'kwok' ? addFakeNodes(api, nodeNames) : startNodes({ dir, components }, nodeNames),
  ]);
  await nodesReady(cluster, nodeNames.length);
}

async function addStorageClass(api: Api): Promise<void> {
  const object = {
    metadata: { name: storageClass, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner,
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  };
  await expectOk(api('POST', '/apis/storage.k8s.io/v1/storageclasses', object), 'storage class');
}

async function addFakeNodes(api: Api, names: string[]): Promise<void> {
  for (const name of names) {
    const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...fakeNodeLabel };
    await expectOk(api('POST', '/api/v1/nodes', { metadata: { name, labels } }), `node ${name}`);
  }
}

interface NodeList {
  items: { status: { conditions?: { type: string; status: string }[] } }[];
}

export async function countNodes(api: Api): Promise<{ ready: number; all: number }> {
  const { items } = await expectOk<NodeList>(api('GET', '/api/v1/nodes'), 'nodes');
  const isReady = ({ status }: NodeList['items'][number]) =>
    status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  return { ready: items.filter(isReady).length, all: items.length };
}

async function nodesReady({ components, api }: Starting, count: number): Promise<void> {
  await until(`${count} nodes Ready`, async () => {
    components.assertRunning();
    return (await countNodes(api)).ready >= count;
  });
}
