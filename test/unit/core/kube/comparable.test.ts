import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inApplyOrder } from '../../../../src/core/kube/applyOrder';
import { compared } from '../../../../src/core/kube/comparable';

const written = { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, spec: { list: [{ name: 'a', image: '2' }] } };
const server = (image: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'X',
  metadata: { name: 'x', uid: 'u', managedFields: [], creationTimestamp: 't' },
  spec: { policy: 'Default', list: [{ image, name: 'a', pull: 'Always' }], ...more },
  status: { ready: 1 },
});

test('defaults that nobody asked for, the status and what the server alone writes are not shown', () => {
  const { live, after } = compared({ live: server('1'), after: server('2'), written });
  assert.deepEqual(live?.spec, { list: [{ image: '1', name: 'a' }] });
  assert.deepEqual(after?.spec, { list: [{ image: '2', name: 'a' }] });
  assert.doesNotMatch(JSON.stringify(live), /uid|managedFields|creation|ready/);
});

test('a default that changes is shown on both sides', () => {
  const { live, after } = compared({ live: server('1'), after: server('1', { policy: 'Other' }), written });
  assert.equal((live?.spec as { policy: string }).policy, 'Default');
  assert.equal((after?.spec as { policy: string }).policy, 'Other');
});

test('a Secret shows which values differ, and none of them', () => {
  const secret = (data: object) => ({ kind: 'Secret', metadata: { name: 's' }, data });
  const sides = compared({
    live: secret({ a: 'hunter1', b: 'same' }),
    after: secret({ a: 'hunter2', b: 'same' }),
    written: secret({ a: 'hunter2', b: 'same' }),
  });
  assert.deepEqual(sides.live?.data, { a: '(old value)', b: '(same)' });
  assert.deepEqual(sides.after?.data, { a: '(new value)', b: '(same)' });
  assert.doesNotMatch(JSON.stringify(sides), /hunter/);
});

test('what others need comes before them, the rest in its own order', () => {
  const kinds = [
    'Ingress',
    'StatefulSet',
    'Thing',
    'Service',
    'ConfigMap',
    'Namespace',
    'Deployment',
    'CustomResourceDefinition',
  ];
  assert.deepEqual(
    inApplyOrder(kinds, (kind) => kind),
    ['Namespace', 'CustomResourceDefinition', 'ConfigMap', 'Service', 'StatefulSet', 'Deployment', 'Ingress', 'Thing'],
  );
});
