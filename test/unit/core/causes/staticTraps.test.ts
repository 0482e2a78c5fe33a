import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkWorkload } from '../../../../src/core/causes/checkWorkload';
import { CheckCache, neighboursOf } from '../../../../src/core/causes/checkCache';
import { noFacts } from '../../../../src/core/causes/noFacts';
import type { Facts } from '../../../../src/core/causes/facts';
import { readWorkloadSpec } from '../../../../src/core/kube/readWorkloadSpec';
import { parseManifests } from '../../../../src/core/manifest/parseManifests';
import { aManifest, factsOf, forecast, liveObjectOf } from '../../../support/forecast';

const offline: Facts = { ...noFacts('offline'), sameFile: { state: 'known', value: [] } };

/** `severity code: line`. */
function said(text: string, facts: Facts = offline): string[] {
  const [manifest] = parseManifests(text).manifests;
  const workload = readWorkloadSpec(manifest?.object);
  assert.ok(manifest && workload);
  return checkWorkload({ manifest, workload, facts }).findings.map(({ severity, code, path }) => {
    const { start } = manifest.markRange(path);
    const from = text.lastIndexOf('\n', start - 1) + 1;
    return `${severity} ${code}: ${text.slice(from, text.indexOf('\n', start)).trim()}`;
  });
}

/** What is said on each workload of a file, without a cluster. */
function saidOfFile(text: string): string[][] {
  const { manifests } = parseManifests(text);
  const cache = new CheckCache();
  const neighbours = neighboursOf(manifests);
  return manifests.flatMap((manifest) => {
    const spec = cache.specOf(manifest);
    if (!spec) return [];
    const { findings } = cache.check(manifest, spec, { facts: noFacts('offline'), neighbours });
    return [findings.map(({ severity, code }) => `${severity} ${code}`)];
  });
}

const rolling = (rest: string): string => `updateStrategy:\n  rollingUpdate:\n    ${rest}`;
const version = (minor: number, patch: number) => ({ serverVersion: { major: 1, minor, patch } });

for (const [what, text, line] of [
  [
    'OnDelete',
    aManifest({ image: 'web:2', spec: 'updateStrategy:\n  type: OnDelete' }),
    'update-on-delete: type: OnDelete',
  ],
  [
    'a partition over all',
    aManifest({ image: 'web:2', spec: rolling('partition: 3') }),
    'partition-holds: partition: 3',
  ],
  [
    'a partition over some',
    aManifest({ image: 'web:2', spec: rolling('partition: 1') }),
    'partition-holds: partition: 1',
  ],
  [
    'a paused Deployment',
    aManifest({ kind: 'Deployment', image: 'web:2', spec: 'paused: true' }),
    'deployment-paused: paused: true',
  ],
] as const) {
  test(`${what} is a warning when the template changes, and nothing when it does not`, () => {
    assert.deepEqual(said(text), [`information ${line}`]);
    const live = (image: string) => factsOf({ liveObject: liveObjectOf(text.replace('web:2', image)) });
    assert.deepEqual(said(text, live('web:1')), [`warning ${line}`]);
    assert.deepEqual(said(text, live('web:2')), []);
    assert.deepEqual(said(text, factsOf()), []);
  });
}

test('a partition of 0, and pods of a set that is scaled to 0, are not held back', () => {
  assert.deepEqual(said(aManifest({ spec: rolling('partition: 0') })), []);
  assert.deepEqual(said(aManifest({ replicas: 0, spec: rolling('partition: 3') })), []);
});

test('maxUnavailable is dropped where the server has the feature off', () => {
  const text = aManifest({ spec: rolling('maxUnavailable: 2') });
  const expected = ['max-unavailable-ignored: maxUnavailable: 2'];
  for (const [minor, patch] of [
    [33, 9],
    [34, 0],
    [35, 4],
    [36, 3],
  ] as const) {
    assert.deepEqual(forecast(text, factsOf(version(minor, patch))), expected);
  }
  for (const [minor, patch] of [
    [35, 0],
    [35, 3],
    [37, 0],
  ] as const) {
    assert.deepEqual(forecast(text, factsOf(version(minor, patch))), []);
  }
  assert.deepEqual(forecast(text, factsOf({ liveObject: liveObjectOf(text) })), []);
  assert.deepEqual(forecast(aManifest({ spec: rolling('maxUnavailable: 1') })), []);
  assert.deepEqual(
    forecast(aManifest({ kind: 'Deployment', spec: 'strategy: { rollingUpdate: { maxUnavailable: 2 } }' })),
    [],
  );
});

test('maxUnavailable 0 is refused where the feature is on', () => {
  const text = aManifest({ spec: rolling('maxUnavailable: 0') });
  assert.deepEqual(said(text, factsOf(version(37, 0))), ['error max-unavailable-ignored: maxUnavailable: 0']);
});

const withClaims = (more: string): string =>
  aManifest({
    spec: `${more}\nvolumeClaimTemplates:\n  - metadata: { name: data }\n    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }`,
  });

test('other ordinals are told with the pods that go and come', () => {
  const text = withClaims('ordinals:\n  start: 1');
  const facts = factsOf({ liveObject: liveObjectOf(withClaims('')) });
  assert.deepEqual(said(text, facts), ['warning ordinals-start-changed: start: 1']);
  assert.deepEqual(said(text, factsOf({ liveObject: liveObjectOf(text) })), []);
  assert.deepEqual(said(text, factsOf()), []);
});

test('a scale-down that deletes claims is told, one that keeps them is not', () => {
  const policy = (whenScaled: string): string => `persistentVolumeClaimRetentionPolicy: { whenScaled: ${whenScaled} }`;
  const fewer = (text: string): string => text.replace('replicas: 3', 'replicas: 2');
  const facts = factsOf({ liveObject: liveObjectOf(withClaims(policy('Delete'))) });
  assert.deepEqual(said(fewer(withClaims(policy('Delete'))), facts), ['warning claims-deleted: replicas: 2']);
  assert.deepEqual(said(fewer(withClaims(policy('Retain'))), facts), []);
  assert.deepEqual(said(withClaims(policy('Delete')), facts), []);
});

const probe = (port: number, more = ''): string =>
  `${more}ports:\n  - { name: http, containerPort: 8080 }\nreadinessProbe:\n  tcpSocket:\n    port: ${port}`;

test('a probe that leaves a declared port for one that nobody declares', () => {
  const live = factsOf({ liveObject: liveObjectOf(aManifest({ container: probe(8080) })) });
  assert.deepEqual(said(aManifest({ image: 'web:2', container: probe(8081) }), live), [
    'warning probe-port-changed: port: 8081',
  ]);
  // It is told to listen elsewhere, or was asked there before.
  assert.deepEqual(said(aManifest({ container: probe(8081, 'args: [--port=8081]\n') }), live), []);
  assert.deepEqual(said(aManifest({ container: probe(8081) }), factsOf()), []);
  const moved = probe(8081).replace('containerPort: 8080', 'containerPort: 8081');
  assert.deepEqual(said(aManifest({ container: moved }), live), []);
});

test('a Deployment whose first probe comes after its deadline', () => {
  const container = 'readinessProbe:\n  initialDelaySeconds: 700\n  tcpSocket: { port: 80 }';
  const expected = 'warning deadline-before-ready: initialDelaySeconds: 700';
  assert.deepEqual(said(aManifest({ kind: 'Deployment', container })), [expected]);
  assert.deepEqual(said(aManifest({ container })), []);
  assert.deepEqual(said(aManifest({ kind: 'Deployment', container, spec: 'progressDeadlineSeconds: 701' })), []);
});

test('sysctls that are not safe, unless the live object has them', () => {
  const pod = (name: string): string =>
    aManifest({ pod: `securityContext:\n  sysctls:\n    - name: ${name}\n      value: "1024"` });
  const text = pod('net.core.somaxconn');
  assert.deepEqual(said(text), ['warning sysctl-unsafe: - name: net.core.somaxconn']);
  assert.deepEqual(said(text, factsOf({ liveObject: liveObjectOf(text) })), []);
  assert.deepEqual(said(pod('net.ipv4.tcp_syncookies')), []);
});

test('traps of the manifest itself', () => {
  assert.deepEqual(said(aManifest().replace('apps/v1', 'apps/v1beta1')), [
    'error api-removed: apiVersion: apps/v1beta1',
  ]);
  assert.deepEqual(said(aManifest().replace('apps/v1', 'v1')), ['error api-removed: apiVersion: v1']);
  assert.deepEqual(said(aManifest({ spec: 'revisionHistoryLimit: 0' })), [
    'information history-not-kept: revisionHistoryLimit: 0',
  ]);
  assert.deepEqual(said(aManifest({ pod: 'schedulingGates:\n  - name: example.com/wait' })), [
    'information scheduling-gate: schedulingGates:',
  ]);
  const fqdn = (serviceName: string): string =>
    aManifest({ spec: `serviceName: ${serviceName}`, pod: 'setHostnameAsFQDN: true' });
  assert.deepEqual(said(fqdn('s'.repeat(60))), ['error hostname-too-long: setHostnameAsFQDN: true']);
  assert.deepEqual(said(fqdn('web')), []);
  const large = aManifest({ container: `args: ["${'x'.repeat(262_144)}"]` });
  assert.deepEqual(said(large), ['information manifest-too-large: name: web']);
});

test('a version where nothing can change', () => {
  const text = withClaims('').replace('{ name: data }', '{ name: data, labels: { helm.sh/chart: db-1.2 } }');
  assert.deepEqual(
    said(text).map((line) => line.split(':')[0]),
    ['information version-in-immutable-label'],
  );
  assert.deepEqual(said(withClaims('').replace('{ name: data }', '{ name: data, labels: { app: web } }')), []);
});

test('a volume in the place of which a claim comes', () => {
  const text = withClaims('').replace(
    '    spec:\n      containers:',
    '    spec:\n      volumes:\n        - name: data\n          emptyDir: {}\n      containers:',
  );
  assert.deepEqual(said(text), ['information volume-shadowed: - name: data']);
});

test('a claim is mounted as what it is', () => {
  const mounted = (uses: string): string =>
    withClaims('').replace('image: web:1.1\n', `image: web:1.1\n          ${uses}\n`);
  const block = (text: string): string => text.replace('accessModes:', 'volumeMode: Block, accessModes:');
  const mount = mounted('volumeMounts: [{ name: data, mountPath: /d }]');
  const device = mounted('volumeDevices: [{ name: data, devicePath: /d }]');
  assert.deepEqual(said(mount), []);
  assert.deepEqual(said(block(device)), []);
  assert.deepEqual(
    said(block(mount)).map((line) => line.split(':')[0]),
    ['error fields-conflict'],
  );
  assert.deepEqual(
    said(device).map((line) => line.split(':')[0]),
    ['error fields-conflict'],
  );
});

test('the same workload twice in a file: the second one is told', () => {
  assert.deepEqual(saidOfFile(`${aManifest()}---\n${aManifest({ image: 'web:1.0' })}`), [[], ['warning object-twice']]);
  assert.deepEqual(saidOfFile(`${aManifest()}---\n${aManifest({ name: 'db' })}`), [[], []]);
  const elsewhere = aManifest().replace('name: web\n', 'name: web\n  namespace: other\n');
  assert.deepEqual(saidOfFile(`${aManifest()}---\n${elsewhere}`), [[], []]);
  assert.deepEqual(saidOfFile(`${aManifest()}---\n${aManifest({ kind: 'Deployment' })}`), [[], []]);
});

test('the keys of a ConfigMap in the same file are known, and read anew when it changes', () => {
  const workload = aManifest({
    container: 'env:\n  - name: A\n    valueFrom: { configMapKeyRef: { name: settings, key: level } }',
  });
  const settings = (data: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n${data}\n---\n${workload}`;
  assert.deepEqual(saidOfFile(settings('data: { level: info }')), [[]]);
  assert.deepEqual(saidOfFile(settings('data: { levels: info }')), [['error reference-key-missing']]);
  assert.deepEqual(saidOfFile(settings('')), [[]]);
  const cache = new CheckCache();
  const count = (text: string): number => {
    const { manifests } = parseManifests(text);
    const manifest = manifests[1];
    const spec = manifest && cache.specOf(manifest);
    assert.ok(spec);
    return cache.check(manifest, spec, { facts: noFacts('offline'), neighbours: neighboursOf(manifests) }).findings
      .length;
  };
  assert.equal(count(settings('data: { levels: info }')), 1);
  assert.equal(count(settings('data: { level: info }')), 0);
});

test('replicas that an autoscaler of the same file sets', () => {
  const scaler = (name: string): string =>
    `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: scaler }\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: StatefulSet, name: ${name} } }\n---\n`;
  assert.deepEqual(saidOfFile(`${scaler('web')}${aManifest()}`), [['information replicas-of-autoscaler']]);
  assert.deepEqual(saidOfFile(`${scaler('api')}${aManifest()}`), [[]]);
});

test('a startup probe that gives hardly any time', () => {
  const startup = (more: string): string =>
    aManifest({ container: `startupProbe:\n  tcpSocket: { port: 80 }\n  periodSeconds: 2\n  ${more}` });
  assert.deepEqual(said(startup('failureThreshold: 2')), ['information startup-too-short: failureThreshold: 2']);
  assert.deepEqual(said(startup('failureThreshold: 3')), []);
  const before = factsOf({ liveObject: liveObjectOf(aManifest()) });
  assert.deepEqual(said(startup('failureThreshold: 2'), before), ['warning startup-too-short: failureThreshold: 2']);
  const same = factsOf({ liveObject: liveObjectOf(startup('failureThreshold: 2')) });
  assert.deepEqual(said(startup('failureThreshold: 2'), same), []);
});

test('a name or an image of capitals stands for something else', () => {
  const image = (name: string): string => aManifest().replace(/image: .*/, `image: ${name}`);
  assert.deepEqual(said(image('example.org/APP:latest')), []);
  assert.equal(said(image('example.org/App:latest')).length, 1);
});

test('a memory limit that falls to less than a quarter', () => {
  const limit = (memory: string): string => aManifest({ container: `resources:\n  limits:\n    memory: ${memory}` });
  const live = factsOf({ liveObject: liveObjectOf(limit('256Mi')) });
  assert.deepEqual(said(limit('12Mi'), live), ['warning memory-limit-lowered: memory: 12Mi']);
  for (const memory of ['64Mi', '300Mi']) assert.deepEqual(said(limit(memory), live), []);
  assert.deepEqual(said(limit('12Mi'), factsOf()), []);
});

test('runAsNonRoot that is new and has no user', () => {
  const context = (fields: string): string =>
    aManifest({ container: `securityContext:\n  runAsNonRoot: true\n${fields}` });
  const live = (text: string) => factsOf({ liveObject: liveObjectOf(text) });
  assert.deepEqual(said(context(''), live(aManifest())), ['information non-root-unproven: runAsNonRoot: true']);
  assert.deepEqual(said(context('  runAsUser: 1000'), live(aManifest())), []);
  assert.deepEqual(said(context(''), live(context(''))), []);
});

test('a scheduler of another name', () => {
  assert.deepEqual(said(aManifest({ pod: 'schedulerName: volcano' })), [
    'information scheduler-other: schedulerName: volcano',
  ]);
  assert.deepEqual(said(aManifest({ pod: 'schedulerName: default-scheduler' })), []);
});
