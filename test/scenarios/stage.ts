import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCluster, type Cluster, type ClusterOptions } from '../cluster/cluster';
import type { ApiObject } from '../cluster/apiClient';
import { until } from '../cluster/processes';
import type { Scenario } from './scenario';

/**
 * A cluster for the scenarios: the API server, its admission and the controllers are real; kwok plays one node and a
 * second, tainted one. What is foreseen is asked before anything runs, so no container has to.
 */
export async function startStage(options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await startCluster({ flavour: 'kwok', pace: 0, nodes: 1, ...options });
  try {
    await prepare(cluster);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** What the scenarios expect of a whole cluster. */
export async function prepare(cluster: Cluster): Promise<void> {
  const labels = { 'kubernetes.io/arch': 'amd64', 'topology.kubernetes.io/zone': 'a', disktype: 'ssd' };
  await cluster.kubectl([
    'label',
    'node',
    'node-1',
    ...Object.entries(labels).map(([key, value]) => `${key}=${value}`),
  ]);
  // Its class of that name waits for a consumer; the scenarios' own does not, and the mode of a class cannot be changed.
  await cluster.api('DELETE', '/apis/storage.k8s.io/v1/storageclasses/standard');
  await cluster.apply(readFileSync('test/scenarios/cluster.yaml', 'utf8'));
}

/** A namespace in the state before the apply. Answers its name. */
export async function setUp(scenario: Scenario, cluster: Cluster): Promise<string> {
  const { id, setup, before, mid } = scenario;
  const namespace = await cluster.freshNamespace(id.replace(/[^a-z0-9]+/g, '-').slice(0, 40));
  const inNamespace = (text: string): string => text.replaceAll('${NS}', namespace);
  if (setup !== undefined) {
    await cluster.apply(inNamespace(setup), namespace);
    if (/kind: ResourceQuota/.test(setup)) await quotasCounted(cluster, namespace);
  }
  if (before !== undefined) {
    // As people do it, so that the fields are kubectl's.
    await kubectlApply(cluster, { namespace, name: 'before', text: inNamespace(before) });
    await settled(cluster, namespace);
  }
  if (mid !== undefined) await cluster.apply(inNamespace(mid), namespace);
  return namespace;
}

interface Applied {
  readonly namespace: string;
  readonly name: string;
  readonly text: string;
}

async function kubectlApply(cluster: Cluster, { namespace, name, text }: Applied): Promise<void> {
  const file = join(cluster.dir, `${namespace}-${name}.yaml`);
  writeFileSync(file, text);
  await cluster.kubectl(['apply', '-n', namespace, '-f', file]);
}

/** A quota says nothing before the controller has counted once. */
async function quotasCounted(cluster: Cluster, namespace: string): Promise<void> {
  await until(`the quotas of ${namespace}`, async () => {
    const quotas = await list(cluster, `/api/v1/namespaces/${namespace}/resourcequotas`);
    return quotas.every(({ status }) => (status as { used?: object } | undefined)?.used !== undefined);
  });
}

interface Counters {
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number; readonly updatedReplicas?: number; readonly replicas?: number };
}

/** Every workload has all its pods, and they are ready. Meanwhile claims get volumes: no provisioner runs here. */
async function settled(cluster: Cluster, namespace: string): Promise<void> {
  await until(`the workloads of ${namespace}`, async () => {
    await provision(cluster, namespace);
    const kinds = ['statefulsets', 'deployments'];
    const lists = await Promise.all(
      kinds.map((kind) => list(cluster, `/apis/apps/v1/namespaces/${namespace}/${kind}`)),
    );
    return lists.flat().every((object) => {
      const { spec, status } = object as unknown as Counters;
      const wanted = spec.replicas ?? 1;
      return (status?.readyReplicas ?? 0) === wanted && (status?.replicas ?? 0) === wanted;
    });
  });
}

async function provision(cluster: Cluster, namespace: string): Promise<void> {
  const claims = await list(cluster, `/api/v1/namespaces/${namespace}/persistentvolumeclaims`);
  const classes = await list(cluster, '/apis/storage.k8s.io/v1/storageclasses');
  for (const claim of claims) {
    const { metadata = {}, spec } = claim as { metadata?: ApiObject['metadata']; spec: Record<string, unknown> };
    const storageClass = classes.find((each) => each.metadata?.name === spec.storageClassName);
    const annotations = (metadata.annotations ?? {}) as Record<string, string>;
    const waits = storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
    if (!storageClass || storageClass.provisioner === 'kubernetes.io/no-provisioner' || spec.volumeName !== undefined)
      continue;
    if (waits && annotations['volume.kubernetes.io/selected-node'] === undefined) continue;
    await cluster.api('POST', '/api/v1/persistentvolumes', {
      metadata: {
        name: `pv-${metadata.uid}`,
        annotations: { 'pv.kubernetes.io/provisioned-by': storageClass.provisioner },
      },
      spec: {
        accessModes: spec.accessModes,
        capacity: (spec.resources as { requests: object }).requests,
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: spec.storageClassName,
        claimRef: {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          name: metadata.name,
          namespace,
          uid: metadata.uid,
        },
        hostPath: { path: `/nowhere/${metadata.uid}` },
      },
    });
  }
}

async function list(cluster: Cluster, path: string): Promise<readonly ApiObject[]> {
  const { body } = await cluster.api<{ items?: ApiObject[] }>('GET', path);
  return body.items ?? [];
}
