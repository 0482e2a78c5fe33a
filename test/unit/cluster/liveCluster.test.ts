import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Cluster, LiveChange, LiveCluster } from '../../../src/cluster/main';
import { FakeApiServer } from '../../support/fakeApiServer';
import { SETTLED, fakeCluster } from '../../support/fakeCluster';
import { ManualClock, eventually } from '../../support/manualClock';

const SETS = '/apis/apps/v1/namespaces/db/statefulsets';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/db/deployments';
const REPLICA_SETS = '/apis/apps/v1/namespaces/db/replicasets';
const PODS = '/api/v1/namespaces/db/pods';
const EVENTS = '/api/v1/namespaces/db/events';
const WEB = { kind: 'StatefulSet', namespace: 'db', name: 'web' };

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

async function open(): Promise<void> {
  live = cluster.live({ namespace: 'db' });
  live.onDidChange((change) => changes.push(change));
  await eventually('live', () => live.synced && live.connectionState.kind === 'live' && server.openWatches >= 2);
  clock.advance(30);
}

function owner(uid: string) {
  return { ownerReferences: [{ uid, controller: true }] };
}

function web() {
  const workload = live.workload(WEB);
  assert.ok(workload);
  return workload;
}

test('sends nothing before it is asked for', async () => {
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(server.received.length, 0);
});

test('watches workloads only, while all of them rest', async () => {
  server.put(SETS, 'web', SETTLED);
  await open();
  assert.deepEqual(server.received.map(({ path }) => path).sort(), [DEPLOYMENTS, SETS]);
  assert.equal(live.podsOf(web()), undefined);
});

test('gathers changes, names the workloads, and tells of new ones', async () => {
  await open();
  changes = [];
  server.put(SETS, 'web', SETTLED);
  server.put(SETS, 'db', SETTLED);
  server.put(SETS, 'web', SETTLED);
  await eventually('both', () => live.workloads('db').length === 2 && live.workload(WEB)?.resourceVersion === '103');
  assert.equal(changes.length, 0);
  clock.advance(30);
  assert.deepEqual(
    changes.map(({ keys, namespaces }) => [keys.map(({ name }) => name), namespaces]),
    [[['web', 'db'], ['db']]],
  );
  server.put(SETS, 'web', SETTLED);
  await eventually('the change', () => live.workload(WEB)?.resourceVersion === '104');
  clock.advance(30);
  assert.deepEqual(changes[1], { keys: [WEB], namespaces: [] });
});

test('watches pods and events while somebody asks, and a minute longer', async () => {
  server.put(SETS, 'web', SETTLED);
  server.put(PODS, 'web-0', { metadata: owner('uid-1') });
  server.put(PODS, 'stranger', { metadata: owner('other') });
  await open();
  const interest = live.watchPods(WEB, 'seen');
  await eventually('its pod', () => live.podsOf(web())?.length === 1);
  changes = [];
  server.put(PODS, 'web-0', { metadata: owner('uid-1') });
  await eventually('the change', () => live.podsOf(web())?.[0]?.resourceVersion === '104');
  clock.advance(30);
  assert.deepEqual(changes, [{ keys: [WEB], namespaces: [] }]);
  interest.dispose();
  clock.advance(59_000);
  assert.equal(live.podsOf(web())?.length, 1);
  clock.advance(1_000);
  assert.equal(live.podsOf(web()), undefined);
  await eventually('only workloads', () => server.openWatches === 2);
});

test('finds the pods and events of a Deployment through its ReplicaSets', async () => {
  server.put(DEPLOYMENTS, 'api', SETTLED);
  server.put(REPLICA_SETS, 'api-5d9', { metadata: owner('uid-1') });
  server.put(PODS, 'api-5d9-x2x', { metadata: owner('uid-2') });
  const involved = (kind: string, name: string) => ({
    involvedObject: { kind, name, uid: 'gone' },
    lastTimestamp: '2026-01-01T00:00:00Z',
  });
  server.put(EVENTS, 'e1', involved('Pod', 'api-5d9-zzz'));
  server.put(EVENTS, 'e2', involved('ReplicaSet', 'api-5d9'));
  server.put(EVENTS, 'e3', involved('Pod', 'else-5d9-zzz'));
  await open();
  live.watchPods({ kind: 'Deployment', namespace: 'db', name: 'api' }, 'seen');
  const api = live.workload({ kind: 'Deployment', namespace: 'db', name: 'api' });
  assert.ok(api?.kind === 'Deployment');
  await eventually('its pod', () => live.podsOf(api)?.length === 1);
  await eventually('its events', () => live.eventsOf(api).length === 2);
  assert.equal(live.replicaSetsOf(api).length, 1);
});

test('finds the events of pods and claims that are gone by their names', async () => {
  server.put(SETS, 'web', {
    spec: { ...SETTLED.spec, volumeClaimTemplates: [{ metadata: { name: 'my-data' } }] },
    status: SETTLED.status,
  });
  const involved = (kind: string, name: string) => ({ involvedObject: { kind, name, uid: 'gone' }, reason: name });
  for (const [index, [kind, name]] of Object.entries([
    ['Pod', 'web-7'],
    ['Pod', 'web-seven'],
    ['PersistentVolumeClaim', 'my-data-web-7'],
    ['PersistentVolumeClaim', 'other-web-7'],
    ['StatefulSet', 'web'],
  ] as const)) {
    server.put(EVENTS, `e${index}`, involved(kind, name));
  }
  await open();
  live.watchPods(WEB, 'seen');
  await eventually('its events', () => live.eventsOf(web()).length === 3);
  assert.deepEqual(
    live
      .eventsOf(web())
      .map(({ reason }) => reason)
      .sort(),
    ['my-data-web-7', 'web', 'web-7'],
  );
});

test('keeps the newest events of a noisy namespace', async () => {
  server.put(SETS, 'web', SETTLED);
  await open();
  live.watchPods(WEB, 'seen');
  await eventually('events', () => server.openWatches === 4);
  for (let index = 0; index < 1000; index++) {
    const lastTimestamp = new Date(1_700_000_000_000 + index * 1000).toISOString();
    server.put(EVENTS, `e${index}`, {
      involvedObject: { kind: 'StatefulSet', name: 'web' },
      lastTimestamp,
      reason: `r${index}`,
    });
  }
  await eventually('the last', () => live.eventsOf(web()).at(-1)?.reason === 'r999');
  assert.equal(live.eventsOf(web()).length, 500);
  assert.equal(live.eventsOf(web())[0]?.reason, 'r500');
});

test('is live with a part missing, and names the right', async () => {
  const message = 'User "dev" cannot watch resource "deployments" in API group "apps" in the namespace "db"';
  server.fail({ status: 403, body: { message } }, ({ path }) => path === DEPLOYMENTS);
  server.put(SETS, 'web', SETTLED);
  live = cluster.live({ namespace: 'db' });
  await eventually('live', () => live.connectionState.kind === 'live');
  assert.deepEqual(live.connectionState, { kind: 'live', missing: ['watch deployments.apps'] });
  assert.ok(live.synced);
});

test('connects anew after the machine has slept', async () => {
  await open();
  await eventually('two watches', () => server.openWatches === 2);
  const before = server.received.length;
  clock.advance(20_000);
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(server.received.length, before);
  clock.sleep(120_000);
  clock.advance(20_000);
  await eventually('two new watches', () => server.received.length === before + 2);
});
