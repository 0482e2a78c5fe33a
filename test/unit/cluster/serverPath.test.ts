import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseServerPath } from '../../../src/cluster/serverPath';

const CASES: readonly (readonly [string, ReturnType<typeof parseServerPath>])[] = [
  ['.spec.replicas', ['spec', 'replicas']],
  ['spec.template.spec.containers[0].image', ['spec', 'template', 'spec', 'containers', 0, 'image']],
  ['.spec.containers[name="a\\"b"].image', ['spec', 'containers', { name: 'a"b' }, 'image']],
  ['.metadata.labels.app.kubernetes.io/name', ['metadata', 'labels', 'app.kubernetes.io/name']],
  ['metadata.annotations[a.b/c]', ['metadata', 'annotations', 'a.b/c']],
  ['spec.template.metadata.labels', ['spec', 'template', 'metadata', 'labels']],
  [
    '.spec.containers[name="a"].ports[containerPort=80,protocol="TCP"].name',
    ['spec', 'containers', { name: 'a' }, 'ports'],
  ],
  ['', []],
];

for (const [text, path] of CASES) {
  test(`reads ${text === '' ? 'nothing' : text}`, () => {
    assert.deepEqual(parseServerPath(text), path);
  });
}
