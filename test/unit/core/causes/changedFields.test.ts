import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstDifference } from '../../../../src/core/kube/sameFields';
import { formatPath } from '../../../../src/core/fieldPath';

const difference = (wanted: object, live: object): string | undefined => {
  const path = firstDifference(wanted, live);
  return path && formatPath(path);
};

test('two mounts of one volume are told apart by their paths', () => {
  const a = { name: 'data', mountPath: '/a' };
  const b = { name: 'data', mountPath: '/b', subPath: 'b' };
  assert.equal(difference({ volumeMounts: [a, b] }, { volumeMounts: [a, b] }), undefined);
  assert.equal(
    difference({ volumeMounts: [a, b] }, { volumeMounts: [a, { ...b, subPath: 'c' }] }),
    'volumeMounts[1].subPath',
  );
});

test('ports are matched by number and protocol, TCP by default', () => {
  const dns = [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP', name: 'dns' }];
  const live = [
    { containerPort: 53, protocol: 'TCP' },
    { containerPort: 53, protocol: 'UDP', name: 'dns' },
  ];
  assert.equal(difference({ ports: dns }, { ports: live }), undefined);
  assert.equal(difference({ ports: [{ containerPort: 54 }] }, { ports: live.slice(1) }), 'ports[0]');
});

test('containers and variables are matched by name, lists without a key by place', () => {
  const live = { containers: [{ name: 'a', args: ['x', 'y'] }, { name: 'b' }] };
  assert.equal(difference({ containers: [{ name: 'b' }, { name: 'a' }] }, live), undefined);
  assert.equal(
    difference({ containers: [{ name: 'a', args: ['x', 'z'] }, { name: 'b' }] }, live),
    'containers[0].args[1]',
  );
  assert.equal(difference({ containers: [{ name: 'a', args: ['x'] }, { name: 'b' }] }, live), 'containers[0].args');
  assert.equal(difference({ containers: [{ name: 'a' }] }, live), 'containers');
});

test('what the server drops is no change; what it keeps is one', () => {
  assert.equal(difference({ hostNetwork: false, readinessProbe: { initialDelaySeconds: 0 } }, {}), undefined);
  assert.equal(difference({ resources: { limits: {} }, env: [], workingDir: '' }, {}), undefined);
  assert.equal(difference({ securityContext: { runAsUser: 0 } }, {}), 'securityContext.runAsUser');
  assert.equal(difference({ automountServiceAccountToken: false }, {}), 'automountServiceAccountToken');
  assert.equal(difference({ storageClassName: '' }, {}), 'storageClassName');
  assert.equal(difference({ hostNetwork: false }, { hostNetwork: true }), 'hostNetwork');
  assert.equal(difference({ emptyDir: {} }, { configMap: {} }), 'emptyDir');
});

test('quantities are compared by value', () => {
  const cpu = (amount: unknown): object => ({ resources: { requests: { cpu: amount } } });
  assert.equal(difference(cpu('1000m'), cpu(1)), undefined);
  assert.equal(difference(cpu('1100m'), cpu(1)), 'resources.requests.cpu');
});

test('keys that objects inherit are fields like any other', () => {
  assert.equal(difference({ constructor: [1], toString: [2] }, { constructor: [1], toString: [3] }), 'toString[0]');
});
