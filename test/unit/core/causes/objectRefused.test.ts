import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DryRun } from '../../../../src/core/causes/dryRun';
import type { Fact, FileObject } from '../../../../src/core/causes/facts';
import { findingsOfObject } from '../../../../src/core/causes/permissions/objectRefused';

const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web-public' }, spec: { type: 'NodePort' } };
const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data-web-0' } };

type Refused = Extract<DryRun, { kind: 'refused' }>;

function refused(answer: Partial<Refused>): Fact<DryRun> {
  const value = { kind: 'refused', status: 403, reason: 'Forbidden', message: '', fields: [], warnings: [] } as const;
  return { state: 'known', value: { ...value, ...answer } };
}

function found(object: object, answer: Fact<DryRun> | null, sameFile: readonly FileObject[] = []): readonly string[] {
  return findingsOfObject({ object: { ...object }, answer, sameFile }).map(
    ({ path, message }) => `${path.map(String).join('.')}: ${message}`,
  );
}

test('a quota on node ports marks the type of the Service', () => {
  const message =
    'services "web-public" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=0, limited: services.nodeports=0';
  const [only = ''] = found(service, refused({ message }));
  assert.match(only, /^spec\.type: .*exceeded quota: q/);
});

test('a claim that cannot grow is marked at its size', () => {
  const message =
    'persistentvolumeclaims "data-web-0" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
  assert.match(found(claim, refused({ message }))[0] ?? '', /^spec\.resources\.requests\.storage: /);
});

test('a field that the server names is marked', () => {
  const fields = [{ path: ['spec', 'ports', 0, 'port'], message: 'Invalid value: 0: must be between 1 and 65535' }];
  assert.match(found(service, refused({ status: 422, fields }))[0] ?? '', /^spec\.ports\.0\.port: .*65535\.$/);
});

test('a right that is missing is named', () => {
  const answer = { state: 'forbidden', right: 'create services in db' } as const;
  assert.deepEqual(found(service, answer), [
    'metadata.name: You may not create services in db: the apply of this file will fail.',
  ]);
});

test('a kind that the server lacks is told, unless the same file defines it', () => {
  const object = { apiVersion: 'example.org/v1', kind: 'Backup', metadata: { name: 'nightly' } };
  const definition = {
    kind: 'CustomResourceDefinition',
    name: 'backups.example.org',
    object: { spec: { names: { kind: 'Backup' } } },
  };
  assert.match(found(object, null)[0] ?? '', /^apiVersion: The API server has no Backup in example\.org\/v1/);
  assert.deepEqual(found(object, null, [definition]), []);
});

test('nothing is said of what is admitted, not known, in a namespace to come, or twice only in a server-side apply', () => {
  const admitted = { state: 'known', value: { kind: 'admitted', object: {}, warnings: [] } } as const;
  const twice = [{ path: ['spec', 'ports', 1, 'name'], message: 'Duplicate value: "http"' }];
  assert.deepEqual(found(service, admitted), []);
  assert.deepEqual(found(service, { state: 'unavailable', reason: 'no answer' }), []);
  assert.deepEqual(found(service, refused({ status: 404, message: 'namespaces "db" not found' })), []);
  assert.deepEqual(found(service, refused({ status: 422, fields: twice })), []);
});
