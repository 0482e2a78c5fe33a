import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { connectionError } from '../../../src/cluster/apiErrors';
import { type Json, record, text } from '../../../src/cluster/json';
import { Reflector } from '../../../src/cluster/reflector';
import type { Transport } from '../../../src/cluster/transport';
import { FakeApiServer } from '../../support/fakeApiServer';
import { transportTo } from '../../support/fakeTransport';
import { ManualClock, eventually } from '../../support/manualClock';

const PATH = '/apis/apps/v1/namespaces/db/statefulsets';

let server: FakeApiServer;
let clock: ManualClock;
let transport: Transport;
let reflector: Reflector<string>;
let states: string[];
let changes: string[];

beforeEach(async () => {
  server = await FakeApiServer.start();
  clock = new ManualClock();
  transport = transportTo(server, clock);
  states = [];
  changes = [];
  reflector = makeReflector(new Set());
});

afterEach(async () => {
  reflector.dispose();
  transport.dispose();
  await eventually('no connection is left', () => server.openSockets === 0);
  assert.deepEqual(clock.pending, []);
  await server.close();
});

function makeReflector(listOnly: Set<string>): Reflector<string> {
  const made: Reflector<string> = new Reflector<string>({
    transport,
    path: PATH,
    resource: 'statefulsets.apps',
    namespace: 'db',
    clock,
    listOnly,
    project: (object: Json) => `${text(record(object.metadata).name)}@${text(record(object.metadata).resourceVersion)}`,
    onChange: (before, after) => changes.push(`${before ?? '-'} > ${after ?? '-'}`),
    onState: () => states.push(made.state.kind),
  });
  return made;
}

const names = (): string =>
  [...reflector.entries()]
    .map(([name]) => name)
    .sort()
    .join();
const live = (): boolean => reflector.state.kind === 'live';

async function startWith(...objects: string[]): Promise<void> {
  for (const name of objects) server.put(PATH, name);
  reflector.start();
  await eventually('live', live);
}

test('has the objects from one watch request, and follows what changes', async () => {
  await startWith('a', 'b');
  assert.equal(names(), 'a,b');
  server.put(PATH, 'c');
  server.put(PATH, 'a');
  server.remove(PATH, 'b');
  await eventually('the changes', () => names() === 'a,c' && reflector.get('a') === 'a@104');
  assert.equal(server.received.length, 1);
  assert.deepEqual(changes, ['- > a@101', '- > b@102', '- > c@103', 'a@101 > a@104', 'b@102 > -']);
  assert.deepEqual(states, ['live']);
});

test('lists in pages where the server refuses to send its objects first, and remembers it', async () => {
  server.initialEvents = 'refused';
  const listOnly = new Set<string>();
  reflector = makeReflector(listOnly);
  await startWith('a', 'b', 'c', 'd', 'e');
  assert.equal(names(), 'a,b,c,d,e');
  await eventually('the watch', () => server.openWatches === 1);
  assert.deepEqual(
    server.received.map(({ query }) =>
      query.watch ? (query.resourceVersion ?? 'initial') : `list ${query.continue ?? ''}`,
    ),
    ['initial', 'list ', 'list 2', 'list 4', '105'],
  );
  assert.ok(listOnly.has('statefulsets.apps'));
});

test('lists in pages that begin anew when the server has forgotten where the list began', async () => {
  server.initialEvents = 'refused';
  for (const name of ['a', 'b', 'c']) server.put(PATH, name);
  server.fail({ status: 410 }, ({ query }) => query.continue !== undefined);
  reflector.start();
  await eventually('a pause', () => clock.pending.includes(400));
  server.remove(PATH, 'a');
  clock.advance(400);
  await eventually('live', live);
  assert.equal(names(), 'b,c');
});

test('asks for pages that are as large as can be parsed without a halt', async () => {
  server.initialEvents = 'refused';
  server.pageSize = 1000;
  for (let index = 0; index < 130; index++) server.put(PATH, `set-${index}`, { spec: 'x'.repeat(20_000) });
  reflector.start();
  await eventually('live', live);
  const limits = server.received.filter(({ query }) => query.watch === undefined).map(({ query }) => query.limit);
  assert.equal(reflector.size, 130);
  assert.deepEqual(limits, ['100', '74']);
});

test('does not take a login page for a cluster that is empty', async () => {
  server.initialEvents = 'refused';
  server.put(PATH, 'a');
  const isList = ({ query }: { query: Readonly<Record<string, string>> }): boolean => query.watch === undefined;
  server.fail({ status: 200, body: '<html>Sign in to the network' }, isList);
  server.fail({ status: 200, body: '<html>Sign in to the network' }, ({ query }) => query.resourceVersion === '101');
  reflector.start();
  await eventually('the refusal', () => reflector.state.kind === 'reconnecting');
  assert.ok(!reflector.synced);
  await eventually('a pause', () => clock.pending.includes(400));
  clock.advance(400);
  await eventually('the list', () => reflector.synced);
  await eventually('the watch is refused', () => reflector.state.kind === 'reconnecting');
  await eventually('a pause', () => clock.pending.includes(800));
  clock.advance(800);
  await eventually('live', () => live() && server.openWatches === 1);
});

test('remembers that a server needs lists only when a list has come', async () => {
  const listOnly = new Set<string>();
  reflector = makeReflector(listOnly);
  server.initialEvents = 'ignored';
  reflector.start();
  await eventually('the watch', () => server.openWatches === 1 && clock.pending.includes(10_000));
  server.fail({ status: 500 });
  clock.advance(10_000);
  await eventually('the refusal', () => reflector.state.kind === 'reconnecting');
  assert.equal(listOnly.size, 0);
  clock.advance(400);
  await eventually('live', live);
  assert.ok(listOnly.has('statefulsets.apps'));
});

test('asks for all objects of at most two resources at once', async () => {
  server.initialEvents = 'ignored';
  const listOnly = new Set<string>();
  const all = [reflector, makeReflector(listOnly), makeReflector(listOnly)];
  for (const each of all) each.start();
  await eventually('two watches', () => server.openWatches === 2);
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(server.received.length, 2);
  server.initialEvents = 'sent';
  server.endInitialEvents();
  await eventually('all live', () => all.every(({ state }) => state.kind === 'live'));
  assert.equal(server.received.length, 3);
  for (const each of all) each.dispose();
});

test('lets another resource begin when one that waits for its turn is given up', async () => {
  server.initialEvents = 'ignored';
  const all = [reflector, ...Array.from({ length: 3 }, () => makeReflector(new Set()))];
  for (const each of all) each.start();
  await eventually('two watches', () => server.openWatches === 2);
  all[2]?.dispose();
  all[0]?.dispose();
  await eventually('the last one', () => server.received.length === 3);
  for (const each of all) each.dispose();
});

test('lists where no end of the initial events comes within ten seconds of silence', async () => {
  server.initialEvents = 'ignored';
  server.put(PATH, 'a');
  reflector.start();
  await eventually('rows as they come', () => names() === 'a');
  assert.equal(reflector.state.kind, 'connecting');
  clock.advance(10_000);
  await eventually('live', live);
  assert.equal(names(), 'a');
  assert.ok(reflector.synced);
});

test('goes on at once, and from where it was, when the server ends a watch in order', async () => {
  await startWith('a');
  server.put(PATH, 'b');
  server.bookmark();
  server.put(PATH, 'c');
  await eventually('c', () => names() === 'a,b,c');
  clock.advance(100_000);
  server.endWatches();
  await eventually('the next watch', () => server.watchRequests.length === 2 && server.openWatches === 1);
  assert.equal(server.watchRequests[1]?.query.resourceVersion, '104');
  assert.deepEqual(states, ['live']);
});

test('loses nothing when the connection is cut in the middle of an event', async () => {
  await startWith('a');
  server.write('{"type":"ADDED","object":{"metadata":{"name":"hal');
  await new Promise((done) => setTimeout(done, 20));
  server.cutWatches();
  await eventually('the loss', () => reflector.state.kind === 'reconnecting');
  server.put(PATH, 'b');
  assert.equal(names(), 'a');
  await eventually('a pause', () => clock.pending.includes(400));
  clock.advance(400);
  await eventually('live', () => live() && names() === 'a,b');
  assert.equal(server.watchRequests.at(-1)?.query.resourceVersion, '101');
  assert.deepEqual(states, ['live', 'reconnecting', 'live']);
});

test('starts anew when the server no longer knows the place, by an ERROR event', async () => {
  await startWith('a', 'b');
  server.cutWatches();
  await eventually('the loss', () => reflector.state.kind === 'reconnecting');
  server.remove(PATH, 'a');
  server.put(PATH, 'c');
  server.oldest = 200;
  clock.advance(30_000);
  await eventually('the truth', () => live() && names() === 'b,c');
  assert.equal(server.watchRequests.at(-1)?.query.sendInitialEvents, 'true');
  assert.ok(!changes.slice(2).some((change) => change.startsWith('b@')), 'what did not change is not told');
});

test('starts anew when the server no longer knows the place, by its status', async () => {
  await startWith('a');
  server.cutWatches();
  await eventually('the loss', () => reflector.state.kind === 'reconnecting');
  server.fail({ status: 410 });
  clock.advance(30_000);
  await eventually('live', live);
  assert.equal(server.watchRequests.at(-1)?.query.sendInitialEvents, 'true');
});

test('waits as long as the server asks', async () => {
  server.fail({ status: 429, headers: { 'retry-after': '7' } });
  reflector.start();
  await eventually('the refusal', () => reflector.state.kind === 'reconnecting');
  await eventually('the pause', () => clock.pending.includes(7_000));
  clock.advance(6_999);
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(server.received.length, 1);
  clock.advance(1);
  await eventually('live', live);
});

test('waits longer after each failure, up to half a minute', async () => {
  const pauses = [720, 1440, 2880, 5760, 11_520, 23_040, 27_000, 27_000];
  clock.chance = 0.9;
  pauses.forEach(() => {
    server.fail({ status: 500 });
  });
  reflector.start();
  for (const [index, pause] of pauses.entries()) {
    const paused = (): boolean => clock.pending.length === 1 && Math.round(clock.pending[0] ?? 0) === pause;
    await eventually(`a pause of ${pause} ms`, () => server.received.length === index + 1 && paused());
    clock.advance(pause + 1);
  }
  await eventually('live', live);
  assert.deepEqual(states, ['reconnecting', 'live']);
});

test('comes back within seconds however often the server was not there', async () => {
  clock.chance = 0.9;
  await startWith('a');
  server.absent = true;
  server.cutWatches();
  await eventually('a pause', () => clock.pending.includes(720));
  clock.advance(720);
  for (const pause of [720, 1440, 2880, 3600, 3600, 3600]) {
    await eventually(`a pause of ${pause} ms`, () => clock.pending.includes(pause));
    clock.advance(pause);
  }
  clock.advance(300_000);
  await eventually('a longer pause after five minutes', () => clock.pending.includes(720));
  server.absent = false;
  clock.advance(30_000);
  await eventually('live', live);
  assert.ok(states.filter((kind) => kind === 'reconnecting').length > 0);
});

test('tries again at once when the server has answered somebody else', async () => {
  clock.chance = 0.9;
  await startWith('a');
  server.absent = true;
  server.cutWatches();
  await eventually('a pause', () => clock.pending.includes(720));
  clock.advance(720);
  await eventually('the next pause', () => reflector.state.kind === 'reconnecting' && clock.pending.includes(720));
  server.absent = false;
  await transport.request({ path: '/version', action: 'read the version' });
  await eventually('live', live);
});

test('names a missing right, asks again ever more seldom, and at once when told', async () => {
  const message =
    'statefulsets.apps is forbidden: User "dev" cannot watch resource "statefulsets" in API group "apps" in the namespace "db"';
  server.fail({ status: 403, body: { kind: 'Status', reason: 'Forbidden', message, code: 403 } });
  reflector.start();
  await eventually('the refusal', () => reflector.state.kind === 'forbidden');
  assert.deepEqual(reflector.state, {
    kind: 'forbidden',
    right: 'watch statefulsets.apps',
    message: 'User dev may not watch statefulsets.apps in namespace db.',
  });
  server.always(() => (open ? undefined : { status: 403, body: { kind: 'Status', reason: 'Forbidden', message } }));
  let open = false;
  for (const [asked, pause] of [22_500, 45_000, 90_000, 180_000, 360_000, 450_000, 450_000].entries()) {
    await eventually('the pause', () => clock.pending.includes(pause));
    assert.equal(server.received.length, asked + 1);
    clock.advance(pause);
  }
  await eventually('the last refusal', () => server.received.length === 8 && clock.pending.length === 1);
  assert.deepEqual(states, ['forbidden'], 'told once');
  open = true;
  reflector.restart();
  await eventually('live', live);
});

test('comes back by itself when the right has been given', async () => {
  server.fail({ status: 403 });
  reflector.start();
  await eventually('the refusal', () => reflector.state.kind === 'forbidden' && clock.pending.includes(22_500));
  server.fail({ status: 503 });
  clock.advance(22_500);
  await eventually('a failure that says nothing about rights', () => clock.pending.includes(400));
  assert.equal(reflector.state.kind, 'forbidden');
  clock.advance(400);
  await eventually('live', live);
});

test('takes a refusal for a passing one when the server had let us in before', async () => {
  await startWith('a');
  server.cutWatches();
  server.fail({ status: 403 });
  await eventually('the loss', () => clock.pending.includes(400));
  clock.advance(400);
  await eventually('the refusal', () => server.received.length === 2 && clock.pending.includes(400));
  assert.equal(reflector.state.kind, 'reconnecting');
  clock.advance(30_000);
  await eventually('live', live);
});

test('says that the login has expired, and asks again once in a while', async () => {
  server.fail({ status: 401 });
  reflector.start();
  await eventually('the end', () => reflector.state.kind === 'failed');
  assert.deepEqual(reflector.state, {
    kind: 'failed',
    signIn: true,
    message: 'Could not list statefulsets.apps in db: the login is missing or has expired. Sign in again.',
  });
  await eventually('the pause', () => clock.pending.includes(22_500));
  assert.equal(server.received.length, 1);
  clock.advance(22_500);
  await eventually('live', live);
});

test('gives up a connection that has been silent for two and a half minutes', async () => {
  await startWith('a');
  clock.advance(149_999);
  assert.equal(reflector.state.kind, 'live');
  clock.advance(1);
  await eventually('the loss', () => reflector.state.kind === 'reconnecting');
  clock.advance(30_000);
  await eventually('live', live);
});

test('lives through an event that is not JSON', async () => {
  await startWith('a');
  server.write('<html>\n');
  await eventually('the loss', () => reflector.state.kind === 'reconnecting');
  server.put(PATH, 'b');
  clock.advance(30_000);
  await eventually('the truth', () => live() && names() === 'a,b');
});

test('starts anew after a second silence, as when the data of the server were restored from a backup', async () => {
  await startWith('a');
  for (let silence = 0; silence < 2; silence++) {
    clock.advance(150_000);
    await eventually('the loss', () => reflector.state.kind === 'reconnecting' && clock.pending.includes(400));
    clock.advance(400);
    await eventually('live', () => live() && server.openWatches === 1);
  }
  assert.deepEqual(
    server.watchRequests.map(({ query }) => query.resourceVersion ?? 'initial'),
    ['initial', '101', 'initial'],
  );
});

test('takes what is no event for a lost connection, and shows none of it', async () => {
  for (const line of ['{"type":"ADDED","object":{}}', '{"type":"MOVED","object":{"metadata":{"name":"x"}}}', '[]']) {
    const known = server.received.length;
    if (known === 0) await startWith('a');
    server.write(`${line}\n`);
    await eventually('the loss', () => reflector.state.kind === 'reconnecting' && clock.pending.length === 1);
    clock.advance(30_000);
    await eventually('live', () => live() && server.openWatches === 1);
  }
  assert.equal(names(), 'a');
});

test('shows nothing of a watch that was given up while its events were told', async () => {
  for (const name of ['a', 'b', 'c']) server.put(PATH, name);
  const told: string[] = [];
  const impatient = new Reflector<string>({
    transport,
    path: PATH,
    resource: 'statefulsets.apps',
    namespace: 'db',
    clock,
    listOnly: new Set(),
    project: (object: Json) => text(record(object.metadata).name) ?? '',
    onChange: (_, after) => {
      told.push(after ?? '');
      impatient.dispose();
    },
    onState: () => undefined,
  });
  impatient.start();
  await eventually('the first object', () => told.length > 0);
  await eventually('the end', () => server.openWatches === 0);
  assert.deepEqual(told, ['a']);
  assert.equal(impatient.size, 0);
});

test('tries again when a strange certificate is met on the way to a server that is known', async () => {
  const tls = Object.assign(new Error('not for this name'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  await startWith('a');
  const stream = transport.stream.bind(transport);
  let strange = 1;
  transport.stream = async (request) => {
    if (strange-- > 0) throw connectionError(tls, server.url);
    return stream(request);
  };
  server.cutWatches();
  await eventually('a pause', () => clock.pending.includes(400));
  clock.advance(400);
  await eventually('the certificate is told', () =>
    JSON.stringify(reflector.state).includes('its certificate is for another host name'),
  );
  await eventually('a pause', () => clock.pending.includes(400));
  clock.advance(400);
  await eventually('live', live);
});

test('does not ask in a tight loop a server that ends each watch at once', async () => {
  await startWith('a');
  clock.advance(1_000);
  server.endWatches();
  await eventually('the next watch', () => server.received.length === 2 && server.openWatches === 1);
  server.put(PATH, 'b');
  await eventually('b', () => names() === 'a,b');
  server.endWatches();
  await eventually('a pause', () => clock.pending.includes(400));
  assert.equal(server.received.length, 2);
});

test('goes on at once after a reconnect that was asked for', async () => {
  await startWith('a');
  reflector.reconnect();
  await eventually('the next watch', () => server.watchRequests.length === 2 && server.openWatches === 1);
  assert.equal(server.watchRequests[1]?.query.resourceVersion, '101');
  assert.deepEqual(states, ['live']);
});
