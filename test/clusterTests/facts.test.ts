import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FreeCluster } from '../support/permits';
import { readWorkloadSpec } from '../../src/core/kube/readWorkloadSpec';
import type { WorkloadSpec } from '../../src/core/kube/workloadSpec';
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
  namespace = await makeNamespace(admin, 'facts');
  cluster = await connect();
});

after(async () => {
  cluster.dispose();
  await removeNamespace(admin, namespace);
});

function specOf(object: Readonly<Record<string, unknown>>): WorkloadSpec {
  const spec = readWorkloadSpec(object);
  assert.ok(spec);
  return spec;
}

function withEnv(name: string) {
  const from = { configMapRef: { name: 'settings' } };
  const secret = { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } };
  const absent = { name: 'X', valueFrom: { configMapKeyRef: { name: 'absent', key: 'x' } } };
  const container = { name: 'app', image: 'registry.example/app:1', envFrom: [from], env: [secret, absent] };
  return statefulSet(name, {
    template: { metadata: { labels: { app: name } }, spec: { serviceAccountName: 'runner', containers: [container] } },
  });
}

test('knows of a workload that is not there yet all that its rules need', async () => {
  const core = `/api/v1/namespaces/${namespace}`;
  await admin.call('POST', `${core}/configmaps`, {
    metadata: { name: 'settings' },
    data: { a: '1' },
    binaryData: { b: 'AA==' },
  });
  await admin.call('POST', `${core}/secrets`, { metadata: { name: 'login' }, stringData: { password: 'never shown' } });
  await admin.call('POST', `${core}/resourcequotas`, {
    metadata: { name: 'small' },
    spec: { hard: { pods: '3', 'requests.cpu': 2 } },
  });
  await admin.call('POST', `${core}/limitranges`, {
    metadata: { name: 'range' },
    spec: { limits: [{ type: 'Container', max: { memory: '1Gi' }, default: { memory: '512Mi' } }] },
  });
  await until('the quota is counted', async () => {
    const { body } = await admin.call('GET', `${core}/resourcequotas/small`);
    return (body.status as { used?: object } | undefined)?.used !== undefined;
  });
  const facts = await cluster.fetchFacts({ workload: specOf(withEnv('planned')), namespace });
  assert.deepEqual(facts.liveObject, { state: 'known', value: null });
  assert.deepEqual(facts.liveWorkload, { state: 'known', value: null });
  assert.deepEqual(facts.pods, { state: 'known', value: [] });
  assert.deepEqual(facts.quotas, {
    state: 'known',
    value: [
      {
        name: 'small',
        hard: { pods: '3', 'requests.cpu': '2' },
        used: { pods: '0', 'requests.cpu': '0' },
        scopes: [],
      },
    ],
  });
  assert.ok(facts.limitRanges.state === 'known');
  assert.deepEqual(facts.limitRanges.value[0]?.limits[0]?.max, { memory: '1Gi' });
  assert.deepEqual(facts.serviceAccounts, { state: 'known', value: new Map([['runner', null]]) });
  assert.ok(facts.configMaps.state === 'known');
  assert.equal(facts.configMaps.value.get('absent'), null);
  assert.deepEqual(facts.configMaps.value.get('settings'), ['a', 'b']);
  assert.deepEqual(facts.secrets, {
    state: 'known',
    value: new Map([['login', { type: 'Opaque', keys: ['password'], registries: undefined }]]),
  });
  assert.ok(
    !JSON.stringify(facts, (_, value: unknown) => (value instanceof Map ? [...value] : value)).includes('never shown'),
  );
  assert.ok(facts.serverVersion.state === 'known');
  assert.equal(facts.serverVersion.value.major, 1);
  assert.deepEqual(facts.access, {
    state: 'known',
    value: { allowed: true, verb: 'create', resource: 'statefulsets.apps', user: undefined, reason: undefined },
  });
});

test('knows what pods stand on: namespace, nodes, governing Service, claims, classes, the pull secrets of their account', async () => {
  const core = `/api/v1/namespaces/${namespace}`;
  const login = Buffer.from(JSON.stringify({ auths: { 'registry.example': { auth: 'bmV2ZXI6c2hvd24=' } } }));
  await admin.call('POST', `${core}/secrets`, {
    metadata: { name: 'pull' },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': login.toString('base64') },
  });
  await admin.call('POST', `${core}/serviceaccounts`, {
    metadata: { name: 'puller' },
    imagePullSecrets: [{ name: 'pull' }],
  });
  await admin.call('POST', `${core}/services`, {
    metadata: { name: 'standing' },
    spec: { clusterIP: 'None', selector: { app: 'standing' }, ports: [{ name: 'http', port: 80 }] },
  });
  const data = {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
  const template = {
    metadata: { labels: { app: 'standing' } },
    spec: {
      serviceAccountName: 'puller',
      priorityClassName: 'system-node-critical',
      runtimeClassName: 'absent',
      containers: [{ name: 'app', image: 'registry.example/app:1' }],
    },
  };
  const object = statefulSet('standing', { template, volumeClaimTemplates: [data] });
  await admin.call('POST', `${core}/persistentvolumeclaims`, { ...data, metadata: { name: 'data-standing-0' } });
  cluster.forgetFacts();
  const facts = await cluster.fetchFacts({ workload: specOf(object), namespace });
  const value = <T>(fact: { state: string; value?: T }): T => {
    assert.equal(fact.state, 'known', JSON.stringify(fact));
    return fact.value as T;
  };
  assert.equal(value(facts.namespace)?.labels['kubernetes.io/metadata.name'], namespace);
  assert.ok(value(facts.nodes).every(({ ready, allocatable }) => ready && allocatable.cpu !== undefined));
  assert.deepEqual(value(facts.services).get('standing'), {
    headless: true,
    selector: { app: 'standing' },
    publishNotReadyAddresses: false,
    ports: [{ name: 'http', port: 80 }],
  });
  assert.deepEqual(
    value(facts.claims).map(({ name, phase, requested }) => [name, phase, requested]),
    [['data-standing-0', 'Pending', '1Gi']],
  );
  assert.deepEqual(value(facts.secrets).get('pull')?.registries, ['registry.example']);
  assert.ok(value(facts.priorityClasses).some(({ name }) => name === 'system-node-critical'));
  assert.equal(value(facts.runtimeClasses).get('absent'), null);
  assert.deepEqual(
    value(facts.storageClasses).map(({ name, isDefault }) => [name, isDefault]),
    [['standard', true]],
  );
  assert.ok(value(facts.rights).rules.some(({ verbs, resources }) => verbs.includes('*') && resources.includes('*')));
});

test('answers again from memory, and anew after a write', async () => {
  const object = statefulSet('running', { replicas: 1 });
  const ask = () => cluster.fetchFacts({ workload: specOf(object), namespace });
  const first = await ask();
  assert.deepEqual(first.liveObject, { state: 'known', value: null });
  await admin.call('POST', `/apis/apps/v1/namespaces/${namespace}/statefulsets`, object);
  assert.deepEqual((await ask()).liveObject, { state: 'known', value: null });
  await cluster.apply({ object, namespace });
  const third = await ask();
  assert.ok(third.liveWorkload.state === 'known');
  assert.equal(third.liveWorkload.value?.name, 'running');
});

test('takes pods from a watch, and notices by it that the object has changed', async () => {
  // In a namespace without the quota, which lets no pod in that names no requests.
  const other = await makeNamespace(admin, 'watched');
  const object = statefulSet('watched', { replicas: 1 });
  await cluster.apply({ object, namespace: other });
  const live = cluster.live({ namespace: other });
  const key = { kind: 'StatefulSet', namespace: other, name: 'watched' };
  live.watchPods(key, 'seen');
  await until('the pod', () => {
    const workload = live.workload(key);
    return workload !== undefined && workload.readyReplicas === 1 && live.podsOf(workload)?.length === 1;
  });
  const facts = await cluster.fetchFacts({ workload: specOf(object), namespace: other, live });
  assert.ok(facts.liveWorkload.state === 'known');
  assert.equal(facts.liveWorkload.value?.readyReplicas, 1);
  assert.ok(facts.pods.state === 'known');
  assert.deepEqual(
    facts.pods.value.map(({ name }) => name),
    ['watched-0'],
  );
  live.dispose();
  await removeNamespace(admin, other);
});

test('says which right is missing for what', async () => {
  const nobody = await connectAs('nobody-here');
  const facts = await nobody.fetchFacts({ workload: specOf(withEnv('planned')), namespace });
  assert.deepEqual(facts.quotas, { state: 'forbidden', right: 'list resourcequotas' });
  assert.deepEqual(facts.secrets, { state: 'forbidden', right: 'get secrets' });
  assert.deepEqual(facts.pods, { state: 'forbidden', right: 'get statefulsets.apps' });
  assert.ok(facts.access.state === 'known');
  assert.deepEqual(
    { ...facts.access.value, reason: undefined },
    {
      allowed: false,
      verb: 'patch',
      resource: 'statefulsets.apps',
      user: 'nobody-here',
      reason: undefined,
    },
  );
  nobody.dispose();
});
