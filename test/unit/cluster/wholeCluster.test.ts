import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Cluster, LiveChange, LiveCluster } from '../../../src/cluster/main';
import { FakeApiServer } from '../../support/fakeApiServer';
import { SETTLED, fakeCluster } from '../../support/fakeCluster';
import { ManualClock, eventually } from '../../support/manualClock';

const MINUTE = 60_000;

let server: FakeApiServer;
let clock: ManualClock;
let cluster: Cluster;
let live: LiveCluster;
let changes: LiveChange[];

beforeEach(async () => {
  server = await FakeApiServer.start();
  clock = new ManualClock();
  cluster = fakeCluster(server, clock);
  changes = [];
});

afterEach(async () => {
  cluster.dispose();
  await eventually('no connection is left', () => server.openSockets === 0);
  assert.deepEqual(clock.pending, []);
  await server.close();
});

const setsOf = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/statefulsets`;
const podsOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`;
const key = (namespace: string, name: string) => ({ kind: 'StatefulSet', namespace, name });

function putSet(namespace: string, name: string, more: object = {}): void {
  const spec = { replicas: 1, selector: { matchLabels: { app: name } } };
  server.put(setsOf(namespace), name, { ...SETTLED, spec, ...more });
}

async function open(): Promise<void> {
  live = cluster.live({});
  live.onDidChange((change) => changes.push(change));
  await eventually('live', () => live.synced && live.connectionState.kind === 'live' && server.openWatches >= 2);
  clock.advance(30);
}

function workload(namespace: string, name: string) {
  const found = live.workload(key(namespace, name));
  assert.ok(found);
  return found;
}

function podRequests(): readonly string[] {
  return server.received
    .filter(({ path }) => path.endsWith('/pods'))
    .map(({ path, query }) => `${path} ${query.labelSelector ?? 'all'}`);
}

test('sees all namespaces through two watches, and keeps equal names apart', async () => {
  putSet('a', 'web');
  putSet('b', 'web');
  await open();
  assert.deepEqual(server.received.map(({ path }) => path).sort(), [
    '/apis/apps/v1/deployments',
    '/apis/apps/v1/statefulsets',
  ]);
  assert.deepEqual(live.namespaces, ['a', 'b']);
  assert.notEqual(workload('a', 'web').uid, workload('b', 'web').uid);
  server.remove(setsOf('a'), 'web');
  await eventually('it is gone', () => live.workload(key('a', 'web')) === undefined);
  assert.deepEqual(live.namespaces, ['b']);
  assert.equal(live.workloads('b').length, 1);
});

test('names the namespaces in which workloads came or went, and no others', async () => {
  putSet('a', 'web');
  putSet('b', 'web');
  await open();
  changes = [];
  putSet('a', 'db');
  putSet('b', 'web');
  await eventually('both', () => live.workloads('a').length === 2 && workload('b', 'web').resourceVersion === '104');
  clock.advance(30);
  assert.deepEqual(changes, [{ keys: [key('a', 'db'), key('b', 'web')], namespaces: ['a'] }]);
});

test('asks only for the pods of the workloads that somebody looks at', async () => {
  putSet('a', 'web');
  putSet('a', 'db');
  server.put(podsOf('a'), 'web-0', { metadata: { ownerReferences: [{ uid: 'uid-1', controller: true }] } });
  await open();
  live.watchPods(key('a', 'web'), 'seen');
  await eventually('its pod', () => live.podsOf(workload('a', 'web'))?.length === 1);
  assert.deepEqual(podRequests(), [`${podsOf('a')} app=web`]);
  assert.equal(live.podsOf(workload('a', 'db')), undefined);
});

test('takes one stream of pods for many workloads of one namespace', async () => {
  for (let index = 0; index < 6; index++) putSet('a', `web-${index}`);
  await open();
  for (let index = 0; index < 6; index++) live.watchPods(key('a', `web-${index}`), 'seen');
  await eventually('their pods', () => live.podsOf(workload('a', 'web-5')) !== undefined);
  assert.deepEqual(podRequests().at(-1), `${podsOf('a')} all`);
  await eventually('the other streams have ended', () => server.openWatches === 4);
});

test('watches the pods of at most twenty workloads: what is seen goes before what rolls, and that stays', async () => {
  for (let index = 0; index < 25; index++) putSet(`n${index}`, 'web');
  await open();
  for (let index = 0; index < 25; index++) live.watchPods(key(`n${index}`, 'web'), index === 24 ? 'seen' : 'rolling');
  const watched = (index: number): boolean => live.podsOf(workload(`n${index}`, 'web')) !== undefined;
  await eventually('the one that is seen', () => watched(24) && watched(0));
  assert.deepEqual([1, 18, 19, 23].map(watched), [true, true, false, false]);
  await eventually('two watches for each, and two of all', () => server.openWatches === 2 + 2 * 20);
});

/** With a bookmark every minute, as a server sends them: without, a connection counts as dead. */
async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    server.bookmark();
    await new Promise((done) => setTimeout(done, 5));
    clock.advance(MINUTE);
  }
}

const state = (): string => live.connectionState.kind;

test('rests five minutes after nobody looks any more, and goes on where it was', async () => {
  putSet('a', 'web');
  await open();
  const look = live.hold();
  await pass(30);
  assert.equal(state(), 'live');
  look.dispose();
  await pass(4);
  assert.equal(state(), 'live');
  await pass(1);
  assert.equal(state(), 'resting');
  await eventually('nothing is watched', () => server.openWatches === 0);
  putSet('a', 'later');
  const before = server.received.length;
  live.hold();
  await eventually('what was missed', () => live.workloads('a').length === 2 && state() === 'live');
  const resumed = server.received.slice(before);
  assert.ok(resumed.length === 2 && resumed.every(({ query }) => query.resourceVersion !== undefined));
});

test('a rollout puts rest off as long as it moves', async () => {
  putSet('a', 'web', { status: { replicas: 1, readyReplicas: 0 } });
  await open();
  await pass(4);
  putSet('a', 'web', { status: { replicas: 1, readyReplicas: 0, updatedReplicas: 1 } });
  await eventually('the move', () => workload('a', 'web').updatedReplicas === 1);
  await pass(4);
  assert.equal(state(), 'live');
  await pass(1);
  assert.equal(state(), 'resting');
});
