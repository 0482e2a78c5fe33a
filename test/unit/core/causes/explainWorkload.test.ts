import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeEvent, PodContainer } from '../../../../src/core/objects';
import { event, NOW, said } from '../../../support/explained';
import {
  liveContainer,
  liveDeployment,
  livePod,
  liveReplicaSet,
  liveStatefulSet,
  OLD,
  stuckPod,
} from '../../../support/liveObjects';

const refusal = (reason: string): KubeEvent =>
  event({ message: `create Pod web-1 in StatefulSet web failed error: pods "web-1" is forbidden: ${reason}` });

const APP = 'spec.template.spec.containers[name="app"]';
const healthy = [livePod('web-0'), livePod('web-1'), livePod('web-2')];

test('a healthy workload needs no explanation', () => {
  assert.deepEqual(said({ pods: healthy }), []);
});

test('permissions: a missing ServiceAccount, PodSecurity, a webhook', () => {
  const pods = [livePod('web-0')];
  const found = (reason: string): string | undefined => said({ pods, events: [refusal(reason)] })[0]?.[0];
  assert.equal(
    found('error looking up service account shop/x: serviceaccount "x" not found'),
    'error pod-refused-service-account @ spec.template.spec.serviceAccountName',
  );
  assert.equal(
    found(
      'violates PodSecurity "restricted:latest": runAsNonRoot != true (container "app" must set securityContext.runAsNonRoot=true)',
    ),
    `error pod-refused-security @ ${APP}`,
  );
  assert.equal(
    found('admission webhook "p.example.com" denied the request: no'),
    'error pod-refused @ spec.template.spec',
  );
});

test('quota and LimitRange: the refused resource is marked', () => {
  const pods = [livePod('web-0')];
  const found = (reason: string): string | undefined => said({ pods, events: [refusal(reason)] })[0]?.[0];
  assert.equal(
    found('exceeded quota: q, requested: limits.memory=4Gi, used: limits.memory=14Gi, limited: limits.memory=16Gi'),
    `error pod-refused-quota @ ${APP}.resources.limits.memory`,
  );
  assert.equal(
    found('exceeded quota: q, requested: pods=1, used: pods=20, limited: pods=20'),
    'error pod-refused-quota @ spec.replicas',
  );
  assert.equal(
    found('maximum memory usage per Container is 512Mi, but limit is 1Gi'),
    `error pod-refused-limit-range @ ${APP}.resources.limits.memory`,
  );
  assert.equal(
    found('[minimum cpu usage per Container is 100m, but request is 50m]'),
    `error pod-refused-limit-range @ ${APP}.resources.requests.cpu`,
  );
});

test('a first refusal by quota may be usage that is not released yet', () => {
  const event = {
    ...refusal('exceeded quota: q, requested: pods=1'),
    count: 1,
    first: new Date(NOW - 1000).toISOString(),
  };
  assert.match(said({ pods: [livePod('web-0')], events: [event] })[0]?.[0] ?? '', /^warning/);
});

test('a refusal of a pod that exists by now, or is no longer wanted, is history', () => {
  assert.deepEqual(said({ pods: healthy, events: [refusal('exceeded quota: q')] }), []);
  const one = liveStatefulSet({ replicas: 1 });
  assert.deepEqual(said({ workload: one, pods: [livePod('web-0')], events: [refusal('exceeded quota: q')] }), []);
});

test("a Deployment's refusals count while it says ReplicaFailure", () => {
  const failure = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: undefined,
    since: undefined,
  };
  const message =
    'Error creating: pods "web-2-x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3';
  const events = [event({ message }, { kind: 'ReplicaSet', name: 'web-2', uid: 'replicaset-2' })];
  const replicaSets = [liveReplicaSet('2')];
  assert.equal(said({ workload: liveDeployment({ conditions: [failure] }), replicaSets, events }).length, 1);
  assert.equal(said({ workload: liveDeployment(), replicaSets, events }).length, 0);
});

test('readiness: a probe that fails is a warning at first, then an error', () => {
  const started = (ago: number): PodContainer =>
    liveContainer({ ready: false, state: { kind: 'running', startedAt: new Date(NOW - ago).toISOString() } });
  const found = (ago: number, count: number): [string, string][] => {
    const pod = livePod('web-2', { ready: false, containers: [started(ago)] });
    const unhealthy = event(
      {
        reason: 'Unhealthy',
        message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
        count,
        last: new Date(NOW).toISOString(),
      },
      { kind: 'Pod', name: 'web-2', uid: pod.uid, fieldPath: 'spec.containers{app}' },
    );
    return said({ pods: [pod], events: [unhealthy] });
  };
  assert.deepEqual(found(5_000, 1), [
    [
      `warning probe-fails @ ${APP}.readinessProbe`,
      'web-2 runs and is not ready: the readinessProbe of app fails, HTTP probe failed with statuscode: 503.',
    ],
  ]);
  assert.match(found(60_000, 1)[0]?.[0] ?? '', /^error/);
  assert.match(found(5_000, 9)[0]?.[0] ?? '', /^error/);
});

test('an Unhealthy event of the container before this one says nothing about it', () => {
  const pod = livePod('web-2', {
    ready: false,
    containers: [liveContainer({ ready: false, state: { kind: 'running', startedAt: '2026-01-01T00:09:55Z' } })],
  });
  const old = event(
    { reason: 'Unhealthy', message: 'Readiness probe failed: x' },
    { kind: 'Pod', name: 'web-2', uid: pod.uid, fieldPath: 'spec.containers{app}' },
  );
  assert.deepEqual(said({ pods: [pod], events: [old] }), []);
});

const died = {
  kind: 'terminated',
  reason: 'Error',
  exitCode: 1,
  signal: undefined,
  message: undefined,
  finishedAt: undefined,
} as const;

test('runtime: a crash with its exit code and its last lines', () => {
  const state = { kind: 'waiting', reason: 'CrashLoopBackOff', message: 'back-off 10s' } as const;
  const pod = livePod('web-0', {
    ready: false,
    containers: [liveContainer({ state, ready: false, restarts: 2, last: died })],
  });
  const logs = new Map([['web-0/app', ['starting', 'no database']]]);
  const [[where, text] = ['', '']] = said({ pods: [pod], logs });
  assert.equal(where, `error container-crashes @ ${APP}`);
  assert.equal(
    text,
    'web-0: container app ends with exit code 1, restarted 2 times. Its last lines: starting ⏎ no database',
  );
});

test('runtime: what could not be started says why in its termination', () => {
  const state = { kind: 'waiting', reason: 'CrashLoopBackOff', message: 'back-off 10s' } as const;
  const message = 'failed to create containerd task: exec: "serve": executable file not found in $PATH';
  const last = { ...died, reason: 'StartError', exitCode: 128, message };
  const pod = livePod('web-0', {
    ready: false,
    containers: [liveContainer({ state, ready: false, restarts: 1, last })],
  });
  assert.equal(
    said({ pods: [pod] })[0]?.[1],
    `web-0: container app ends with exit code 128, restarted once. It did not start: ${message}.`,
  );
});

test('runtime: out of memory is marked on the limit', () => {
  const state = { kind: 'waiting', reason: 'CrashLoopBackOff', message: undefined } as const;
  const last = { ...died, reason: 'OOMKilled', exitCode: 137 };
  const pod = livePod('web-0', {
    ready: false,
    containers: [liveContainer({ state, ready: false, restarts: 1, last })],
  });
  assert.equal(said({ pods: [pod] })[0]?.[0], `error container-out-of-memory @ ${APP}.resources.limits.memory`);
});

test('runtime: a container that cannot be created, and a pod without a node', () => {
  const state = {
    kind: 'waiting',
    reason: 'CreateContainerConfigError',
    message: 'configmap "settings" not found',
  } as const;
  const pod = livePod('web-0', { ready: false, containers: [liveContainer({ state, ready: false })] });
  assert.match(said({ pods: [pod] })[0]?.[1] ?? '', /configmap "settings" not found/);
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: '0/3 nodes are available: 3 Insufficient cpu. preemption: none',
    since: undefined,
  };
  const pending = livePod('web-0', {
    ready: false,

    phase: 'Pending',
    containers: [],
    conditions: [condition],
  });
  assert.deepEqual(said({ pods: [{ ...pending, node: undefined }] }), [
    [
      'error pod-unschedulable @ spec.template.spec.containers[0].resources',
      'web-0 finds no node: 0/3 nodes are available: 3 Insufficient cpu.',
    ],
  ]);
});

test('the deadlock comes first, and the trouble of the old pod is not blamed on the new template', () => {
  const workload = liveStatefulSet({ readyReplicas: 2, updatedReplicas: 0, currentRevision: OLD });
  const pods = [
    livePod('web-0', { revision: OLD }),
    livePod('web-1', { revision: OLD }),
    stuckPod('web-2', 'ImagePullBackOff', { revision: 'web-bad99' }),
  ];
  assert.deepEqual(
    said({ workload, pods }).map(([where]) => where),
    ['error ordered-ready-deadlock-observed @ metadata.name'],
  );
});

test('one cause of several pods is said once', () => {
  const workload = liveStatefulSet({ podManagementPolicy: 'Parallel' });
  const pods = ['web-0', 'web-1', 'web-2'].map((name) => stuckPod(name, 'InvalidImageName'));
  const all = said({ workload, pods });
  assert.equal(all.length, 1);
  assert.match(all[0]?.[1] ?? '', /^web-0 .*\(3 pods\)$/);
});

test('a pod that should have ended is told after its grace period', () => {
  const deleting = (ago: number) => livePod('web-2', { deleting: new Date(NOW - ago).toISOString() });
  const late = (ago: number): number =>
    said({ pods: [deleting(ago)] }).filter(([where]) => where.includes('pod-terminating-long')).length;
  assert.equal(late(60_000), 1);
  assert.equal(late(5_000), 0);
});
