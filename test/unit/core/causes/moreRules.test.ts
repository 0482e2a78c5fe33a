import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkWorkload } from '../../../../src/core/causes/checkWorkload';
import type { LimitRangeItem, ResourceQuota } from '../../../../src/core/causes/facts';
import type { Finding } from '../../../../src/core/causes/finding';
import { rules } from '../../../../src/core/causes/registry';
import { valueAt } from '../../../../src/core/fieldPath';
import { readWorkloadSpec } from '../../../../src/core/kube/readWorkloadSpec';
import { parseManifests } from '../../../../src/core/manifest/parseManifests';
import { aManifest, factsOf, forecast, forecastMessages, liveObjectOf, plainAccount } from '../../../support/forecast';
import { livePod } from '../../../support/liveObjects';

const item = (more: Partial<LimitRangeItem>) => ({
  name: 'bounds',
  limits: [{ type: 'Container', min: {}, max: {}, default: {}, defaultRequest: {}, maxLimitRequestRatio: {}, ...more }],
});
const quota = (hard: Record<string, string>, used: Record<string, string>): ResourceQuota => ({
  ...{ name: 'compute', scopes: [] },
  hard,
  used,
});
const pods = (count: number) => Array.from({ length: count }, (_, ordinal) => livePod(`web-${ordinal}`));
const requests = (cpu: string): string => `resources:\n  requests:\n    cpu: ${cpu}`;

function findings(text: string, facts = factsOf()): readonly Finding[] {
  const [manifest] = parseManifests(text).manifests;
  const workload = readWorkloadSpec(manifest?.object);
  assert.ok(manifest && workload);
  return checkWorkload({ manifest, workload, facts }).findings;
}

test('a pull secret of another type is no pull secret', () => {
  const text = aManifest({ pod: 'imagePullSecrets:\n  - name: registry' });
  const secret = (type: string) =>
    factsOf({ secrets: new Map([['registry', { type, keys: [], registries: undefined }]]) });
  assert.deepEqual(forecast(text, secret('Opaque')), ['image-pull-secret-missing: - name: registry']);
  assert.deepEqual(forecast(text, secret('kubernetes.io/dockerconfigjson')), []);
  assert.deepEqual(forecast(text, secret('kubernetes.io/dockercfg')), []);
});

test('the missing right is printed as the rule of a Role', () => {
  const access = { allowed: false, verb: 'patch', resource: 'statefulsets.apps', user: 'dev', reason: undefined };
  const [finding] = findings(aManifest(), factsOf({ access }));
  assert.match(finding?.message ?? '', /^dev may not patch statefulsets\.apps/);
  assert.match(finding?.advice ?? '', /\{apiGroups: \["apps"\], resources: \["statefulsets"\], verbs: \["patch"\]\}/);
});

test('a ServiceAccount that is there, or that nobody asked for, is no finding', () => {
  const text = aManifest({ pod: 'serviceAccountName: runner' });
  assert.deepEqual(forecast(text, factsOf({ serviceAccounts: new Map([['runner', plainAccount]]) })), []);
  assert.deepEqual(forecast(text), []);
  assert.deepEqual(forecast(aManifest()), []);
});

test('quota: the sum over containers, sidecars and the largest init container', () => {
  const pod = `initContainers:
  - { name: big, image: a, resources: { requests: { cpu: 900m } } }
  - { name: proxy, image: a, restartPolicy: Always, resources: { requests: { cpu: 100m } } }`;
  const text = aManifest({ replicas: 1, pod, container: requests('300m') });
  const facts = (hard: string) => factsOf({ quotas: [quota({ 'requests.cpu': hard }, {})] });
  assert.deepEqual(forecast(text, facts('900m')), []);
  assert.match(forecastMessages(text, facts('800m'))[0]?.message ?? '', /this pod needs 900m \(short by 100m\)/);
});

test('quota: what is scaled away is free again', () => {
  const quotas = [quota({ 'requests.cpu': '900m' }, { 'requests.cpu': '900m' })];
  const live = liveObjectOf(aManifest({ replicas: 3, container: requests('300m') }));
  const fewer = aManifest({ replicas: 2, container: requests('450m') });
  assert.deepEqual(forecast(fewer, factsOf({ liveObject: live, pods: pods(3), quotas })), []);
});

test('quota: what the partition keeps back is not replaced', () => {
  const quotas = [quota({ 'requests.cpu': '1' }, { 'requests.cpu': '600m' })];
  const live = liveObjectOf(aManifest({ container: requests('200m') }));
  const held = (partition: number): string[] => {
    const spec = `updateStrategy:\n  rollingUpdate:\n    partition: ${partition}`;
    const text = aManifest({ container: requests('400m'), spec });
    return forecast(text, factsOf({ liveObject: live, pods: pods(3), quotas }));
  };
  assert.deepEqual(held(0), ['quota-exceeded: cpu: 400m']);
  assert.deepEqual(held(1), ['partition-holds: partition: 1']);
});

test('quota: a limit counts as the request that was left out', () => {
  const text = aManifest({ container: 'resources:\n  limits:\n    cpu: 500m' });
  assert.deepEqual(forecast(text, factsOf({ quotas: [quota({ 'requests.cpu': '2' }, {})] })), []);
  assert.deepEqual(forecast(text, factsOf({ quotas: [quota({ 'requests.cpu': '1' }, {})] })), [
    'quota-exceeded: cpu: 500m',
  ]);
});

test('LimitRange: the bounds of a pod are those of the sum', () => {
  const pod =
    'initContainers:\n  - { name: proxy, image: a, restartPolicy: Always, resources: { limits: { cpu: 1 } } }';
  const text = aManifest({ pod, container: 'resources:\n  limits:\n    cpu: 1500m' });
  const found = (max: string): string[] =>
    forecast(text, factsOf({ limitRanges: [item({ type: 'Pod', max: { cpu: max } })] }));
  assert.deepEqual(found('2'), ['limit-range-violated: cpu: 1500m']);
  assert.deepEqual(found('2500m'), []);
});

test('LimitRange: what it fills in itself is within its bounds', () => {
  const limitRanges = [item({ min: { cpu: '100m' }, max: { cpu: '1' } })];
  assert.deepEqual(forecast(aManifest(), factsOf({ limitRanges })), []);
});

test('references of volumes, projected ones too, are looked up', () => {
  const volumes = `volumes:
  - name: a
    secret:
      secretName: gone
  - name: b
    projected:
      sources:
        - configMap:
            name: gone-too
  - name: c
    secret: { secretName: gone, optional: true }`;
  const text = aManifest({ pod: volumes });
  const facts = factsOf({ configMaps: new Map([['gone-too', null]]), secrets: new Map([['gone', null]]) });
  assert.deepEqual(
    forecast(text, facts)
      .map((line) => line.replace(/^[^:]*: /, ''))
      .sort(),
    ['name: gone-too', 'secretName: gone'],
  );
});

test('an immutable selector of a Deployment is named', () => {
  const live = liveObjectOf(aManifest({ kind: 'Deployment' }).replaceAll('app: web', 'app: old'));
  const [finding] = forecastMessages(aManifest({ kind: 'Deployment' }), factsOf({ liveObject: live }));
  assert.equal(finding?.code, 'immutable-field');
  assert.match(finding.message, /^spec\.selector\.matchLabels\.app of a Deployment cannot change/);
});

test('replicas, template and strategy of a StatefulSet may change', () => {
  const live = liveObjectOf(aManifest());
  const spec = 'updateStrategy:\n  type: RollingUpdate\nminReadySeconds: 5';
  assert.deepEqual(forecast(aManifest({ replicas: 5, image: 'web:2', spec }), factsOf({ liveObject: live })), []);
});

const BROKEN = aManifest({
  image: '"web:1 "',
  pod: 'volumes:\n  - { name: a, emptyDir: {} }',
  spec: 'serviceName: web.svc',
  container: `ports:
  - { name: http, containerPort: 80 }
readinessProbe:
  httpGet: { port: web }
resources:
  limits: { memory: 64m }`,
});

test('a fix is an edit of a field that is there', () => {
  const [manifest] = parseManifests(BROKEN).manifests;
  const fixes = findings(BROKEN).flatMap((finding) => finding.fixes ?? []);
  assert.ok(fixes.length >= 4);
  for (const { edit } of fixes) assert.notEqual(valueAt(manifest?.object, edit.path), undefined);
});

test('every finding says a sentence, and no rule repeats itself on one field', () => {
  const all = findings(BROKEN);
  assert.ok(all.length >= 4);
  for (const { message } of all) assert.match(message, /^\S.*\.$/);
  const places = all.map(({ code, path }) => `${code} ${JSON.stringify(path)}`);
  assert.equal(new Set(places).size, places.length);
});

test('rules never throw on what somebody has half written', () => {
  const texts = ['spec:', 'spec: 5', 'spec: { template: { spec: { containers: 5 } } }', 'spec: { selector: [] }'];
  const shapes = ['containers: [5, null, { image: 7, resources: { limits: [1] } }]', 'volumes: [{ name: 3 }]'];
  for (const body of [...texts, ...shapes.map((shape) => `spec: { template: { spec: { ${shape} } } }`)]) {
    assert.doesNotThrow(() => findings(`apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: web }\n${body}\n`));
  }
});

test('every rule has a summary, and needs nothing twice', () => {
  for (const { code, summary, needs } of rules) {
    assert.match(code, /^[a-z]+(?:-[a-z]+)+$/);
    assert.ok(summary.length > 10, code);
    assert.equal(new Set(needs).size, needs.length, code);
  }
});
