import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Json } from '../../src/cluster/json';
import type { FreeCluster } from '../support/permits';
import { kubectl } from './kubectl';
import { type Admin, connect, connectAdmin, makeNamespace, removeNamespace, statefulSet } from './realCluster';

let admin: Admin;
let cluster: FreeCluster;
const namespaces: string[] = [];

before(async () => {
  admin = await connectAdmin();
  cluster = await connect();
  for (const name of ['ours', 'theirs', 'other']) namespaces.push(await makeNamespace(admin, name));
});

after(async () => {
  cluster.dispose();
  for (const namespace of namespaces) await removeNamespace(admin, namespace);
});

function web(container: object, spec: object = {}, labels: object = {}) {
  const set = statefulSet('web', { replicas: 0, ...spec });
  const { template } = set.spec;
  return {
    ...set,
    metadata: { name: 'web', labels },
    spec: { ...set.spec, template: { ...template, spec: { ...template.spec, containers: [container] } } },
  };
}

/** What kubectl's client-side apply makes first, and what the manifest has become: fields are gone at every depth. */
const FIRST = web(
  {
    name: 'app',
    image: 'registry.example/app:1',
    env: [
      { name: 'STAYS', value: '1' },
      { name: 'GOES', value: '1' },
    ],
    ports: [{ containerPort: 80 }, { containerPort: 81 }],
    resources: { requests: { cpu: '100m' } },
    command: ['/bin/app'],
  },
  { minReadySeconds: 5, revisionHistoryLimit: 3, updateStrategy: { rollingUpdate: { partition: 1 } } },
  { stays: 'yes', goes: 'yes' },
);
const SECOND = web(
  {
    name: 'app',
    image: 'registry.example/app:2',
    env: [{ name: 'STAYS', value: '2' }],
    ports: [{ containerPort: 80 }],
  },
  { minReadySeconds: 7 },
  { stays: 'yes' },
);

const pathOf = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/statefulsets/web`;

async function stored(namespace: string): Promise<Json> {
  return (await admin.call('GET', pathOf(namespace))).body;
}

/** Without what differs between any two objects: identity, times, and the status. */
function comparable(object: Json): Json {
  const { managedFields, name, labels, annotations } = object.metadata as Record<string, unknown>;
  const owners = (managedFields as readonly Record<string, unknown>[])
    .filter(({ subresource }) => subresource !== 'status')
    .map((entry) => ({ ...entry, time: undefined }));
  return { ...object, metadata: { name, labels, annotations, owners }, status: undefined };
}

async function begin(namespace: string): Promise<void> {
  await kubectl(['apply', '-n', namespace, '-f', '-'], FIRST);
}

test('after our apply and kubectl’s server-side one, the objects and who owns their fields are equal', async () => {
  const [ours = '', theirs = ''] = namespaces;
  await begin(ours);
  await begin(theirs);
  const result = await cluster.apply({ object: SECOND, namespace: ours });
  assert.equal(result.status, 'configured');
  const args = ['apply', '-n', theirs, '--server-side', '--force-conflicts', '--field-manager=ordinal', '-f', '-'];
  await kubectl(args, SECOND);
  const object = comparable(await stored(ours));
  assert.deepEqual(object, comparable(await stored(theirs)));
  assert.doesNotMatch(JSON.stringify(object), /GOES|goes|revisionHistoryLimit":3|100m|\/bin\/app|client-side/);
});

test('and again, when nothing is left to take over', async () => {
  const [ours = '', theirs = ''] = namespaces;
  assert.equal((await cluster.apply({ object: SECOND, namespace: ours })).status, 'unchanged');
  const third = web({ name: 'app', image: 'registry.example/app:3' });
  assert.equal((await cluster.apply({ object: third, namespace: ours })).status, 'configured');
  await kubectl(['apply', '-n', theirs, '--server-side', '--field-manager=ordinal', '-f', '-'], third);
  assert.deepEqual(comparable(await stored(ours)), comparable(await stored(theirs)));
});

test('the pods are replaced once, where kubectl makes two revisions of it', async () => {
  const generation = async (namespace: string): Promise<number> =>
    ((await stored(namespace)).metadata as { generation: number }).generation;
  const [ours = '', theirs = ''] = namespaces;
  for (const namespace of [ours, theirs]) {
    await admin.call('DELETE', pathOf(namespace));
    await begin(namespace);
  }
  await cluster.apply({ object: SECOND, namespace: ours });
  assert.equal(await generation(ours), 2);
  await kubectl(
    ['apply', '-n', theirs, '--server-side', '--force-conflicts', '--field-manager=ordinal', '-f', '-'],
    SECOND,
  );
  assert.equal(await generation(theirs), 3);
});

test('a dry-run tells what will be, fields that are taken away and their defaults included', async () => {
  const [, , other = ''] = namespaces;
  await begin(other);
  const first = await stored(other);
  const dry = await cluster.apply({ object: SECOND, namespace: other, dryRun: true });
  assert.deepEqual(await stored(other), first);
  const real = await cluster.apply({ object: SECOND, namespace: other });
  assert.ok(dry.status === 'configured' && real.status === 'configured');
  const spec = ({ object }: { object: Json }): unknown => object.spec;
  assert.deepEqual(spec(dry), spec(real));
});

test('what others own is a conflict still, and nothing is taken over then', async () => {
  const [, , other = ''] = namespaces;
  await admin.call('DELETE', pathOf(other));
  await begin(other);
  const scaler = `${pathOf(other)}?fieldManager=autoscaler`;
  const live = await stored(other);
  // Without a version: the controller writes the status meanwhile.
  const metadata = { ...(live.metadata as object), resourceVersion: undefined };
  const put = await admin.call('PUT', scaler, { ...live, metadata, spec: { ...(live.spec as object), replicas: 4 } });
  assert.equal(put.status, 200);
  const before = comparable(await stored(other));
  const result = await cluster.apply({ object: SECOND, namespace: other });
  assert.ok(result.status === 'refused');
  assert.equal(result.problem.kind, 'conflict');
  assert.deepEqual(
    result.problem.fields.map(({ text, owner }) => `${text} ${owner}`),
    ['.spec.replicas autoscaler'],
  );
  assert.deepEqual(comparable(await stored(other)), before);
});

test('what the server refuses is refused before anything is taken over', async () => {
  const [, , other = ''] = namespaces;
  const before = comparable(await stored(other));
  const result = await cluster.apply({
    object: web({ name: 'app' }, { serviceName: 'x' }),
    namespace: other,
    force: true,
  });
  assert.ok(result.status === 'refused');
  assert.equal(result.problem.kind, 'invalid');
  assert.deepEqual(comparable(await stored(other)), before);
});
