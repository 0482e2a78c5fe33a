import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkWorkload } from '../../../../src/core/causes/checkWorkload';
import type { LimitRangeItem, ResourceQuota } from '../../../../src/core/causes/facts';
import { readWorkloadSpec } from '../../../../src/core/kube/readWorkloadSpec';
import { parseManifests } from '../../../../src/core/manifest/parseManifests';
import { aManifest, factsOf, forecast, forecastMessages, liveObjectOf } from '../../../support/forecast';
import { livePod, liveStatefulSet, NEW, OLD, stuckPod } from '../../../support/liveObjects';

const cpu = (amount: string): string => `resources:\n  requests:\n    cpu: ${amount}`;
const quota = (hard: Record<string, string>, used: Record<string, string>): ResourceQuota => ({
  name: 'compute',
  hard,
  used,
  scopes: [],
});
const pods = (count: number) => Array.from({ length: count }, (_, ordinal) => livePod(`web-${ordinal}`));
const item = (more: Partial<LimitRangeItem>) => ({
  name: 'bounds',
  limits: [{ type: 'Container', min: {}, max: {}, default: {}, defaultRequest: {}, maxLimitRequestRatio: {}, ...more }],
});

test('quota: an update stops at the ordinal where the sum no longer fits', () => {
  const facts = factsOf({
    liveObject: liveObjectOf(aManifest({ container: cpu('200m') })),
    pods: pods(3),
    quotas: [quota({ 'requests.cpu': '1' }, { 'requests.cpu': '600m' })],
  });
  const [finding, ...more] = forecastMessages(aManifest({ container: cpu('400m') }), facts);
  assert.deepEqual(more, []);
  assert.equal(finding?.line, 'cpu: 400m');
  assert.match(
    finding.message,
    /stops at web-0: .*leaves 200m of requests\.cpu, this pod needs 400m \(short by 200m\)/,
  );
});

test('quota: what the old pod frees is enough, and nothing changes means nothing stops', () => {
  const quotas = [quota({ 'requests.cpu': '900m' }, { 'requests.cpu': '900m' })];
  const live = liveObjectOf(aManifest({ container: cpu('300m') }));
  const change = aManifest({ image: 'web:2', container: cpu('300m') });
  assert.deepEqual(forecast(change, factsOf({ liveObject: live, pods: pods(3), quotas })), []);
  const full = [quota({ 'requests.cpu': '500m' }, { 'requests.cpu': '900m' })];
  assert.deepEqual(
    forecast(aManifest({ container: cpu('300m') }), factsOf({ liveObject: live, pods: pods(3), quotas: full })),
    [],
  );
});

test('quota: a scale-up is marked on replicas, a first install on the resource', () => {
  const quotas = [quota({ 'requests.cpu': '1' }, { 'requests.cpu': '800m' })];
  const live = liveObjectOf(aManifest({ replicas: 2, container: cpu('400m') }));
  const more = forecast(
    aManifest({ replicas: 3, container: cpu('400m') }),
    factsOf({ liveObject: live, pods: pods(2), quotas }),
  );
  assert.deepEqual(more, ['quota-exceeded: replicas: 3']);
  const install = factsOf({ quotas: [quota({ 'requests.cpu': '1' }, {})] });
  const [first] = forecastMessages(aManifest({ container: cpu('400m') }), install);
  assert.match(first?.message ?? '', /stops at web-2/);
});

test('quota: a scoped quota is not judged, and one that obliges is told', () => {
  const scoped = {
    ...quota({ 'requests.cpu': '1m' }, {}),
    scopes: [{ name: 'BestEffort', operator: 'Exists', values: [] }],
  };
  assert.deepEqual(forecast(aManifest({ container: cpu('1') }), factsOf({ quotas: [scoped] })), []);
  const obliging = factsOf({ quotas: [quota({ 'limits.memory': '8Gi' }, {})] });
  assert.deepEqual(forecast(aManifest(), obliging), ['quota-must-specify: - name: app']);
  const defaults = item({ default: { memory: '64Mi' } });
  assert.deepEqual(forecast(aManifest(), { ...obliging, limitRanges: { state: 'known', value: [defaults] } }), []);
});

test('quota: a Deployment without room for its surge stops, one that makes room first goes on', () => {
  const quotas = [quota({ pods: '3' }, { pods: '3' })];
  const before = aManifest({ kind: 'Deployment' });
  const facts = factsOf({ liveObject: liveObjectOf(before), pods: pods(3), quotas });
  const after = aManifest({ kind: 'Deployment', image: 'web:2' });
  assert.deepEqual(forecast(after, facts), ['quota-exceeded: replicas: 3']);
  const spec = 'strategy:\n  rollingUpdate: { maxSurge: 0, maxUnavailable: 1 }';
  assert.deepEqual(forecast(aManifest({ kind: 'Deployment', image: 'web:2', spec }), facts), []);
});

test('LimitRange: maximum, minimum and ratio, each on the value that was written', () => {
  const text = aManifest({ container: 'resources:\n  limits:\n    memory: 1Gi\n  requests:\n    memory: 64Mi' });
  const found = (more: Partial<LimitRangeItem>): string[] => forecast(text, factsOf({ limitRanges: [item(more)] }));
  assert.deepEqual(found({ max: { memory: '512Mi' } }), ['limit-range-violated: memory: 1Gi']);
  assert.deepEqual(found({ min: { memory: '128Mi' } }), ['limit-range-violated: memory: 64Mi']);
  assert.deepEqual(found({ maxLimitRequestRatio: { memory: '4' } }), ['limit-range-violated: memory: 64Mi']);
  assert.deepEqual(
    found({ max: { memory: '1Gi' }, min: { memory: '64Mi' }, maxLimitRequestRatio: { memory: '16' } }),
    [],
  );
});

test('LimitRange: a ratio obliges to set both sides', () => {
  const limitRanges = [item({ maxLimitRequestRatio: { cpu: '4' } })];
  const found = (container: string): string[] => forecast(aManifest({ container }), factsOf({ limitRanges }));
  assert.deepEqual(found(cpu('1')), ['limit-range-violated: cpu: 1']);
  assert.deepEqual(found(''), ['limit-range-violated: - name: app']);
  assert.deepEqual(found('resources:\n  limits: { cpu: 1 }'), []);
});

test('LimitRange: a default limit below the request, and a claim outside its bounds', () => {
  const limitRanges = [item({ default: { cpu: '500m' } })];
  assert.deepEqual(forecast(aManifest({ container: cpu('700m') }), factsOf({ limitRanges })), [
    'limit-range-default-below-request: cpu: 700m',
  ]);
  const spec =
    'volumeClaimTemplates:\n  - metadata: { name: data }\n    spec:\n      accessModes: [ReadWriteOnce]\n      resources:\n        requests: { storage: 20Gi }';
  const claims = [item({ type: 'PersistentVolumeClaim', max: { storage: '10Gi' } })];
  assert.deepEqual(forecast(aManifest({ spec }), factsOf({ limitRanges: claims })), [
    'limit-range-violated: requests: { storage: 20Gi }',
  ]);
});

test('references: missing objects and keys; what is optional or in the same file is none', () => {
  const container = `env:
  - name: A
    valueFrom:
      secretKeyRef: { name: login, key: password }
envFrom:
  - configMapRef:
      name: settings`;
  const text = aManifest({ container, pod: 'imagePullSecrets:\n  - name: registry\nserviceAccountName: runner' });
  const missing = {
    configMaps: new Map([['settings', null]]),
    secrets: new Map([
      ['login', { type: 'Opaque', keys: ['user'], registries: undefined }],
      ['registry', null],
    ]),
    serviceAccounts: new Map([['runner', null]]),
  };
  assert.deepEqual(forecast(text, factsOf(missing)), [
    'image-pull-secret-missing: - name: registry',
    'service-account-missing: serviceAccountName: runner',
    'reference-missing: name: settings',
    'reference-key-missing: secretKeyRef: { name: login, key: password }',
  ]);
  const sameFile = [
    { kind: 'ConfigMap', name: 'settings' },
    { kind: 'Secret', name: 'login' },
    { kind: 'Secret', name: 'registry' },
    { kind: 'ServiceAccount', name: 'runner' },
  ];
  assert.deepEqual(forecast(text, factsOf({ ...missing, sameFile })), []);
  assert.deepEqual(
    forecast(
      text.replace('name: settings', 'name: settings\n                optional: true'),
      factsOf({ ...missing, sameFile: sameFile.slice(1) }),
    ),
    [],
  );
});

test('references: who may not read Secrets is still told of ConfigMaps', () => {
  const container = 'envFrom:\n  - configMapRef:\n      name: settings\n  - secretRef:\n      name: login';
  const secrets = { state: 'forbidden', right: 'get secrets' } as const;
  const facts = { ...factsOf({ configMaps: new Map([['settings', null]]) }), secrets };
  assert.deepEqual(forecast(aManifest({ container }), facts), ['reference-missing: name: settings']);
});

test('permissions: the missing right is named', () => {
  const access = { allowed: false, verb: 'patch', resource: 'statefulsets.apps', user: 'dev', reason: undefined };
  assert.deepEqual(forecast(aManifest(), factsOf({ access })), ['apply-forbidden: kind: StatefulSet']);
});

test('immutable fields are named, by what the server would compare', () => {
  const claims = (storage: string, more = ''): string =>
    `serviceName: web\nvolumeClaimTemplates:\n  - metadata: { name: data }\n    spec:\n      accessModes: [ReadWriteOnce]\n${more}      resources:\n        requests:\n          storage: ${storage}`;
  const live = liveObjectOf(aManifest({ spec: claims('1Gi', '      volumeMode: Filesystem\n') }));
  const found = (spec: string): string[] => forecast(aManifest({ spec }), factsOf({ liveObject: live }));
  assert.deepEqual(found(claims('5Gi')), ['immutable-field: storage: 5Gi']);
  assert.deepEqual(found(claims('1024Mi')), []);
  assert.deepEqual(found(claims('1Gi').replace('serviceName: web', 'serviceName: other')), [
    'immutable-field: serviceName: other',
  ]);
  assert.deepEqual(found(claims('1Gi').replace('{ name: data }', '{ name: data, labels: { v: "2" } }')).length, 1);
  assert.deepEqual(found('serviceName: web'), []);
  const history = `${claims('1Gi')}\nrevisionHistoryLimit: 3`;
  assert.deepEqual(found(history), []);
  const old = {
    ...factsOf({ liveObject: live }),
    serverVersion: factsOf({ serverVersion: { major: 1, minor: 32, patch: 0 } }).serverVersion,
  };
  assert.deepEqual(forecast(aManifest({ spec: history }), old), ['immutable-field: revisionHistoryLimit: 3']);
});

test('a field that Kubernetes does not have is not called immutable', () => {
  const facts = factsOf({ liveObject: liveObjectOf(aManifest()) });
  assert.deepEqual(forecast(aManifest({ spec: 'replica: 3' }), facts), ['field-unknown: replica: 3']);
});

test('a serviceName with dots is refused for a new set from 1.33 on, and kept by one that has it', () => {
  const text = aManifest({ spec: 'serviceName: web.svc' });
  const old = { major: 1, minor: 32, patch: 0 };
  assert.deepEqual(forecast(text), ['service-name-dots: serviceName: web.svc']);
  assert.deepEqual(forecast(text, factsOf({ serverVersion: old })), []);
  assert.deepEqual(forecast(text, factsOf({ liveObject: liveObjectOf(text) })), []);
});

const PATCH = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  template:
    spec:
      serviceAccountName: runner
      containers:
        - name: app
          readinessProbe: { httpGet: { port: web } }
          volumeMounts:
            - { name: data, mountPath: /d }
`;

test('a Kustomize patch is not judged by what it lacks, but by what it says', () => {
  const quotas = [quota({ 'limits.cpu': '1' }, {})];
  const facts = factsOf({ quotas, serviceAccounts: new Map([['runner', null]]) });
  assert.deepEqual(forecast(PATCH, facts), []);
  const wrong = `${PATCH}          resources: { limits: { cpu: 1K } }\n`;
  assert.deepEqual(forecast(wrong, facts), ['quantity-invalid: resources: { limits: { cpu: 1K } }']);
});

const stuck = [
  livePod('web-0', { revision: OLD }),
  livePod('web-1', { revision: OLD }),
  stuckPod('web-2', 'ImagePullBackOff', { revision: NEW }),
];

test('the deadlock is named before the fixing apply, on the image that was put right', () => {
  const facts = factsOf({
    liveObject: liveObjectOf(aManifest({ image: 'registry.example.com/web:1.1' })),
    liveWorkload: liveStatefulSet({ readyReplicas: 2, updatedReplicas: 1, currentRevision: OLD, updateRevision: NEW }),
    pods: stuck,
  });
  const [finding] = forecastMessages(aManifest({ image: 'web:1.0' }), facts);
  assert.equal(`${finding?.code ?? ''}: ${finding?.line ?? ''}`, 'ordered-ready-deadlock: image: web:1.0');
  assert.match(finding?.message ?? '', /^web-2 cannot run \(ImagePullBackOff\)/);
});

test('no deadlock where the broken template itself is on the screen, nor in a Parallel set', () => {
  const live = aManifest({ image: 'web:bad' });
  const set = liveStatefulSet({ readyReplicas: 2, updatedReplicas: 1, currentRevision: OLD, updateRevision: NEW });
  const facts = factsOf({ liveObject: liveObjectOf(live), liveWorkload: set, pods: stuck });
  assert.deepEqual(forecast(live, facts), []);
  const parallel = factsOf({
    liveObject: liveObjectOf(live),
    liveWorkload: { ...set, podManagementPolicy: 'Parallel' },
    pods: stuck,
  });
  assert.deepEqual(forecast(aManifest({ image: 'web:1.0' }), parallel), []);
});

test('a rule whose facts are not known is counted as not checked, with the reason', () => {
  const text = aManifest();
  const [manifest] = parseManifests(text).manifests;
  const workload = readWorkloadSpec(manifest?.object);
  assert.ok(manifest && workload);
  const facts = { ...factsOf(), quotas: { state: 'forbidden', right: 'list resourcequotas' } as const };
  const { checked, notChecked } = checkWorkload({ manifest, workload, facts });
  assert.deepEqual(
    notChecked.filter(({ reason }) => reason === 'you may not list resourcequotas').map(({ code }) => code),
    ['quota-exceeded', 'quota-must-specify'],
  );
  const noDryRun = notChecked.filter(({ reason }) => reason === 'the test does not say').map(({ code }) => code);
  assert.ok(noDryRun.includes('server-refuses-pod'));
  assert.ok(checked.length > 15);
});

test('nothing is said of a template', () => {
  assert.deepEqual(forecast(aManifest({ image: '{{ .Values.image }}', name: 'A_B' })), []);
});
