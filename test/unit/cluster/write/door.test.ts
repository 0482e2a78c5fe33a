import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Discovery } from '../../../../src/cluster/discovery';
import type { Transport } from '../../../../src/cluster/transport';
import { deletePod } from '../../../../src/cluster/write/deletePod';
import { send, type Write, type WriteContext } from '../../../../src/cluster/write/door';
import type { PlannedWrite, WriteRecord } from '../../../../src/cluster/write/permit';
import { FakeApiServer } from '../../../support/fakeApiServer';
import { transportTo } from '../../../support/fakeTransport';
import { ManualClock } from '../../../support/manualClock';
import { permitFor, trialFor } from '../../../support/permits';

let server: FakeApiServer;
let transport: Transport;
let context: WriteContext;
let records: WriteRecord[];

const SET = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'db', name: 'web' };
const POD = { apiVersion: 'v1', kind: 'Pod', namespace: 'db', name: 'web-0' };
const SEEN = { uid: 'u-1', resourceVersion: '41' };

beforeEach(async () => {
  server = await FakeApiServer.start();
  transport = transportTo(server, new ManualClock());
  context = { context: 'dev', transport, discovery: new Discovery(transport) };
  records = [];
});

afterEach(async () => {
  transport.dispose();
  await server.close();
});

const permit = (...planned: readonly PlannedWrite[]) => permitFor('dev', planned, (entry) => records.push(entry));

const conditionsOf: readonly { readonly write: Write; readonly sent: (body: Record<string, unknown>) => unknown }[] = [
  { write: { verb: 'delete', seen: SEEN }, sent: ({ preconditions }) => preconditions },
  { write: { verb: 'apply', object: { metadata: { name: 'web' } }, seen: SEEN }, sent: ({ metadata }) => metadata },
  { write: { verb: 'replace', object: { spec: {} }, seen: SEEN }, sent: ({ metadata }) => metadata },
  {
    write: { verb: 'patch', patch: { type: 'merge', body: { spec: {} } }, seen: SEEN },
    sent: ({ metadata }) => metadata,
  },
];

test('every kind of write carries what must still hold', async () => {
  for (const { write, sent } of conditionsOf) {
    await send({ write, target: SET, permit: permit({ verb: write.verb, target: SET }) }, context);
    const { body } = server.received.at(-1) ?? assert.fail();
    const { uid, resourceVersion } = sent(body as Record<string, unknown>) as typeof SEEN;
    assert.deepEqual({ uid, resourceVersion }, SEEN, write.verb);
  }
});

test('a JSON patch begins with what must still hold', async () => {
  const steps = [{ op: 'replace', path: '/spec/replicas', value: 1 }] as const;
  const write = { verb: 'patch', patch: { type: 'json', steps }, seen: SEEN } as const;
  await send({ write, target: SET, permit: permit({ verb: 'patch', target: SET }) }, context);
  assert.deepEqual(server.received[0]?.body, [
    { op: 'test', path: '/metadata/uid', value: 'u-1' },
    { op: 'replace', path: '/metadata/resourceVersion', value: '41' },
    ...steps,
  ]);
});

test('nothing is sent that the permit does not name, nor to another context', async () => {
  const write = { verb: 'delete', seen: SEEN } as const;
  await assert.rejects(send({ write, target: POD, permit: permit({ verb: 'delete', target: SET }) }, context), {
    message: 'There is no permit to delete Pod db/web-0.',
  });
  await assert.rejects(send({ write, target: POD, permit: permitFor('prod', []) }, context), {
    message: 'A permit for prod was used for dev.',
  });
  const plain = permit({ verb: 'apply', target: SET });
  const forced = { verb: 'apply', object: {}, seen: undefined, force: true } as const;
  await assert.rejects(send({ write: forced, target: SET, permit: plain }, context), /There is no permit to apply/);
  assert.deepEqual(server.received, []);
});

test('a permit is used once, but what the server refused may be tried again', async () => {
  const write = { verb: 'delete', seen: SEEN } as const;
  const once = permit({ verb: 'delete', target: POD });
  server.fail({ status: 409 });
  await assert.rejects(send({ write, target: POD, permit: once }, context));
  await send({ write, target: POD, permit: once }, context);
  await assert.rejects(send({ write, target: POD, permit: once }, context), {
    message: 'The permit to delete Pod db/web-0 has been used.',
  });
  assert.equal(server.received.length, 2);
});

test('every write leaves a record with its outcome and no value of the object', async () => {
  const object = { metadata: { name: 'web' }, stringData: { password: 'hunter2' } };
  const write = { verb: 'apply', object, seen: undefined } as const;
  const leave = permit({ verb: 'apply', target: SET });
  server.fail({ status: 422, body: { kind: 'Status', reason: 'Invalid', message: 'hunter2 is too short' } });
  await assert.rejects(send({ write, target: SET, permit: leave }, context));
  await send({ write, target: SET, permit: leave }, context);
  assert.deepEqual(
    records.map(({ outcome, answer }) => `${outcome} ${answer}`),
    ['refused 422 Invalid', 'done 200'],
  );
  assert.doesNotMatch(JSON.stringify(records), /hunter2/);
});

test('a request that never left is known not to be done', async () => {
  const leave = permit({ verb: 'delete', target: POD });
  await server.close();
  const write = { verb: 'delete', seen: SEEN } as const;
  await assert.rejects(send({ write, target: POD, permit: leave }, context));
  assert.equal(records[0]?.outcome, 'notSent');
  server = await FakeApiServer.start();
});

test('a dry-run stores nothing, so it is no write: it leaves no record and takes either permit', async () => {
  const write = { verb: 'create', object: { metadata: { name: 'web-0' } } } as const;
  await send({ write, target: POD, permit: trialFor('dev'), dryRun: true }, context);
  const { method, path, query } = server.received[0] ?? assert.fail();
  assert.equal(`${method} ${path}`, 'POST /api/v1/namespaces/db/pods');
  assert.equal(query.dryRun, 'All');
  assert.deepEqual(records, []);
});

test('deletes a pod by its uid', async () => {
  await deletePod({ ...POD, uid: 'u-1', permit: permit({ verb: 'delete', target: POD }) }, context);
  const { method, path, body } = server.received[0] ?? assert.fail();
  assert.equal(`${method} ${path}`, 'DELETE /api/v1/namespaces/db/pods/web-0');
  assert.deepEqual((body as { preconditions: object }).preconditions, { uid: 'u-1' });
});

test('is content when the pod is already gone, and says when it is another one', async () => {
  const leave = permit({ verb: 'delete', target: POD });
  server.fail({ status: 404 });
  await deletePod({ ...POD, uid: 'u-1', permit: leave }, context);
  server.fail({ status: 409 });
  await assert.rejects(deletePod({ ...POD, uid: 'u-1', permit: leave }, context), {
    message: 'Pod db/web-0 was not deleted: it has been replaced by a new one meanwhile.',
  });
});
