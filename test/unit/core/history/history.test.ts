import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPath } from '../../../../src/core/fieldPath';
import { fieldChanges } from '../../../../src/core/history/fieldChanges';
import { historyOf } from '../../../../src/core/history/history';
import { isSameTemplate, undoCause, undoPatch, undoTarget } from '../../../../src/core/history/undo';

const template = (image: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image }] },
});

interface RevisionShape {
  readonly number: number;
  readonly image: string;
  readonly cause?: string;
  readonly owner?: string;
}

const revision = ({ number, image, cause, owner = 'set' }: RevisionShape) => ({
  kind: 'ControllerRevision',
  metadata: {
    name: `web-${image.split(':')[1] ?? ''}`,
    ownerReferences: [{ uid: owner, controller: true }],
    ...(cause === undefined ? {} : { annotations: { 'kubernetes.io/change-cause': cause } }),
  },
  revision: number,
  data: { spec: { template: { ...template(image), $patch: 'replace' } } },
});

const pod = (name: string, hash: string) => ({
  metadata: { name, labels: { 'controller-revision-hash': hash }, ownerReferences: [{ uid: 'set', controller: true }] },
});

const set = (image: string, status: object = {}) => ({
  kind: 'StatefulSet',
  metadata: { name: 'web', uid: 'set', generation: 3 },
  spec: { template: template(image) },
  status: { observedGeneration: 3, ...status },
});

test('the rows of a StatefulSet are sorted by number, with cause, images, changes and pods, and only its own', () => {
  const history = historyOf({
    workload: set('app:2'),
    revisions: [
      revision({ number: 10, image: 'app:2', cause: 'second' }),
      revision({ number: 9, image: 'app:1' }),
      revision({ number: 11, image: 'app:3', owner: 'another' }),
    ],
    pods: [pod('web-0', 'web-1'), pod('web-1', 'web-2')],
  });
  assert.deepEqual(
    history.map(({ number, changeCause, images, pods, wanted }) => ({ number, changeCause, images, pods, wanted })),
    [
      { number: 9, changeCause: undefined, images: ['app=app:1'], pods: ['web-0'], wanted: false },
      { number: 10, changeCause: 'second', images: ['app=app:2'], pods: ['web-1'], wanted: true },
    ],
  );
  assert.deepEqual(
    history[1]?.changes.map(({ path, before, after }) => [formatPath(path), before, after]),
    [['spec.template.spec.containers[name="app"].image', 'app:1', 'app:2']],
  );
});

test('what the spec asks for is the revision with its template, also when another has a higher number', () => {
  const revisions = [revision({ number: 1, image: 'app:1' }), revision({ number: 2, image: 'app:2' })];
  const history = historyOf({ workload: set('app:1'), revisions, pods: [] });
  assert.deepEqual(
    history.map(({ wanted }) => wanted),
    [true, false],
  );
  const back = undoTarget(history);
  assert.equal(back.kind === 'revision' ? back.revision.number : back.kind, 2);
});

test('a template that the server defaults anew since an upgrade is the one that the controller says', () => {
  const workload = set('app:2', { updateRevision: 'web-1' });
  const history = historyOf({ workload, revisions: [revision({ number: 1, image: 'app:1' })], pods: [] });
  assert.equal(history[0]?.wanted, true);
});

test('a Deployment has its history in ReplicaSets, whose label of their own is none of the template', () => {
  const replicaSet = (number: string, image: string) => ({
    kind: 'ReplicaSet',
    metadata: {
      name: `web-${number}`,
      uid: `rs${number}`,
      ownerReferences: [{ uid: 'set', controller: true }],
      annotations: { 'deployment.kubernetes.io/revision': number },
    },
    spec: {
      template: { ...template(image), metadata: { labels: { app: 'web', 'pod-template-hash': `h${number}` } } },
    },
  });
  const history = historyOf({
    workload: { ...set('app:2'), kind: 'Deployment' },
    revisions: [replicaSet('2', 'app:2'), replicaSet('1', 'app:1'), { ...replicaSet('x', 'app:9') }],
    pods: [{ metadata: { name: 'web-2-a', ownerReferences: [{ uid: 'rs2', controller: true }] } }],
  });
  assert.deepEqual(
    history.map(({ number, wanted, pods }) => ({ number, wanted, pods })),
    [
      { number: 1, wanted: false, pods: [] },
      { number: 2, wanted: true, pods: ['web-2-a'] },
    ],
  );
  assert.deepEqual(history[0]?.template, template('app:1'));
});

test('pods of a DaemonSet carry the hash, and not the name, of their revision', () => {
  const base = revision({ number: 1, image: 'app:1' });
  const daemon = { ...base, metadata: { ...base.metadata, labels: { 'controller-revision-hash': '5f7' } } };
  const history = historyOf({ workload: set('app:1'), revisions: [daemon], pods: [pod('web-x', '5f7')] });
  assert.deepEqual(history[0]?.pods, ['web-x']);
});

test('an undo goes to the revision before the newest, to the one asked for, or says that there is none', () => {
  const revisions = ['app:1', 'app:2', 'app:3'].map((image, index) => revision({ number: index + 1, image }));
  const history = historyOf({ workload: set('app:3'), revisions, pods: [] });
  const numberOf = (number?: number): unknown => {
    const target = undoTarget(history, number);
    return target.kind === 'revision' ? target.revision.number : target.kind;
  };
  assert.equal(numberOf(), 2);
  assert.equal(numberOf(1), 1);
  assert.equal(numberOf(7), 'unknown');
  assert.equal(
    undoTarget(historyOf({ workload: set('app:1'), revisions: revisions.slice(0, 1), pods: [] })).kind,
    'onlyOne',
  );
});

test('the patch of an undo replaces the template as a whole, and records why', () => {
  const [first] = historyOf({
    workload: set('app:2'),
    revisions: [revision({ number: 1, image: 'app:1', cause: 'start' })],
    pods: [],
  });
  assert.ok(first);
  assert.equal(isSameTemplate(set('app:1'), first), true);
  assert.equal(isSameTemplate(set('app:2'), first), false);
  assert.deepEqual(undoPatch(first, undoCause(first)), {
    metadata: { annotations: { 'kubernetes.io/change-cause': 'undo to revision 1: start' } },
    spec: { template: { ...template('app:1'), $patch: 'replace' } },
  });
});

test('changes are told by the names of containers and variables, whatever their order', () => {
  const changes = fieldChanges(
    {
      containers: [
        { name: 'a', env: [{ name: 'X', value: '1' }] },
        { name: 'b', args: ['1'] },
      ],
    },
    {
      containers: [
        { name: 'b', args: ['2'] },
        { name: 'a', env: [{ name: 'Y', value: '1' }] },
      ],
    },
  );
  assert.deepEqual(
    changes.map(({ path, before, after }) => [formatPath(path), before === undefined, after === undefined]),
    [
      ['containers[name="b"].args', false, false],
      ['containers[name="a"].env[name="Y"]', true, false],
      ['containers[name="a"].env[name="X"]', false, true],
    ],
  );
});

test('what the server holds for the same is no change', () => {
  const before = {
    resources: { limits: { cpu: '1000m' } },
    hostNetwork: false,
    volumeMounts: [{ name: 'd', mountPath: '/a' }],
  };
  const after = { resources: { limits: { cpu: 1 } }, volumeMounts: [{ name: 'd', mountPath: '/a' }] };
  assert.deepEqual(fieldChanges(before, after), []);
});
