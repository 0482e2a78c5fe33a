import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploymentOf, eventOf, podOf, replicaSetOf, statefulSetOf } from '../../../src/cluster/projection';

test('takes the defaults of the API where a StatefulSet says nothing', () => {
  const set = statefulSetOf({ metadata: { name: 'web', namespace: 'db', uid: 'u' } });
  assert.equal(set.replicas, 1);
  assert.equal(set.podManagementPolicy, 'OrderedReady');
  assert.equal(set.updateStrategy, 'RollingUpdate');
  assert.equal(set.partition, undefined);
  assert.deepEqual(set.conditions, []);
});

test('tells a rolling update without a partition from none', () => {
  const partitionOf = (updateStrategy: object) => statefulSetOf({ spec: { updateStrategy } }).partition;
  assert.equal(partitionOf({ rollingUpdate: {} }), 0);
  assert.equal(partitionOf({ rollingUpdate: { partition: 2 } }), 2);
  assert.equal(partitionOf({ type: 'OnDelete' }), undefined);
});

test('reads of a pod each container with its state, init containers first, as the spec orders them', () => {
  const pod = podOf({
    metadata: { name: 'web-0', ownerReferences: [{ uid: 'x' }, { uid: 'set', controller: true }] },
    spec: {
      initContainers: [{ name: 'init' }],
      containers: [
        { name: 'b', image: 'b:1' },
        { name: 'a', image: 'a:1' },
      ],
    },
    status: {
      phase: 'Running',
      initContainerStatuses: [{ name: 'init', state: { terminated: { reason: 'Completed', exitCode: 0 } } }],
      containerStatuses: [
        {
          name: 'a',
          ready: false,
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s' } },
          lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: 't' } },
        },
      ],
    },
  });
  assert.equal(pod.ownerUid, 'set');
  assert.deepEqual(
    pod.containers.map(({ name, state, restarts, last }) => [name, state?.kind, restarts, last?.exitCode]),
    [
      ['init', 'terminated', 0, undefined],
      ['b', undefined, 0, undefined],
      ['a', 'waiting', 3, 137],
    ],
  );
});

test('reads an event of either API, with its last time and count', () => {
  const old = eventOf({
    metadata: { uid: 'e' },
    reason: 'BackOff',
    message: 'm',
    count: 4,
    firstTimestamp: '1',
    lastTimestamp: '2',
  });
  assert.deepEqual([old.message, old.count, old.first, old.last], ['m', 4, '1', '2']);
  const series = { count: 7, lastObservedTime: '9' };
  const recent = eventOf({
    metadata: {},
    note: 'n',
    eventTime: '5',
    series,
    lastTimestamp: null,
    regarding: { kind: 'Pod' },
  });
  assert.deepEqual(
    [recent.message, recent.count, recent.first, recent.last, recent.involved.kind],
    ['n', 7, '5', '9', 'Pod'],
  );
});

test('throws on nothing that a server may send', () => {
  for (const odd of [
    {},
    { metadata: null, spec: 1, status: [] },
    { spec: { containers: 'x', replicas: 'y' }, status: { conditions: {} } },
  ]) {
    for (const project of [statefulSetOf, deploymentOf, replicaSetOf, podOf, eventOf]) project(odd);
  }
  assert.equal(podOf({}).phase, 'Unknown');
});
