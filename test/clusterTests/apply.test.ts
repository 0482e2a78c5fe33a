import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApplyResult } from '../../src/cluster/main';
import type { FreeCluster } from '../support/permits';
import {
  type Admin,
  connect,
  connectAdmin,
  connectAs,
  makeNamespace,
  removeNamespace,
  statefulSet,
  until,
} from './realCluster';

let admin: Admin;
let cluster: FreeCluster;
let namespace: string;

before(async () => {
  admin = await connectAdmin();
  namespace = await makeNamespace(admin, 'apply');
  cluster = await connect();
});

after(async () => {
  cluster.dispose();
  await removeNamespace(admin, namespace);
});

function problemOf(result: ApplyResult) {
  assert.ok(result.status === 'refused', result.status);
  return result.problem;
}

test('tells created, unchanged and configured apart', async () => {
  const states: string[] = [];
  for (const replicas of [0, 0, 1]) {
    states.push((await cluster.apply({ object: statefulSet('web', { replicas }), namespace })).status);
  }
  assert.deepEqual(states, ['created', 'unchanged', 'configured']);
});

test('stores nothing in a dry run', async () => {
  const result = await cluster.apply({ object: statefulSet('dry'), namespace, dryRun: true });
  assert.equal(result.status, 'created');
  assert.equal(await cluster.read({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name: 'dry' }), undefined);
});

test('applies kinds without a namespace, and kinds with one where the manifest says', async () => {
  const name = `other-${namespace}`;
  const made = await cluster.apply({ object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, namespace });
  assert.equal(made.status, 'created');
  const map = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: name },
    data: { a: '1' },
  };
  assert.equal((await cluster.apply({ object: map, namespace })).status, 'created');
  const stored = await cluster.read({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'settings' });
  assert.deepEqual(stored?.data, { a: '1' });
  await removeNamespace(admin, name);
});

test('names every unknown field of a manifest', async () => {
  const problem = problemOf(await cluster.apply({ object: statefulSet('typo', { replcias: 3 }), namespace }));
  assert.equal(problem.kind, 'unknownField');
  assert.deepEqual(problem.fields, [
    { path: ['spec', 'replcias'], text: '.spec.replcias', message: 'field not declared in schema' },
  ]);
  assert.equal(problem.message, `StatefulSet ${namespace}/typo was refused: there is no field spec.replcias`);
});

test('finds an unknown field inside a container by the container', async () => {
  const template = {
    metadata: { labels: { app: 'typo' } },
    spec: { containers: [{ name: 'app', image: 'registry.example/app:1', imagePullPolcy: 'Always' }] },
  };
  const problem = problemOf(await cluster.apply({ object: statefulSet('typo', { template }), namespace }));
  assert.deepEqual(problem.fields[0]?.path, [
    'spec',
    'template',
    'spec',
    'containers',
    { name: 'app' },
    'imagePullPolcy',
  ]);
});

test('says which value has the wrong type', async () => {
  const problem = problemOf(await cluster.apply({ object: statefulSet('typo', { replicas: 'three' }), namespace }));
  assert.equal(problem.kind, 'invalid');
  assert.deepEqual(problem.fields[0]?.path, ['spec', 'replicas']);
});

test('reports invalid values with their paths', async () => {
  const template = {
    metadata: { labels: { app: 'bad' } },
    spec: { containers: [{ name: 'app', image: 'registry.example/app:1', ports: [{ containerPort: 99_999 }] }] },
  };
  // A Deployment: the template of a StatefulSet is validated from 1.34 on only.
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'bad' },
    spec: { selector: { matchLabels: { app: 'bad' } }, template },
  };
  const problem = problemOf(await cluster.apply({ object, namespace }));
  assert.equal(problem.kind, 'invalid');
  assert.deepEqual(problem.fields[0]?.path, ['spec', 'template', 'spec', 'containers', 0, 'ports', 0, 'containerPort']);
});

test('reports the fields that a StatefulSet may not change', async () => {
  await cluster.apply({ object: statefulSet('fixed', { replicas: 0 }), namespace });
  const problem = problemOf(
    await cluster.apply({ object: statefulSet('fixed', { replicas: 0, serviceName: 'x' }), namespace }),
  );
  assert.equal(problem.kind, 'invalid');
  // One sentence for all of them up to 1.36; 1.37 names each field.
  assert.match(problem.message, /updates to statefulset spec for fields other than|serviceName: .* field is immutable/);
});

test('leaves fields to their owner, names the owner, and takes them only when told', async () => {
  const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets?fieldManager=helm`;
  await admin.call('POST', path, statefulSet('owned', { replicas: 0 }));
  const object = statefulSet('owned', { replicas: 1 });
  const problem = problemOf(await cluster.apply({ object, namespace }));
  assert.equal(problem.kind, 'conflict');
  assert.deepEqual(problem.managers, ['helm']);
  assert.equal(problem.fields[0]?.owner, 'helm');
  assert.deepEqual(
    problem.fields.map((field) => field.path),
    [['spec', 'replicas']],
  );
  assert.equal((await cluster.apply({ object, namespace, force: true })).status, 'configured');
});

test('says who may not apply what', async () => {
  const nobody = await connectAs('nobody-here');
  const problem = problemOf(await nobody.apply({ object: statefulSet('mine'), namespace }));
  assert.equal(problem.kind, 'forbidden');
  assert.equal(problem.message, `User nobody-here may not patch statefulsets.apps in namespace ${namespace}.`);
  nobody.dispose();
});

test('passes on the warnings of the server', async () => {
  const template = {
    metadata: { labels: { app: 'warned' } },
    spec: {
      nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
      containers: [{ name: 'app', image: 'registry.example/app:1' }],
    },
  };
  const result = await cluster.apply({ object: statefulSet('warned', { template }), namespace, dryRun: true });
  assert.ok(result.status === 'created');
  assert.match(result.warnings.join(), /beta\.kubernetes\.io\/os/);
});

test('says that a kind, or a namespace, is not there', async () => {
  const object = { apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: 'x' } };
  await assert.rejects(cluster.apply({ object, namespace }), /has no Thing in example\.org\/v1/);
  const problem = problemOf(await cluster.apply({ object: statefulSet('x'), namespace: 'nowhere' }));
  assert.match(problem.message, /namespaces "nowhere" not found/);
});

test('deletes the pod that was seen, and no other', async () => {
  await cluster.apply({ object: statefulSet('doomed', { replicas: 1 }), namespace });
  const path = `/api/v1/namespaces/${namespace}/pods/doomed-0`;
  const uidOf = async (): Promise<string | undefined> =>
    ((await admin.call('GET', path)).body.metadata as { uid?: string } | undefined)?.uid;
  await until('the pod', async () => (await admin.call('GET', path)).status === 200);
  const uid = (await uidOf()) ?? '';
  await assert.rejects(
    cluster.deletePod({ namespace, name: 'doomed-0', uid: '00000000-0000-0000-0000-000000000000' }),
    /has been replaced by a new one/,
  );
  assert.equal(await uidOf(), uid);
  await cluster.deletePod({ namespace, name: 'doomed-0', uid });
  await until('another pod', async () => ![uid, undefined].includes(await uidOf()));
});
