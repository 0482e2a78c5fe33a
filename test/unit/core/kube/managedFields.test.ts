import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownedPaths, takeOver, takeOwn, withoutDropped } from '../../../../src/core/kube/managedFields';

const ANNOTATION = { 'f:kubectl.kubernetes.io/last-applied-configuration': {} };
const entry = (manager: string, operation: string, spec: object, more: object = {}) => ({
  ...{ manager, operation, apiVersion: 'apps/v1' },
  fieldsV1: { 'f:metadata': { 'f:annotations': ANNOTATION }, 'f:spec': spec },
  ...more,
});

test('the most recent client-side applier becomes ours, and older versions of it go', () => {
  const after = takeOver(
    [
      entry('kubectl-client-side-apply', 'Update', { 'f:replicas': {} }),
      entry('kubectl-client-side-apply', 'Update', { 'f:old': {} }, { apiVersion: 'apps/v1beta1' }),
      entry('kubectl-client-side-apply', 'Update', { 'f:replicas': {} }, { subresource: 'scale' }),
    ],
    'ordinal',
  );
  assert.deepEqual(
    after?.map(({ manager, operation, subresource }) => [manager, operation, subresource]),
    [
      ['ordinal', 'Apply', undefined],
      ['kubectl-client-side-apply', 'Update', 'scale'],
    ],
  );
});

test('fields are joined with those that we own already', () => {
  const ours = { manager: 'ordinal', operation: 'Apply', apiVersion: 'apps/v1', fieldsV1: { 'f:spec': { 'f:a': {} } } };
  const after = takeOver([entry('someone', 'Update', { 'f:b': {} }), ours], 'ordinal');
  assert.equal(after?.length, 1);
  assert.deepEqual(Object.keys((after[0]?.fieldsV1 as { 'f:spec': object })['f:spec']), ['f:a', 'f:b']);
});

test('an editor that never applied keeps its fields', () => {
  const edit = { manager: 'kubectl-edit', operation: 'Update', apiVersion: 'apps/v1', fieldsV1: { 'f:spec': {} } };
  assert.equal(takeOver([edit], 'ordinal'), undefined);
});

test('what we changed by an undo or a scale is part of our apply, and a restart stays out of it', () => {
  const template = (fields: object) => ({ 'f:spec': { 'f:template': fields } });
  const entries = [
    { manager: 'ordinal', operation: 'Apply', apiVersion: 'apps/v1', fieldsV1: template({ 'f:a': {} }) },
    { manager: 'helm', operation: 'Update', apiVersion: 'apps/v1', fieldsV1: template({ 'f:image': {} }) },
    {
      ...{ manager: 'ordinal', operation: 'Update', apiVersion: 'apps/v1' },
      fieldsV1: template({ 'f:image': {}, 'f:restartedAt': {} }),
    },
    {
      ...{ manager: 'ordinal', operation: 'Update', apiVersion: 'apps/v1', subresource: 'scale' },
      fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    },
  ];
  const after = takeOwn(entries, 'ordinal', { spec: { replicas: 3, template: { image: 'app:2' } } });
  assert.deepEqual(
    after.map(({ manager, operation, fieldsV1 }) => [manager, operation, fieldsV1]),
    [
      ['helm', 'Update', template({ 'f:image': {} })],
      ['ordinal', 'Update', template({ 'f:restartedAt': {} })],
      ['ordinal', 'Apply', { 'f:spec': { 'f:template': { 'f:a': {}, 'f:image': {} }, 'f:replicas': {} } }],
    ],
  );
  assert.equal(takeOwn(entries.slice(0, 2), 'ordinal', {})[0], entries[0]);
});

test('owned fields are found by the keys and values of list items', () => {
  const object = {
    list: [
      { name: 'a', x: 1 },
      { name: 'b', x: 2 },
    ],
    set: ['u', 'v'],
  };
  const fields = { 'f:list': { 'k:{"name":"b"}': { 'f:x': {}, '.': {} } }, 'f:set': { 'v:"v"': {}, 'v:"gone"': {} } };
  assert.deepEqual(ownedPaths(object, fields), [
    ['list', { name: 'b' }, 'x'],
    ['set', 1],
  ]);
});

test('what is no longer applied goes, but for what others own below it', () => {
  const value = { list: [{ name: 'a' }, { name: 'b', x: 1, y: 2 }, { name: 'c' }], n: 1 };
  const owned = {
    'f:list': {
      'k:{"name":"a"}': { '.': {} },
      'k:{"name":"b"}': { '.': {}, 'f:x': {} },
      'k:{"name":"c"}': { '.': {} },
    },
    'f:n': {},
  };
  const others = [{ 'f:list': { 'k:{"name":"b"}': { 'f:y': {} } } }];
  const applied = { list: [{ name: 'a' }] };
  assert.deepEqual(withoutDropped(value, { owned, applied, others }), { list: [{ name: 'a' }, { name: 'b', y: 2 }] });
});

test('a port whose protocol the manifest leaves to its default is the same port', () => {
  const value = { ports: [{ containerPort: 80, protocol: 'TCP' }] };
  const owned = { 'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } } };
  assert.deepEqual(withoutDropped(value, { owned, applied: { ports: [{ containerPort: 80 }] }, others: [] }), value);
});
