import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseImageReference } from '../../../../src/core/kube/imageReference';
import { resolveIntOrString } from '../../../../src/core/kube/intOrString';
import { podResources } from '../../../../src/core/kube/podResources';
import {
  addQuantities,
  compareQuantities,
  divideQuantities,
  formatQuantity,
  maxQuantity,
  parseQuantity,
  subtractQuantities,
  ZERO,
  type Quantity,
} from '../../../../src/core/kube/quantity';
import { readWorkloadSpec } from '../../../../src/core/kube/readWorkloadSpec';

function quantity(text: string): Quantity {
  const parsed = parseQuantity(text);
  assert.ok(parsed, text);
  return parsed;
}

// Second column: what apimachinery's resource.Quantity (0.36) makes of the text.
const CANONICAL: readonly (readonly [string, string])[] = [
  ['0', '0'],
  ['-0', '0'],
  ['+5k', '5k'],
  ['007Gi', '7Gi'],
  ['1.', '1'],
  ['-5.T', '-5T'],
  ['0.5', '500m'],
  ['0.25', '250m'],
  ['.5Gi', '512Mi'],
  ['1.7Gi', '1825361100800m'],
  ['0.1Ki', '102400m'],
  ['100.5Mi', '102912Ki'],
  ['1025Mi', '1025Mi'],
  ['1024Ki', '1Mi'],
  ['12345Ki', '12345Ki'],
  ['2048Mi', '2Gi'],
  ['1536Mi', '1536Mi'],
  ['1000m', '1'],
  ['2000m', '2'],
  ['0.0001m', '100n'],
  ['1.000000001', '1000000001n'],
  ['1536.001P', '1536001T'],
  ['1024.000000001k', '1024000000001u'],
  ['123456789n', '123456789n'],
  ['1000000', '1M'],
  ['999', '999'],
];

test('quantities are written as apimachinery writes them', () => {
  for (const [text, canonical] of CANONICAL) assert.equal(formatQuantity(quantity(text)), canonical, text);
});

test('what is written is read back as the same amount', () => {
  for (const [text] of CANONICAL) {
    const read = quantity(text);
    assert.equal(quantity(formatQuantity(read)).value, read.value, text);
  }
});

test('other texts that the API server refuses are no quantities', () => {
  for (const text of ['1ki', '1KI', '1Z', '1µ', '1_000', '+-1', '1e1k', '1E1E', '1.5.5', '1mi', '1B', 'null']) {
    assert.equal(parseQuantity(text), undefined, text);
  }
});

test('sums stay exact where floating point would not', () => {
  let sum = ZERO;
  for (let times = 0; times < 10; times++) sum = addQuantities(sum, quantity('0.1'));
  assert.equal(compareQuantities(sum, quantity('1')), 0);
  assert.equal(formatQuantity(subtractQuantities(quantity('9007199254740993'), quantity('1'))), '9007199254740992');
  assert.equal(formatQuantity(addQuantities(ZERO, quantity('1Gi'))), '1Gi');
});

test('the larger of two quantities, and their ratio', () => {
  assert.equal(formatQuantity(maxQuantity(quantity('1G'), quantity('1Gi'))), '1Gi');
  assert.equal(divideQuantities(quantity('3'), quantity('1500m')), 2);
  assert.equal(divideQuantities(quantity('3'), ZERO), undefined);
});

test('references of every shape are taken apart as container runtimes do', () => {
  const rows: [string, string, string, string?][] = [
    ['Foo/bar', 'Foo', 'bar'],
    ['localhost', 'docker.io', 'localhost'],
    ['1.2.3.4:5/a:6', '1.2.3.4:5', 'a', '6'],
    ['[::1]/a', '[::1]', 'a'],
    ['a.b/c', 'a.b', 'c'],
    ['x:5000', 'docker.io', 'x', '5000'],
    ['x:5000/y:z', 'x:5000', 'y', 'z'],
    [`a/b:${'t'.repeat(128)}`, 'docker.io', 'a/b', 't'.repeat(128)],
    ['a/b:_B', 'docker.io', 'a/b', '_B'],
  ];
  for (const [text, registry, repository, tag] of rows) {
    assert.deepEqual(parseImageReference(text), { kind: 'valid', registry, repository, tag, digest: undefined }, text);
  }
});

test('references of every wrong shape are refused as container runtimes do', () => {
  const rows = ['foo/Bar', 'my_host:5000/a', 'host:port/a', 'a:b:c', 'a@', '@', ':', '/a', 'a/', '-a', 'a-', 'a___b'];
  rows.push('a._b', 'a..b', '.a', 'a.', 'é', 'a:.b', 'A:b', 'a.-b/c', '_a/b', 'a/_b', 'a+b', 'a/b@c', 'HOST:5000/App');
  rows.push('f'.repeat(64), `a/b:${'t'.repeat(129)}`, `a@sha256:${'a'.repeat(63)}`);
  for (const text of rows) {
    const found = parseImageReference(text);
    assert.ok(found.kind === 'invalid' && found.problem.length > 5, text);
  }
});

test('percentages of any total: surge covers the share, unavailability stays below it', () => {
  for (let replicas = 0; replicas <= 20; replicas++) {
    for (let percent = 0; percent <= 100; percent += 5) {
      const up = resolveIntOrString(`${percent}%`, replicas, 'up') ?? -1;
      const down = resolveIntOrString(`${percent}%`, replicas, 'down') ?? -1;
      assert.ok(up * 100 >= percent * replicas && (up - 1) * 100 < percent * replicas);
      assert.ok(down * 100 <= percent * replicas && (down + 1) * 100 > percent * replicas);
    }
  }
  for (const wrong of ['', '%', '5', '-5%', '5.5%', ' 5%']) assert.equal(resolveIntOrString(wrong, 4, 'up'), undefined);
  assert.equal(resolveIntOrString(1.5, 4, 'up'), undefined);
});

test('a sidecar counts for the init containers after it, not for those before it', () => {
  const cpu = (amount: string, more = {}): object => ({ resources: { requests: { cpu: amount } }, ...more });
  const sidecar = { restartPolicy: 'Always' };
  const total = (initContainers: object[]): string | undefined => {
    const template = { spec: { initContainers, containers: [cpu('100m')] } };
    const read = readWorkloadSpec({ apiVersion: 'apps/v1', kind: 'StatefulSet', spec: { template } });
    const found = read && podResources(read.template).requests.get('cpu');
    return found && formatQuantity(found);
  };
  // Each sum is that of component-helpers/resource.PodRequests.
  assert.equal(total([cpu('1'), cpu('200m', sidecar)]), '1');
  assert.equal(total([cpu('200m', sidecar), cpu('1')]), '1200m');
  assert.equal(total([cpu('200m', sidecar), cpu('300m', sidecar)]), '600m');
});

test('reading a workload survives any value in any place', () => {
  const values = [null, true, 3, 'text', [], [null], {}, { name: 3 }, [[]], NaN];
  const fields = ['replicas', 'selector', 'template', 'updateStrategy', 'strategy', 'volumeClaimTemplates', 'ordinals'];
  const podFields = ['containers', 'initContainers', 'volumes', 'imagePullSecrets', 'serviceAccountName'];
  const containerFields = ['name', 'image', 'ports', 'resources', 'readinessProbe', 'volumeMounts', 'env', 'envFrom'];
  const read = (spec: unknown): void => {
    for (const kind of ['StatefulSet', 'Deployment']) {
      const found = readWorkloadSpec({ apiVersion: 'apps/v1', kind, spec });
      assert.ok(found);
      podResources(found.template);
    }
  };
  for (const value of values) {
    for (const field of fields) read({ [field]: value });
    for (const field of podFields) read({ template: { spec: { [field]: value } } });
    for (const field of containerFields) read({ template: { spec: { containers: [{ [field]: value }] } } });
  }
});
