import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Credentials } from '../../../src/cluster/credentials';
import { type Json, record, text } from '../../../src/cluster/json';
import { Reflector } from '../../../src/cluster/reflector';
import { Transport } from '../../../src/cluster/transport';
import { FakeApiServer } from '../../support/fakeApiServer';
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
  const cluster = { value: { server: server.url }, folder: '' };
  const credentials = new Credentials({ cluster, user: { value: {}, folder: '' }, clock });
  transport = new Transport({ server: new URL(server.url), proxy: undefined, credentials, clock });
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

test('stops at a missing right, names it, and tries again when told', async () => {
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
  clock.advance(600_000);
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(server.received.length, 1);
  reflector.restart();
  await eventually('live', live);
});

test('takes a refusal for a passing one when the server had let us in before', async () => {
  await startWith('a');
  server.cutWatches();
  server.fail({ status: 403 });
  await eventually('the loss', () => clock.pending.includes(400));
  clock.advance(400);
  await eventually('the refusal', () => server.received.length === 2 && clock.pending.includes(800));
  assert.equal(reflector.state.kind, 'reconnecting');
  clock.advance(30_000);
  await eventually('live', live);
});

test('stops when the login has expired, and says so', async () => {
  server.fail({ status: 401 });
  server.fail({ status: 401 });
  reflector.start();
  await eventually('the end', () => reflector.state.kind === 'failed');
  assert.deepEqual(reflector.state, {
    kind: 'failed',
    message: 'Could not list statefulsets.apps in db: the login is missing or has expired. Sign in again.',
  });
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

test('does not ask in a tight loop a server that ends each watch at once', async () => {
  await startWith('a');
  server.endWatches();
  await eventually('the next watch', () => server.received.length === 2 && server.openWatches === 1);
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
