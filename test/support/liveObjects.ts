import type { Deployment, Pod, PodContainer, ReplicaSet, StatefulSet } from '../../src/core/objects';

/** Healthy objects with defaults; a test says only what matters to it. */
const live = { namespace: 'shop', resourceVersion: '1', created: '2026-01-01T00:00:00Z', deleting: undefined };

export const OLD = 'web-old11';
export const NEW = 'web-new22';

export function liveStatefulSet(more: Partial<StatefulSet> = {}): StatefulSet {
  const replicas = more.replicas ?? 3;
  return {
    ...live,
    kind: 'StatefulSet',
    name: 'web',
    uid: 'set-uid',
    generation: 2,
    observedGeneration: 2,
    replicas,
    selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
    images: [{ name: 'app', image: 'registry.example.com/web:1.1', init: false }],
    readyReplicas: replicas,
    updatedReplicas: replicas,
    availableReplicas: replicas,
    existingReplicas: replicas,
    minReadySeconds: 0,
    conditions: [],
    serviceName: 'web',
    podManagementPolicy: 'OrderedReady',
    updateStrategy: 'RollingUpdate',
    partition: 0,
    firstOrdinal: 0,
    currentReplicas: replicas,
    currentRevision: NEW,
    updateRevision: NEW,
    claimTemplates: ['data'],
    ...more,
  };
}

/** What a StatefulSet has and a Deployment has not. */
const ONLY_STATEFUL = [
  ...['serviceName', 'podManagementPolicy', 'updateStrategy', 'partition', 'firstOrdinal'],
  ...['currentReplicas', 'currentRevision', 'updateRevision', 'claimTemplates'],
];

export function liveDeployment(more: Partial<Deployment> = {}): Deployment {
  const shared = Object.entries(liveStatefulSet()).filter(([name]) => !ONLY_STATEFUL.includes(name));
  return {
    ...(Object.fromEntries(shared) as Omit<Deployment, 'strategy' | 'paused' | 'revision' | 'progressDeadlineSeconds'>),
    kind: 'Deployment',
    uid: 'deployment-uid',
    strategy: 'RollingUpdate',
    paused: false,
    revision: '2',
    progressDeadlineSeconds: 600,
    ...more,
  };
}

export function liveReplicaSet(revision: string, more: Partial<ReplicaSet> = {}): ReplicaSet {
  return {
    ...live,
    kind: 'ReplicaSet',
    name: `web-${revision}`,
    uid: `replicaset-${revision}`,
    ownerUid: 'deployment-uid',
    revision,
    templateHash: revision,
    replicas: 1,
    readyReplicas: 1,
    conditions: [],
    ...more,
  };
}

export function liveContainer(more: Partial<PodContainer> = {}): PodContainer {
  return {
    name: 'app',
    init: false,
    image: 'registry.example.com/web:1.1',
    ready: true,
    restarts: 0,
    state: { kind: 'running', startedAt: '2026-01-01T00:00:05Z' },
    last: undefined,
    ...more,
  };
}

export function livePod(name: string, more: Partial<Pod> & { revision?: string; ready?: boolean } = {}): Pod {
  const { revision = NEW, ready = true, ...rest } = more;
  return {
    ...live,
    kind: 'Pod',
    name,
    uid: `uid-${name}`,
    labels: { app: 'web', 'controller-revision-hash': revision },
    ownerUid: 'set-uid',
    graceSeconds: undefined,
    node: 'node-1',
    phase: 'Running',
    reason: undefined,
    message: undefined,
    conditions: [
      { type: 'Ready', status: ready ? 'True' : 'False', reason: undefined, message: undefined, since: undefined },
    ],
    containers: [liveContainer({ ready })],
    ...rest,
  };
}

/** A pod whose container waits with a reason, as the kubelet writes it. */
export function stuckPod(name: string, reason: string, more: Parameters<typeof livePod>[1] = {}): Pod {
  const state = { kind: 'waiting', reason, message: undefined } as const;
  return livePod(name, {
    ready: false,
    phase: 'Pending',
    containers: [liveContainer({ ready: false, state })],
    ...more,
  });
}
