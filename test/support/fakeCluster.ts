import { type Cluster, createCluster } from '../../src/cluster/main';
import type { FakeApiServer } from './fakeApiServer';
import type { ManualClock } from './manualClock';

/** The cluster floor before a fake API server, as an anonymous user whose context names the namespace `db`. */
export function fakeCluster({ url }: FakeApiServer, clock: ManualClock): Cluster {
  const kubeConfig = {
    files: [],
    currentContext: 'test',
    contexts: [{ name: 'test', cluster: 'c', user: '', namespace: 'db', server: url }],
    clusters: new Map([['c', { value: { server: url }, folder: '' }]]),
    users: new Map(),
  };
  return createCluster({ kubeConfig, context: 'test', env: {}, clock });
}

/** A workload that has what it wants. */
export const SETTLED = {
  spec: { replicas: 1 },
  status: { replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1 },
};
