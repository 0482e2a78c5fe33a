import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPath } from '../../../../src/core/fieldPath';
import { resolveIntOrString } from '../../../../src/core/kube/intOrString';
import { matchesSelector } from '../../../../src/core/kube/labelSelector';
import { podResources } from '../../../../src/core/kube/podResources';
import { formatQuantity } from '../../../../src/core/kube/quantity';
import { readWorkloadSpec, referencesOf } from '../../../../src/core/kube/readWorkloadSpec';
import { parseServerVersion } from '../../../../src/core/kube/serverVersion';

const workload = (spec: unknown): unknown => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'web' },
  spec,
});
const pod = (spec: unknown): unknown => workload({ template: { spec } });

test('other kinds are no workload', () => {
  for (const object of [
    undefined,
    null,
    3,
    [],
    {},
    { kind: 'Pod' },
    { kind: 'StatefulSet', apiVersion: 'example.com/v1' },
  ]) {
    assert.equal(readWorkloadSpec(object), undefined);
  }
});

test('whatever has the wrong type is left out, and nothing throws', () => {
  const spec = readWorkloadSpec({
    ...{ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: 'x' },
    spec: {
      replicas: '3',
      selector: [],
      template: { spec: { containers: { a: 1 }, volumes: [null, 3], initContainers: [null] } },
    },
  });
  assert.equal(spec?.name, undefined);
  assert.equal(spec?.replicas, undefined);
  assert.equal(spec?.template.containers.length, 1);
});

test('references carry the path of the name and of the key', () => {
  const spec = readWorkloadSpec(
    pod({
      containers: [
        {
          env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
          envFrom: [{ configMapRef: { name: 'c', optional: true } }],
        },
      ],
      volumes: [
        { name: 'v', secret: { secretName: 't' } },
        { name: 'w', configMap: { name: 'd', items: [{ key: 'x' }] } },
        { name: 'p', projected: { sources: [{ secret: { name: 'u' } }] } },
      ],
    }),
  );
  assert.ok(spec);
  assert.deepEqual(
    referencesOf(spec).map(({ kind, name, key, path, optional }) => [
      `${kind}/${name}`,
      key,
      formatPath(path),
      optional,
    ]),
    [
      ['Secret/s', 'k', 'spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.name', false],
      ['ConfigMap/c', undefined, 'spec.template.spec.containers[0].envFrom[0].configMapRef.name', true],
      ['Secret/t', undefined, 'spec.template.spec.volumes[0].secret.secretName', false],
      ['ConfigMap/d', undefined, 'spec.template.spec.volumes[1].configMap.name', false],
      ['ConfigMap/d', 'x', 'spec.template.spec.volumes[1].configMap.name', false],
      ['Secret/u', undefined, 'spec.template.spec.volumes[2].projected.sources[0].secret.name', false],
    ],
  );
});

function counted(spec: unknown, defaults: Parameters<typeof podResources>[1] = []): Record<string, string> {
  const read = readWorkloadSpec(pod(spec));
  assert.ok(read);
  const { requests, limits } = podResources(read.template, defaults);
  const all = [...requests].map(([name, quantity]) => [`requests.${name}`, formatQuantity(quantity)] as const);
  return Object.fromEntries([
    ...all,
    ...[...limits].map(([name, quantity]) => [`limits.${name}`, formatQuantity(quantity)] as const),
  ]);
}

const cpu = (amount: string, more = {}): unknown => ({ resources: { requests: { cpu: amount } }, ...more });

test('a pod counts its containers and sidecars, or its largest init container', () => {
  assert.deepEqual(counted({ containers: [cpu('100m'), cpu('200m')] }), { 'requests.cpu': '300m' });
  assert.deepEqual(counted({ initContainers: [cpu('1')], containers: [cpu('100m')] }), { 'requests.cpu': '1' });
  const initContainers = [cpu('50m', { restartPolicy: 'Always' }), cpu('100m')];
  assert.deepEqual(counted({ initContainers, containers: [cpu('80m')] }), { 'requests.cpu': '150m' });
  assert.deepEqual(counted({ initContainers, containers: [cpu('200m')] }), { 'requests.cpu': '250m' });
});

test('missing requests come from limits, then from the LimitRange', () => {
  const defaults = [{ default: { cpu: '500m' }, defaultRequest: { cpu: '100m', memory: '64Mi' } }];
  assert.deepEqual(counted({ containers: [{ resources: { limits: { cpu: '1' } } }] }, defaults), {
    'requests.cpu': '1',
    'requests.memory': '64Mi',
    'limits.cpu': '1',
  });
  assert.deepEqual(counted({ containers: [{}] }, defaults), {
    'requests.cpu': '100m',
    'requests.memory': '64Mi',
    'limits.cpu': '500m',
  });
});

test('selectors: an absent label satisfies NotIn and DoesNotExist', () => {
  const selector = (operator: string, ...values: string[]) => ({
    matchLabels: { app: 'web' },
    matchExpressions: [{ key: 'tier', operator, values }],
  });
  assert.equal(matchesSelector(selector('NotIn', 'db'), { app: 'web' }), true);
  assert.equal(matchesSelector(selector('DoesNotExist'), { app: 'web' }), true);
  assert.equal(matchesSelector(selector('Exists'), { app: 'web' }), false);
  assert.equal(matchesSelector(selector('In', 'db'), { app: 'web', tier: 'db' }), true);
  assert.equal(matchesSelector(selector('In', 'db'), { app: 'api', tier: 'db' }), false);
});

test('percentages round surge up and unavailability down', () => {
  assert.equal(resolveIntOrString('25%', 3, 'up'), 1);
  assert.equal(resolveIntOrString('25%', 3, 'down'), 0);
  assert.equal(resolveIntOrString(2, 3, 'up'), 2);
  assert.equal(resolveIntOrString('two', 3, 'up'), undefined);
});

test('versions of distributions are read', () => {
  assert.deepEqual(parseServerVersion('v1.31.4-gke.1256000'), { major: 1, minor: 31, patch: 4 });
  assert.deepEqual(parseServerVersion('v1.30.2-eks-1552ad0'), { major: 1, minor: 30, patch: 2 });
  assert.equal(parseServerVersion('unknown'), undefined);
});
