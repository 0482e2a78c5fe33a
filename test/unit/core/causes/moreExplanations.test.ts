import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainWorkload } from '../../../../src/core/causes/explainWorkload';
import type { Finding } from '../../../../src/core/causes/finding';
import type { Observation } from '../../../../src/core/causes/rule';
import { formatPath } from '../../../../src/core/fieldPath';
import type { Condition, KubeEvent, Pod, Termination } from '../../../../src/core/objects';
import {
  liveContainer,
  liveDeployment,
  livePod,
  liveReplicaSet,
  liveStatefulSet,
  OLD,
} from '../../../support/liveObjects';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const APP = 'spec.template.spec.containers[name="app"]';

function explain(more: Partial<Observation>): readonly Finding[] {
  const nothing = { pods: [], replicaSets: [], events: [], logs: new Map<string, readonly string[]>(), now: NOW };
  return explainWorkload({ workload: liveStatefulSet(), ...nothing, ...more });
}

const where = (findings: readonly Finding[]): string[] =>
  findings.map(({ severity, code, path }) => `${severity} ${code} @ ${formatPath(path)}`);

function podEvent(pod: Pod, more: Partial<KubeEvent>): KubeEvent {
  return {
    ...{ uid: 'e', namespace: 'shop', type: 'Warning', reason: '', message: '', count: 5 },
    ...{ first: '2026-01-01T00:05:00Z', last: '2026-01-01T00:09:50Z' },
    involved: { kind: 'Pod', name: pod.name, uid: pod.uid, fieldPath: 'spec.containers{app}' },
    ...more,
  };
}

const condition = (more: Partial<Condition>): Condition => ({
  ...{ type: 'Ready', status: 'False', reason: undefined, message: undefined, since: '2026-01-01T00:00:00Z' },
  ...more,
});

const ended = (exitCode: number, more: Partial<Termination> = {}): Termination => ({
  ...{ kind: 'terminated', reason: 'Error', signal: undefined, message: undefined, finishedAt: undefined },
  exitCode,
  ...more,
});

const waiting = (reason: string, message?: string) => ({ kind: 'waiting', reason, message }) as const;

test('a volume that is not mounted: the pod waits, and the volume is marked', () => {
  const pod = livePod('web-0', {
    ready: false,
    phase: 'Pending',
    containers: [liveContainer({ ready: false, state: waiting('ContainerCreating') })],
  });
  const message = 'MountVolume.SetUp failed for volume "settings" : configmap "web-settings" not found';
  const events = [podEvent(pod, { reason: 'FailedMount', message })];
  const [finding] = explain({ pods: [pod], events });
  assert.ok(finding);
  assert.deepEqual(where([finding]), ['error volume-not-mounted @ spec.template.spec.volumes[name="settings"]']);
  assert.match(finding.message, /^web-0 waits for its volume: .*configmap "web-settings" not found\.$/);
});

test('a mount that failed before the container ran is history', () => {
  const pod = livePod('web-0');
  const events = [podEvent(pod, { reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "a" : x' })];
  assert.deepEqual(explain({ pods: [pod], events }), []);
});

test('an event of a namesake before this pod says nothing about it', () => {
  const pod = livePod('web-0', {
    ready: false,
    containers: [liveContainer({ ready: false, state: waiting('ContainerCreating') })],
  });
  const events = [podEvent({ ...pod, uid: 'before' }, { reason: 'FailedMount', message: 'for volume "a" : x' })];
  assert.deepEqual(explain({ pods: [pod], events }), []);
});

test('an evicted pod of a StatefulSet says why', () => {
  const evicted = livePod('web-1', {
    ready: false,
    phase: 'Failed',
    reason: 'Evicted',
    message: 'The node was low on resource: memory.',
    containers: [],
  });
  const [finding] = explain({ pods: [livePod('web-0'), evicted] });
  assert.equal(finding?.message, 'web-1 has failed: Evicted, The node was low on resource: memory.');
  assert.equal(finding.severity, 'warning');
});

test('a first crash is a warning, the second an error; a container that ended well is neither', () => {
  const found = (restarts: number, exitCode: number): string[] => {
    const container = liveContainer({ ready: false, restarts, state: ended(exitCode) });
    return where(explain({ pods: [livePod('web-0', { ready: false, containers: [container] })] }));
  };
  assert.deepEqual(found(0, 1), [`warning container-crashes @ ${APP}`]);
  assert.deepEqual(found(1, 1), [`error container-crashes @ ${APP}`]);
  assert.deepEqual(found(1, 0), []);
});

test('the exit code decides the advice', () => {
  const advice = (exitCode: number): string | undefined => {
    const container = liveContainer({ ready: false, state: waiting('CrashLoopBackOff'), last: ended(exitCode) });
    return explain({ pods: [livePod('web-0', { ready: false, containers: [container] })] })[0]?.advice;
  };
  assert.match(advice(127) ?? '', /command was not found/);
  assert.match(advice(137) ?? '', /SIGKILL/);
  assert.match(advice(139) ?? '', /segmentation fault/);
  assert.match(advice(2) ?? '', /log/);
});

test('an init container that crashes is marked among the init containers', () => {
  const setup = liveContainer({ name: 'setup', init: true, ready: false, restarts: 3, state: ended(1) });
  const app = liveContainer({ ready: false, state: waiting('PodInitializing') });
  assert.deepEqual(where(explain({ pods: [livePod('web-0', { ready: false, containers: [setup, app] })] })), [
    'error container-crashes @ spec.template.spec.initContainers[name="setup"]',
  ]);
});

test('a readiness gate that nobody sets is named', () => {
  const message = 'corresponding condition of pod readiness gate "example.com/lb" does not exist.';
  const pod = livePod('web-0', { conditions: [condition({ reason: 'ReadinessGatesNotReady', message })] });
  const [finding] = explain({ pods: [pod] });
  assert.equal(finding?.code, 'readiness-gate-open');
  assert.match(finding.message, /"example\.com\/lb" does not exist\.$/);
});

test('a pod that its partition keeps at the old revision counts; one about to be replaced does not', () => {
  const broken = [liveContainer({ ready: false, state: waiting('ImagePullBackOff', 'rpc error: a: not found') })];
  const old = livePod('web-0', { revision: OLD, ready: false, containers: broken });
  const parallel = liveStatefulSet({ podManagementPolicy: 'Parallel' });
  assert.deepEqual(where(explain({ workload: parallel, pods: [old] })), []);
  assert.deepEqual(where(explain({ workload: { ...parallel, partition: 1 }, pods: [old] })), [
    `error image-pull-failed @ ${APP}.image`,
  ]);
});

test("a Deployment's older pods may be as unwell as they like", () => {
  const broken = [liveContainer({ ready: false, state: waiting('InvalidImageName') })];
  const pod = (ownerUid: string): Pod => livePod('web-x', { ownerUid, ready: false, containers: broken });
  const replicaSets = [liveReplicaSet('1'), liveReplicaSet('2')];
  const found = (owner: string): number =>
    explain({ workload: liveDeployment(), replicaSets, pods: [pod(owner)] }).length;
  assert.equal(found('replicaset-1'), 0);
  assert.equal(found('replicaset-2'), 1);
});

test('what refuses comes before what keeps from running, and an error before a warning', () => {
  const broken = livePod('web-0', {
    ready: false,
    containers: [liveContainer({ ready: false, state: waiting('InvalidImageName') })],
  });
  const refused: KubeEvent = {
    ...podEvent(broken, { reason: 'FailedCreate' }),
    message:
      'create Pod web-1 in StatefulSet web failed error: pods "web-1" is forbidden: exceeded quota: q, requested: pods=1, used: pods=9, limited: pods=9',
    involved: { kind: 'StatefulSet', name: 'web', uid: 'set-uid', fieldPath: undefined },
  };
  const gone = livePod('web-2', { deleting: '2026-01-01T00:08:00Z' });
  assert.deepEqual(
    explain({ pods: [gone, broken], events: [refused] }).map(({ code }) => code),
    ['pod-refused-quota', 'image-pull-failed', 'pod-terminating-long'],
  );
});

test('every finding is observed, has a cause, and speaks in one sentence', () => {
  const broken = [liveContainer({ ready: false, state: waiting('InvalidImageName') })];
  const [finding, ...more] = explain({ pods: [livePod('web-0', { ready: false, containers: broken })] });
  assert.deepEqual(more, []);
  assert.equal(finding?.origin, 'observed');
  assert.equal(finding.cause, 'imagePull');
  assert.equal(finding.pod, 'web-0');
  assert.equal(finding.value, 'registry.example.com/web:1.1');
});
