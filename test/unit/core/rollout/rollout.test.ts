import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deriveRollout, isSettled, type Rollout } from '../../../../src/core/rollout/rollout';
import type { LiveWorkload, Pod, ReplicaSet } from '../../../../src/core/objects';
import { rolloutPhrase, slotPhrase } from '../../../../src/core/wording';
import {
  liveDeployment,
  livePod,
  liveReplicaSet,
  liveStatefulSet,
  NEW,
  OLD,
  stuckPod,
} from '../../../support/liveObjects';

function derive(
  workload: LiveWorkload,
  pods: readonly Pod[] | undefined,
  replicaSets: readonly ReplicaSet[] = [],
): Rollout {
  return deriveRollout({ workload, pods, replicaSets, blocked: false });
}

const lines = (rollout: Rollout): string[] => rollout.slots.map((slot) => `${slot.podName} ${slotPhrase(slot)}`);

test('a finished StatefulSet says how many are ready', () => {
  const rollout = derive(liveStatefulSet(), [livePod('web-0'), livePod('web-1'), livePod('web-2')]);
  assert.equal(rollout.phase, 'complete');
  assert.equal(rolloutPhrase(rollout), '3 of 3 ready');
});

test('ordinals stand in numeric order, missing ones included, pods of other sets left out', () => {
  const set = liveStatefulSet({ replicas: 11, readyReplicas: 2 });
  const rollout = derive(set, [livePod('web-10'), livePod('web-2'), livePod('web-extra-0')]);
  assert.deepEqual(rollout.slots.map(({ podName, state }) => `${podName} ${state}`).slice(0, 3), [
    'web-0 missing',
    'web-1 missing',
    'web-2 ready',
  ]);
  assert.equal(rollout.slots.at(-1)?.podName, 'web-10');
  assert.equal(rollout.slots.length, 11);
});

test('an update goes from the highest ordinal down, and names who waits for whom', () => {
  const set = liveStatefulSet({ readyReplicas: 2, updatedReplicas: 1, currentRevision: OLD });
  const rollout = derive(set, [
    livePod('web-0', { revision: OLD }),
    livePod('web-1', { revision: OLD }),
    livePod('web-2', { ready: false }),
  ]);
  assert.equal(rollout.phase, 'progressing');
  assert.equal(rolloutPhrase(rollout), '1 of 3 updated, web-1 waits for web-2');
  assert.deepEqual(lines(rollout), [
    'web-0 ready · old old11',
    'web-1 ready · old old11',
    'web-2 running, not ready · new new22',
  ]);
});

test('a first start counts readiness from the lowest ordinal up', () => {
  const set = liveStatefulSet({ readyReplicas: 1, existingReplicas: 2 });
  const rollout = derive(set, [livePod('web-0'), livePod('web-1', { ready: false })]);
  assert.equal(rollout.current?.podName, 'web-1');
  assert.equal(rolloutPhrase(rollout), '2 of 3 updated, web-1 running, not ready');
});

test('a pod of an older revision that cannot run deadlocks an OrderedReady set', () => {
  const set = liveStatefulSet({ readyReplicas: 2, updatedReplicas: 0, currentRevision: OLD });
  const pods = [
    livePod('web-0', { revision: OLD }),
    livePod('web-1', { revision: OLD }),
    stuckPod('web-2', 'ImagePullBackOff', { revision: 'web-bad99' }),
  ];
  const rollout = derive(set, pods);
  assert.equal(rollout.deadlock?.podName, 'web-2');
  assert.equal(rollout.phase, 'blocked');
  assert.equal(rolloutPhrase(rollout), 'stuck at web-2: ImagePullBackOff in an older revision');
});

test('a pod that has ended is no deadlock: the controller makes it again', () => {
  const set = liveStatefulSet({ readyReplicas: 2, updatedReplicas: 0, currentRevision: OLD });
  const others = [livePod('web-0', { revision: OLD }), livePod('web-1', { revision: OLD })];
  const evicted = livePod('web-2', { revision: OLD, ready: false, phase: 'Failed', reason: 'Evicted', containers: [] });
  const rollout = derive(set, [...others, evicted]);
  assert.equal(rollout.deadlock, undefined);
  assert.equal(rollout.phase, 'progressing');
});

test('a Parallel set has no such deadlock, and an old pod that is merely starting is none', () => {
  const set = liveStatefulSet({ readyReplicas: 2, updatedReplicas: 0, currentRevision: OLD });
  const others = [livePod('web-0', { revision: OLD }), livePod('web-1', { revision: OLD })];
  const stuck = stuckPod('web-2', 'ImagePullBackOff', { revision: OLD });
  const starting = livePod('web-2', { revision: OLD, ready: false });
  assert.equal(derive({ ...set, podManagementPolicy: 'Parallel' }, [...others, stuck]).deadlock, undefined);
  assert.equal(derive(set, [...others, starting]).deadlock, undefined);
});

test('a partition holds the lower ordinals back and is no unfinished rollout', () => {
  const set = liveStatefulSet({ partition: 2, updatedReplicas: 1, currentRevision: OLD });
  const rollout = derive(set, [
    livePod('web-0', { revision: OLD }),
    livePod('web-1', { revision: OLD }),
    livePod('web-2', { revision: NEW }),
  ]);
  assert.equal(rollout.phase, 'complete');
  assert.equal(rolloutPhrase(rollout), '3 of 3 ready, partition holds 2 back');
});

test('the partition counts indexes, also when ordinals start later', () => {
  const set = liveStatefulSet({ firstOrdinal: 5, partition: 2, updatedReplicas: 0, currentRevision: OLD });
  const rollout = derive(
    set,
    [5, 6, 7].map((ordinal) => livePod(`web-${ordinal}`, { revision: OLD })),
  );
  assert.equal(rollout.current?.podName, 'web-7');
  assert.equal(rollout.next, undefined);
});

test('a scale-down shows the pods that go', () => {
  const set = liveStatefulSet({ replicas: 1, existingReplicas: 2, readyReplicas: 2 });
  const rollout = derive(set, [livePod('web-0'), livePod('web-1')]);
  assert.equal(rollout.phase, 'progressing');
  assert.deepEqual(lines(rollout).at(-1), 'web-1 ready · scaled away · new new22');
});

test('OnDelete waits for a person', () => {
  const set = liveStatefulSet({ updateStrategy: 'OnDelete', updatedReplicas: 0, currentRevision: OLD });
  const rollout = derive(
    set,
    [0, 1, 2].map((ordinal) => livePod(`web-${ordinal}`, { revision: OLD })),
  );
  assert.equal(rollout.phase, 'waitingForDelete');
  assert.equal(rolloutPhrase(rollout), '0 of 3 updated, OnDelete: waits until pods are deleted');
});

test('a spec that the controller has not seen is neither done nor moving', () => {
  const rollout = derive(liveStatefulSet({ generation: 3 }), [livePod('web-0'), livePod('web-1'), livePod('web-2')]);
  assert.equal(rollout.phase, 'observing');
});

test('without pods the counters say what they can', () => {
  assert.equal(rolloutPhrase(derive(liveStatefulSet(), undefined)), '3 of 3 ready');
  const rolling = liveStatefulSet({ readyReplicas: 2, updatedReplicas: 1, currentRevision: OLD });
  assert.equal(rolloutPhrase(derive(rolling, undefined)), '1 of 3 updated');
  assert.equal(isSettled(rolling), false);
});

test("a Deployment's pods stand by revision, the newest first", () => {
  const deployment = liveDeployment({
    replicas: 2,
    updatedReplicas: 1,
    existingReplicas: 3,
    readyReplicas: 2,
    availableReplicas: 2,
  });
  const pods = [
    livePod('web-1-aaaaa', { ownerUid: 'replicaset-1' }),
    livePod('web-1-bbbbb', { ownerUid: 'replicaset-1' }),
    livePod('web-2-ccccc', { ownerUid: 'replicaset-2', ready: false }),
  ];
  const rollout = derive(deployment, pods, [liveReplicaSet('1'), liveReplicaSet('2')]);
  assert.deepEqual(
    rollout.slots.map(({ podName, updated }) => `${podName} ${String(updated)}`),
    ['web-2-ccccc true', 'web-1-aaaaa false', 'web-1-bbbbb false'],
  );
  assert.equal(rolloutPhrase(rollout), '1 of 2 updated, web-2-ccccc running, not ready');
});

test('a paused Deployment says so, and one past its deadline is blocked', () => {
  const moving = { replicas: 2, updatedReplicas: 1, existingReplicas: 3 };
  assert.equal(derive(liveDeployment({ ...moving, paused: true }), []).phase, 'paused');
  const late = {
    type: 'Progressing',
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: undefined,
    since: undefined,
  };
  assert.equal(derive(liveDeployment({ ...moving, conditions: [late] }), []).phase, 'blocked');
});
