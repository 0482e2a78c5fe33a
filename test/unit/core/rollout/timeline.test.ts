import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeEvent, LiveWorkload, Pod } from '../../../../src/core/objects';
import { deriveRollout } from '../../../../src/core/rollout/rollout';
import { extendTimeline, type Lane, type Timeline } from '../../../../src/core/rollout/timeline';
import {
  liveContainer,
  liveDeployment,
  livePod,
  liveReplicaSet,
  liveStatefulSet,
  NEW,
  OLD,
  stuckPod,
} from '../../../support/liveObjects';

const START = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

interface Seen {
  readonly workload?: LiveWorkload;
  readonly pods: readonly Pod[];
  readonly events?: readonly KubeEvent[];
}

/** Plays moments, each at its second, and gives the timeline after the last one. */
function play(...moments: readonly (readonly [second: number, seen: Seen])[]): Timeline {
  let timeline: Timeline | undefined;
  for (const [second, { workload = liveStatefulSet(), pods, events = [] }] of moments) {
    const replicaSets = workload.kind === 'Deployment' ? [liveReplicaSet('1'), liveReplicaSet('2')] : [];
    const rollout = deriveRollout({ workload, pods, replicaSets, blocked: false });
    timeline = extendTimeline(timeline, { workload, rollout, events, now: START + second * 1000 });
  }
  assert.ok(timeline);
  return timeline;
}

/** `0-5 pending, 5- ready` in seconds. */
function words({ stretches }: Lane): string {
  const second = (time: number | undefined): string => (time === undefined ? '' : String((time - START) / 1000));
  return stretches.map(({ from, to, state }) => `${second(from)}-${second(to)} ${state}`).join(', ');
}

function laneOf(timeline: Timeline, name: string): Lane {
  const lane = timeline.lanes.find((each) => each.name === name);
  assert.ok(lane, `there is no lane ${name}`);
  return lane;
}

function eventOf(pod: Pod, reason: string, second: number, more: Partial<KubeEvent> = {}): KubeEvent {
  return {
    uid: `event-${reason}-${pod.uid}`,
    namespace: 'shop',
    type: 'Normal',
    reason,
    message: `${reason} it`,
    count: 1,
    first: at(second),
    last: at(second),
    involved: { kind: 'Pod', name: pod.name, uid: pod.uid, fieldPath: undefined },
    ...more,
  };
}

const condition = (type: string, second: number): Pod['conditions'][number] => ({
  ...{ type, status: 'True', reason: undefined, message: undefined },
  since: at(second),
});

const one = liveStatefulSet({ replicas: 1 });

test('a pod that was there before anybody looked tells its past by its own record', () => {
  const pod = livePod('web-0', {
    conditions: [condition('PodScheduled', 1), condition('Ready', 9)],
    containers: [liveContainer({ state: { kind: 'running', startedAt: at(4) } })],
  });
  const timeline = play([60, { workload: one, pods: [pod] }]);
  assert.equal(words(laneOf(timeline, 'web-0')), '0-1 pending, 1-4 starting, 4-9 notReady, 9- ready');
});

test('a clock of the server that goes ahead of ours makes no stretch in the future', () => {
  const pod = livePod('web-0', { created: at(100), conditions: [condition('Ready', 130)], containers: [] });
  const timeline = play([60, { workload: one, pods: [pod] }]);
  assert.equal(words(laneOf(timeline, 'web-0')), '60- ready');
});

test('a replaced pod: ready, terminating, missing, and the record of its successor', () => {
  const old = livePod('web-0', { uid: 'first', revision: OLD, conditions: [condition('Ready', 2)], containers: [] });
  const leaving = { ...old, deleting: at(40), graceSeconds: 30 };
  const successor = livePod('web-0', { uid: 'second', created: at(16), node: undefined, ready: false, containers: [] });
  const timeline = play(
    [5, { workload: one, pods: [old] }],
    [12, { workload: one, pods: [leaving] }],
    [15, { workload: one, pods: [] }],
    [17, { workload: one, pods: [successor] }],
  );
  const lane = laneOf(timeline, 'web-0');
  assert.equal(words(lane), '0-2 pending, 2-12 ready, 12-15 terminating, 15-16 missing, 16- pending');
  assert.deepEqual(
    lane.stretches.map(({ revision }) => revision),
    ['old11', 'old11', 'old11', undefined, 'new22'],
  );
});

test('the same state seen again lengthens its stretch and makes no other', () => {
  const pod = stuckPod('web-0', 'ImagePullBackOff', { conditions: [] });
  const timeline = play([10, { workload: one, pods: [pod] }], [20, { workload: one, pods: [pod] }]);
  assert.equal(words(laneOf(timeline, 'web-0')).split(', ').at(-1), '10- failed');
});

test('a start that waits for its image is pulling until the node says Pulled', () => {
  const pod = livePod('web-0', { ready: false, conditions: [], containers: [], created: at(0) });
  const pulling = eventOf(pod, 'Pulling', 3);
  const pulled = eventOf(pod, 'Pulled', 8);
  const timeline = play(
    [4, { workload: one, pods: [pod], events: [pulling] }],
    [9, { workload: one, pods: [pod], events: [pulling, pulled] }],
  );
  assert.equal(words(laneOf(timeline, 'web-0')), '0-4 pending, 4-9 pulling, 9- starting');
});

test('an event that repeats is one mark with its count, and one of an earlier namesake is none', () => {
  const pod = stuckPod('web-0', 'CrashLoopBackOff');
  const twice = [1, 5].map((count) => eventOf(pod, 'BackOff', count * 10, { type: 'Warning', count }));
  const namesake = eventOf({ ...pod, uid: 'earlier' }, 'Killing', 5);
  const timeline = play(
    [11, { workload: one, pods: [pod], events: [...twice.slice(0, 1), namesake] }],
    [51, { workload: one, pods: [pod], events: twice }],
  );
  assert.deepEqual(
    laneOf(timeline, 'web-0').marks.map(({ reason, count, warning }) => [reason, count, warning]),
    [['BackOff', 5, true]],
  );
});

test('a refusal of a pod that does not exist stands in the lane of its ordinal, other events on the workload', () => {
  const set = { kind: 'StatefulSet', name: 'web', uid: 'set-uid', fieldPath: undefined };
  const pod = livePod('web-0');
  const refused = eventOf(pod, 'FailedCreate', 3, {
    involved: set,
    message: 'create Pod web-0 in StatefulSet web failed error: x',
  });
  const other = eventOf(pod, 'RecreatingFailedPod', 4, { uid: 'other', involved: set, message: 'something else' });
  const timeline = play([5, { workload: one, pods: [], events: [refused, other] }]);
  assert.equal(laneOf(timeline, 'web-0').marks.length, 1);
  assert.deepEqual(
    timeline.marks.map(({ reason }) => reason),
    ['RecreatingFailedPod'],
  );
});

test('ordinals below the partition are held back, by index and not by ordinal', () => {
  const workload = liveStatefulSet({ partition: 2, firstOrdinal: 5 });
  const pods = [5, 6, 7].map((ordinal) => livePod(`web-${ordinal}`, { revision: ordinal === 7 ? NEW : OLD }));
  const { lanes } = play([5, { workload, pods }]);
  assert.deepEqual(
    lanes.map(({ name, held }) => [name, held]),
    [
      ['web-5', true],
      ['web-6', true],
      ['web-7', false],
    ],
  );
});

test('a rollout is a passage from the change of revision until all is complete, and a newer one ends it', () => {
  const ready = [livePod('web-0')];
  const starting = [livePod('web-0', { ready: false })];
  const to = (revision: string): LiveWorkload => ({ ...one, updateRevision: `web-${revision}` });
  const pods = (revision: string): Pod[] => [livePod('web-0', { revision: `web-${revision}` })];
  const timeline = play(
    [0, { workload: one, pods: ready }],
    [10, { workload: to('b'), pods: starting }],
    [20, { workload: to('c'), pods: starting }],
    [30, { workload: to('c'), pods: pods('c') }],
  );
  const second = (time: number | undefined): number | undefined => (time === undefined ? time : (time - START) / 1000);
  assert.deepEqual(
    timeline.passages.map(({ revision, from, to: end, outcome }) => [revision, second(from), second(end), outcome]),
    [
      ['b', 10, 20, 'superseded'],
      ['c', 20, 30, 'complete'],
    ],
  );
});

test('the pods of a Deployment that have gone keep their lanes, ended', () => {
  const workload = liveDeployment({ replicas: 1, updatedReplicas: 0 });
  const old = livePod('web-a', { ownerUid: 'replicaset-1' });
  const young = livePod('web-b', { ownerUid: 'replicaset-2' });
  const timeline = play([20, { workload, pods: [old] }], [30, { workload, pods: [young] }]);
  assert.equal(laneOf(timeline, 'web-a').stretches.at(-1)?.to, START + 30_000);
  assert.equal(laneOf(timeline, 'web-b').stretches.at(-1)?.to, undefined);
});

test('another object of the same name begins a new timeline', () => {
  const timeline = play([0, { pods: [livePod('web-0')] }], [5, { workload: { ...one, uid: 'again' }, pods: [] }]);
  assert.equal(timeline.uid, 'again');
  assert.equal(words(laneOf(timeline, 'web-0')), '5- missing');
});

test('a loop of crashes does not grow without end', () => {
  const crash = stuckPod('web-0', 'CrashLoopBackOff');
  const run = livePod('web-0', { ready: false });
  const moments = Array.from(
    { length: 1000 },
    (_, second) => [second, { workload: one, pods: [second % 2 ? run : crash] }] as const,
  );
  assert.ok(laneOf(play(...moments), 'web-0').stretches.length <= 200);
});
