import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Credentials } from '../../../src/cluster/credentials';
import { FactFinder } from '../../../src/cluster/facts';
import { selectorText } from '../../../src/cluster/podFacts';
import { Transport } from '../../../src/cluster/transport';
import { readWorkloadSpec } from '../../../src/core/kube/readWorkloadSpec';
import { isAbort } from '../../../src/util/errors';
import { FakeApiServer } from '../../support/fakeApiServer';
import { ManualClock, eventually } from '../../support/manualClock';

const SETS = '/apis/apps/v1/namespaces/db/statefulsets';

let server: FakeApiServer;
let clock: ManualClock;
let transport: Transport;
let finder: FactFinder;

beforeEach(async () => {
  server = await FakeApiServer.start();
  clock = new ManualClock();
  const credentials = new Credentials({
    cluster: { value: { server: server.url }, folder: '' },
    user: { value: {}, folder: '' },
    clock,
  });
  transport = new Transport({ server: new URL(server.url), proxy: undefined, credentials, clock });
  finder = new FactFinder(transport, clock);
});

afterEach(async () => {
  transport.dispose();
  await eventually('no connection is left', () => server.openSockets === 0);
  await server.close();
});

function workloadOf() {
  const env = ['a', 'b'].map((name) => ({ name, valueFrom: { secretKeyRef: { name, key: 'k' } } }));
  const envFrom = [{ configMapRef: { name: 'settings' } }, { configMapRef: { name: 'settings' } }];
  const template = { spec: { serviceAccountName: 'runner', containers: [{ name: 'app', env, envFrom }] } };
  const object = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'web' }, spec: { template } };
  const workload = readWorkloadSpec(object);
  assert.ok(workload);
  return workload;
}

const request = () => ({ workload: workloadOf(), namespace: 'db' });

test('asks at most twelve questions, and none again for half a minute', async () => {
  server.fail({ status: 404 }, ({ path }) => path === `${SETS}/web`);
  await finder.find(request());
  const asked = server.received.map(({ method, path }) => `${method} ${path}`);
  assert.ok(asked.length <= 12, asked.join('\n'));
  clock.advance(29_000);
  await finder.find(request());
  assert.equal(server.received.length, asked.length);
  clock.advance(2_000);
  await finder.find(request());
  assert.ok(server.received.length > asked.length);
  assert.equal(server.received.filter(({ path }) => path === '/version').length, 1, 'the version is asked for once');
});

test('asks anew after a write, but not for the version and for what belongs to the whole cluster', async () => {
  await finder.find(request());
  const before = server.received.length;
  finder.forget();
  await finder.find(request());
  const again = server.received.slice(before).map(({ path }) => path);
  assert.equal(again.length, before - 2);
  assert.ok(!again.includes('/version') && !again.includes('/api/v1/nodes'));
});

test('lists several Secrets at once, without the releases of Helm, and gets them one by one where it may not list', async () => {
  await finder.find(request());
  const secrets = server.received.filter(({ path }) => path.includes('/secrets'));
  assert.deepEqual(
    secrets.map(({ path, query }) => [path, query.fieldSelector]),
    [['/api/v1/namespaces/db/secrets', 'type!=helm.sh/release.v1']],
  );
  server.fail({ status: 403 }, ({ path }) => path.endsWith('/secrets'));
  finder.forget();
  const facts = await finder.find(request());
  assert.equal(facts.secrets.state, 'known');
  assert.ok(server.received.some(({ path }) => path === '/api/v1/namespaces/db/secrets/a'));
});

test('gives up after five seconds what has not come, and tells it apart from what has', async () => {
  server.fail('hang', ({ path }) => path.endsWith('/resourcequotas'));
  const pending = finder.find(request());
  await eventually('all questions', () => clock.pending.length === 1);
  clock.advance(5_000);
  const facts = await pending;
  assert.deepEqual(facts.quotas, {
    state: 'unavailable',
    reason: `The API server ${server.url} did not answer within 5 s.`,
  });
  assert.deepEqual(facts.limitRanges, { state: 'known', value: [] });
  finder.forget();
});

test('asks again at once for what did not come', async () => {
  server.fail({ status: 500 }, ({ path }) => path.endsWith('/limitranges'));
  assert.equal((await finder.find(request())).limitRanges.state, 'unavailable');
  assert.equal((await finder.find(request())).limitRanges.state, 'known');
});

test('ends at once when nobody wants the answer', async () => {
  server.fail('hang');
  const controller = new AbortController();
  const pending = finder.find({ ...request(), signal: controller.signal });
  controller.abort();
  await assert.rejects(pending, isAbort);
});

test('asks nothing about a workload without a name, and says why', async () => {
  const workload = { ...workloadOf(), name: undefined };
  const facts = await finder.find({ workload, namespace: 'db' });
  assert.deepEqual(facts.liveObject, { state: 'unavailable', reason: 'The manifest has no metadata.name.' });
  assert.equal(facts.pods.state, 'unavailable');
  assert.equal(facts.quotas.state, 'known');
});

test('writes a selector as a query', () => {
  const matchExpressions = [
    { key: 'a', operator: 'In', values: ['x', 'y'] },
    { key: 'b', operator: 'NotIn', values: ['z'] },
    { key: 'c', operator: 'Exists', values: [] },
    { key: 'd', operator: 'DoesNotExist', values: [] },
  ];
  assert.equal(selectorText({ matchLabels: { app: 'web' }, matchExpressions }), 'app=web,a in (x,y),b notin (z),c,!d');
});
