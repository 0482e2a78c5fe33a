import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Cluster } from '../cluster/cluster';
import { until } from '../cluster/processes';

/** What the demo finds in the cluster: the workspace's manifests as they were before the upgrades they hold. */
export const WORKSPACE = join('test', 'demo', 'workspace');

/** Ordinal's own field manager: what it applied once, it may change without asking whose fields these are. */
const OURS = 'ordinal';

interface Container {
  image: string;
  args?: string[];
  env?: unknown[];
  readinessProbe?: unknown;
  resources?: unknown;
}

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  spec: {
    replicas?: number;
    serviceName?: string;
    selector?: { matchLabels: Record<string, string> };
    template?: { spec: { containers: Container[]; imagePullSecrets?: unknown; serviceAccountName?: string } };
    volumeClaimTemplates?: { spec: { resources: { requests: { storage: string } } } }[];
  };
}

function read(file: string): Manifest[] {
  const text = readFileSync(join(WORKSPACE, file), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** The workload of a file with another image, and whatever else was different before. */
function before(
  file: string,
  image: string,
  change: (container: Container, manifest: Manifest) => void = () => undefined,
): Manifest[] {
  const manifests = read(file);
  for (const manifest of manifests) {
    const [container] = manifest.spec.template?.spec.containers ?? [];
    if (!container) continue;
    container.image = image;
    change(container, manifest);
  }
  return manifests;
}

const at = (name: string, tag: string): string => `registry.example.com/shop/${name}:${tag}`;

export async function tellStory(cluster: Cluster, log: (line: string) => void): Promise<void> {
  log('filling the cluster: namespaces shop, small (a quota of 1 CPU), tidy (at most 512Mi per container)');
  for (const namespace of ['shop', 'small', 'tidy']) await cluster.namespace(namespace);
  await cluster.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'billing-reader' } }, 'shop');
  await cluster.apply(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'queue-settings' }, data: { level: '3' } },
    'shop',
  );
  await limitNamespaces(cluster);

  const healthy = [
    ...before('1-web.yaml', at('web', '1.0')),
    ...before('2-rolling-deployment.yaml', at('front', '2.0')),
    ...before(
      '3-image-pull.yaml',
      at('orders', '1.0'),
      (_container, { spec }) => delete spec.template?.spec.imagePullSecrets,
    ),
    ...before('5-quota.yaml', at('cache', '1.0'), (container) => (container.resources = { requests: { cpu: '200m' } })),
    ...before('6-readiness.yaml', at('search', '1.0'), (container) => delete container.readinessProbe),
    ...before(
      '7-limit-range.yaml',
      at('reports', '1.0'),
      (container) => (container.resources = { limits: { memory: '256Mi' } }),
    ),
    ...before('8-runtime.yaml', at('queue', '1.0'), (container) => {
      delete container.args;
      delete container.env;
    }),
    ...before('9-deadlock.yaml', at('mail', '1.1')),
    ...before('10-immutable.yaml', at('ledger', '1.0'), (_container, { spec }) => {
      for (const claim of spec.volumeClaimTemplates ?? []) claim.spec.resources.requests.storage = '1Gi';
    }),
  ];
  for (const manifest of healthy) {
    if (!healthy.some(({ kind, metadata }) => kind === 'Service' && metadata.name === manifest.spec.serviceName))
      await govern(cluster, manifest);
    await cluster.apply(manifest, manifest.metadata.namespace ?? 'shop', OURS);
  }
  for (const manifest of healthy) await ready(cluster, manifest);
  log('somebody applies an image to mail that does not exist');
  for (const manifest of before('9-deadlock.yaml', at('mail', '1.2-missing')))
    await cluster.apply(manifest, 'shop', OURS);
}

/** The headless Service that a StatefulSet names: without it, its pods have no DNS names, and Ordinal says so. */
async function govern(cluster: Cluster, { metadata, spec }: Manifest): Promise<void> {
  if (spec.serviceName === undefined) return;
  const service = { clusterIP: 'None', selector: spec.selector?.matchLabels, ports: [{ port: 80 }] };
  await cluster.apply(
    { apiVersion: 'v1', kind: 'Service', metadata: { name: spec.serviceName }, spec: service },
    metadata.namespace ?? 'shop',
  );
}

/** One CPU for `small`, 512Mi per container for `tidy`. */
export async function limitNamespaces(cluster: Cluster): Promise<void> {
  const quota = { hard: { 'requests.cpu': '1' } };
  await cluster.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'compute' }, spec: quota }, 'small');
  const limits = [{ type: 'Container', max: { memory: '512Mi' } }];
  await cluster.apply({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'bounds' }, spec: { limits } }, 'tidy');
}

async function ready(cluster: Cluster, { kind, metadata, spec }: Manifest): Promise<void> {
  if (kind !== 'StatefulSet' && kind !== 'Deployment') return;
  const path = `/apis/apps/v1/namespaces/${metadata.namespace ?? 'shop'}/${kind.toLowerCase()}s/${metadata.name}`;
  await until(`${metadata.name} ready`, async () => {
    const { body } = await cluster.api('GET', path);
    const { readyReplicas } = (body as { status: { readyReplicas?: number } }).status;
    return readyReplicas === (spec.replicas ?? 1);
  });
}
