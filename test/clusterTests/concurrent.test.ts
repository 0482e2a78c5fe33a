import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApplyResult } from '../../src/cluster/main';
import type { Json } from '../../src/cluster/json';
import type { FreeCluster } from '../support/permits';
import { type Admin, connect, connectAdmin, makeNamespace, removeNamespace, statefulSet } from './realCluster';

/** Two people with the same tool, whom the server cannot tell apart. */
let admin: Admin;
let [ann, bob]: [FreeCluster, FreeCluster] = [undefined as never, undefined as never];
let namespace: string;

before(async () => {
  admin = await connectAdmin();
  namespace = await makeNamespace(admin, 'two');
  [ann, bob] = [await connect(), await connect()];
});

after(async () => {
  for (const each of [ann, bob]) each.dispose();
  await removeNamespace(admin, namespace);
});

const set = (name: string, spec: object = {}) => statefulSet(name, { replicas: 0, ...spec });
const objectOf = (result: ApplyResult): Json => ('object' in result ? result.object : assert.fail(result.status));
const replicas = async (name: string): Promise<unknown> =>
  ((await admin.call('GET', `/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`)).body.spec as Json).replicas;

test('the change of the first is not overwritten by the second who has not seen it', async () => {
  const seen = objectOf(await ann.apply({ object: set('web'), namespace }));
  await ann.apply({ object: set('web', { replicas: 2 }), namespace, seen });
  const result = await bob.apply({ object: set('web', { replicas: 1 }), namespace, seen });
  assert.ok(result.status === 'refused');
  assert.equal(result.problem.kind, 'changed');
  assert.deepEqual(
    result.problem.fields.map(({ text, message }) => `${text}: ${message}`),
    ['spec.replicas: somebody has changed it meanwhile, from 0 to 2'],
  );
  assert.equal(await replicas('web'), 2);
});

test('a field that the first has added is not taken away by the second who does not know it', async () => {
  const seen = objectOf(await ann.apply({ object: set('added'), namespace }));
  await ann.apply({ object: set('added', { minReadySeconds: 5 }), namespace, seen });
  const result = await bob.apply({ object: set('added', { revisionHistoryLimit: 4 }), namespace, seen });
  assert.ok(result.status === 'refused');
  assert.deepEqual(result.problem.fields[0]?.path, ['spec', 'minReadySeconds']);
});

test('whoever says the same, or changes something else, is not held up', async () => {
  const seen = objectOf(await ann.apply({ object: set('same', { minReadySeconds: 1 }), namespace }));
  const wanted = set('same', { minReadySeconds: 2 });
  await ann.apply({ object: wanted, namespace, seen });
  assert.equal((await bob.apply({ object: wanted, namespace, seen })).status, 'unchanged');
  const more = set('same', { minReadySeconds: 2, replicas: 1 });
  assert.equal((await bob.apply({ object: more, namespace, seen })).status, 'configured');
});

test('of many at once each is applied or says why not, while the status moves', async () => {
  await ann.apply({ object: set('busy'), namespace });
  const still = new AbortController();
  const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/busy/status`;
  const mover = (async () => {
    for (let count = 0; !still.signal.aborted; count++) {
      const { body } = await admin.call('GET', path);
      await admin.call('PUT', path, { ...body, status: { ...(body.status as object), collisionCount: count } });
    }
  })();
  const results = await Promise.all(
    [1, 2, 3, 4].map((each) =>
      (each % 2 ? ann : bob).apply({ object: set('busy', { minReadySeconds: each }), namespace }),
    ),
  );
  still.abort();
  await mover;
  for (const result of results) {
    if (result.status === 'refused') assert.match(result.problem.message, /modified/);
    else assert.equal(result.status, 'configured');
  }
});

test('an object that was made anew under the name is not what was seen', async () => {
  const seen = objectOf(await ann.apply({ object: set('anew', { replicas: 1 }), namespace }));
  await admin.call('DELETE', `/apis/apps/v1/namespaces/${namespace}/statefulsets/anew`);
  await bob.apply({ object: set('anew', { replicas: 2 }), namespace });
  const result = await ann.apply({ object: set('anew', { replicas: 3 }), namespace, seen });
  assert.ok(result.status === 'refused');
  assert.equal(result.problem.kind, 'changed');
});

test('a version in the manifest is its author’s own precondition', async () => {
  const { metadata } = objectOf(await ann.apply({ object: set('pinned'), namespace }));
  const { resourceVersion } = metadata as { resourceVersion: string };
  await ann.apply({ object: set('pinned', { replicas: 1 }), namespace });
  const pinned = set('pinned', { replicas: 2 });
  const object = { ...pinned, metadata: { ...pinned.metadata, resourceVersion } };
  const result = await bob.apply({ object, namespace });
  assert.ok(result.status === 'refused');
  assert.match(result.problem.message, /the object has been modified/);
});

test('a namespace that is going away says so', async () => {
  const gone = await makeNamespace(admin, 'gone');
  await admin.call('DELETE', `/api/v1/namespaces/${gone}`);
  const result = await ann.apply({ object: set('late'), namespace: gone });
  assert.ok(result.status === 'refused');
  assert.match(result.problem.message, /being terminated|not found/);
});
