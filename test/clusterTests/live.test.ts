import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConnectionState, LiveCluster } from '../../src/cluster/main';
import type { FreeCluster } from '../support/permits';
import {
  type Admin,
  clusterFolder,
  connect,
  connectAdmin,
  connectAs,
  killApiServer,
  makeNamespace,
  removeNamespace,
  statefulSet,
  until,
} from './realCluster';

let admin: Admin;
let cluster: FreeCluster;
let namespace: string;
let live: LiveCluster;
let sets: string;

before(async () => {
  admin = await connectAdmin();
  namespace = await makeNamespace(admin, 'live');
  sets = `/apis/apps/v1/namespaces/${namespace}/statefulsets`;
  cluster = await connect();
  live = cluster.live({ namespace });
});

after(async () => {
  cluster.dispose();
  await removeNamespace(admin, namespace);
});

/** Name, uid and resourceVersion of everything: what we hold is what the server holds. */
async function equalsList(): Promise<boolean> {
  const listed = (await admin.list(sets)).map(
    ({ metadata: { name, uid, resourceVersion } }) => `${name} ${uid} ${resourceVersion}`,
  );
  const ours = live
    .workloads(namespace)
    .filter(({ kind }) => kind === 'StatefulSet')
    .map(({ name, uid, resourceVersion }) => `${name} ${uid} ${resourceVersion}`);
  return JSON.stringify(listed.sort()) === JSON.stringify(ours.sort());
}

test('shows what is created, changed and deleted, as a list does', async () => {
  for (const name of ['a', 'b', 'c']) await admin.call('POST', sets, statefulSet(name));
  await until('three sets', async () => live.workloads(namespace).length === 3 && (await equalsList()));
  assert.deepEqual(live.connectionState, { kind: 'live', missing: [] });
  await admin.call('DELETE', `${sets}/b`);
  await until('two sets', async () => live.workloads(namespace).length === 2 && (await equalsList()));
});

test('names the workload that changed, and tells when workloads come', async () => {
  const changes: { readonly names: readonly string[]; readonly namespaces: readonly string[] }[] = [];
  const listening = live.onDidChange(({ keys, namespaces }) => {
    changes.push({ names: keys.map(({ name }) => name), namespaces });
  });
  await admin.call('POST', sets, statefulSet('told'));
  await until('the change', () =>
    changes.some(({ names, namespaces }) => namespaces.includes(namespace) && names.includes('told')),
  );
  listening.dispose();
});

test('has the pods and events of a rollout that somebody follows', async () => {
  await admin.call('POST', sets, statefulSet('rolling'));
  const key = { kind: 'StatefulSet', namespace, name: 'rolling' };
  const following = live.watchPods(key, 'rolling');
  await until('two ready pods', () => {
    const workload = live.workload(key);
    return workload !== undefined && live.podsOf(workload)?.length === 2 && workload.readyReplicas === 2;
  });
  const workload = live.workload(key);
  assert.ok(workload);
  assert.deepEqual(
    live.podsOf(workload)?.map(({ name }) => name),
    ['rolling-0', 'rolling-1'],
  );
  await until('events', () => live.eventsOf(workload).some(({ reason }) => reason === 'SuccessfulCreate'));
  await until('a pod event', () => live.eventsOf(workload).some(({ involved }) => involved.name === 'rolling-1'));
  following.dispose();
});

test('keeps the pods of a Deployment apart by its ReplicaSets', async () => {
  const { spec } = statefulSet('stateless');
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'stateless' },
    spec: { ...spec, serviceName: undefined },
  };
  await admin.call('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, deployment);
  const key = { kind: 'Deployment', namespace, name: 'stateless' };
  const interest = live.watchPods(key, 'seen');
  await until('two pods', () => {
    const workload = live.workload(key);
    return workload !== undefined && live.podsOf(workload)?.length === 2;
  });
  const workload = live.workload(key);
  assert.ok(workload?.kind === 'Deployment');
  assert.equal(live.replicaSetsOf(workload).length, 1);
  assert.ok(live.eventsOf(workload).some(({ involved }) => involved.kind === 'Deployment'));
  interest.dispose();
});

test('says which right is missing, and shows the rest', async () => {
  const nobody = await connectAs('nobody-here');
  const denied = nobody.live({ namespace });
  await until('a refusal', () => denied.connectionState.kind === 'forbidden');
  const state = denied.connectionState;
  assert.ok(state.kind === 'forbidden');
  assert.match(state.right, /^(watch|list) statefulsets\.apps$/);
  assert.match(state.message, /^User nobody-here may not (watch|list) statefulsets\.apps in namespace live-/);
  nobody.dispose();

  const rules = [{ apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['get', 'list', 'watch'] }];
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  await admin.call('POST', `${rbac}/roles`, { metadata: { name: 'sets' }, rules });
  await admin.call('POST', `${rbac}/rolebindings`, {
    metadata: { name: 'sets' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'sets' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'half-here' }],
  });
  await new Promise((done) => setTimeout(done, 500));
  const half = await connectAs('half-here');
  const partial = half.live({ namespace });
  await until('the sets', () => partial.connectionState.kind === 'live' && partial.workloads(namespace).length > 0);
  const [set] = partial.workloads(namespace);
  assert.ok(set);
  partial.watchPods(set, 'seen');
  await until(
    'all refusals',
    () => partial.connectionState.kind === 'live' && partial.connectionState.missing.length >= 3,
  );
  assert.ok(partial.synced);
  assert.match(partial.podsRefusal(set) ?? '', /^User half-here may not (watch|list) pods in namespace live-/);
  half.dispose();
});

test(
  'equals a list again after the API server was killed and has come back',
  { skip: clusterFolder === undefined },
  async () => {
    const states: ConnectionState['kind'][] = [];
    const listening = live.onDidChangeConnection(({ kind }) => states.push(kind));
    const restart = killApiServer(clusterFolder ?? '');
    await until('the loss is noticed', () => live.connectionState.kind === 'reconnecting');
    const state = live.connectionState;
    assert.ok(state.kind === 'reconnecting');
    assert.ok(Date.now() - state.since < 5_000);
    assert.ok(live.workloads(namespace).length > 0, 'what was known stays');
    restart();
    await until(
      'the API server',
      async () => {
        try {
          return (await admin.call('GET', '/readyz')).status === 200;
        } catch {
          return false; // not yet
        }
      },
      60_000,
    );
    const ready = Date.now();
    await admin.call('POST', sets, statefulSet('afterwards'));
    await until('live again', async () => live.connectionState.kind === 'live' && (await equalsList()), 40_000);
    console.log(`# live and equal ${Date.now() - ready} ms after the API server was ready`);
    assert.ok(live.workload({ kind: 'StatefulSet', namespace, name: 'afterwards' }));
    // It may be told several times why it is not back yet, but nothing else, and live only once.
    assert.deepEqual(
      states.filter((kind) => kind !== 'reconnecting'),
      ['live'],
    );
    listening.dispose();
  },
);
