import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseImageReference } from '../../../../src/core/kube/imageReference';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test('references that runtimes accept', () => {
  const rows: [string, string, string, string | undefined, string | undefined][] = [
    ['nginx', 'docker.io', 'nginx', undefined, undefined],
    ['nginx:1.27', 'docker.io', 'nginx', '1.27', undefined],
    ['team/app:v1', 'docker.io', 'team/app', 'v1', undefined],
    ['registry.example.com/team/app:1', 'registry.example.com', 'team/app', '1', undefined],
    ['localhost/app', 'localhost', 'app', undefined, undefined],
    ['localhost:5000/app:1', 'localhost:5000', 'app', '1', undefined],
    ['Registry.Example.com/app', 'Registry.Example.com', 'app', undefined, undefined],
    ['[::1]:5000/app', '[::1]:5000', 'app', undefined, undefined],
    [`app@${DIGEST}`, 'docker.io', 'app', undefined, DIGEST],
    [`app:1@${DIGEST}`, 'docker.io', 'app', '1', DIGEST],
    ['a__b--c.d/e_f', 'docker.io', 'a__b--c.d/e_f', undefined, undefined],
  ];
  for (const [text, registry, repository, tag, digest] of rows) {
    const found = parseImageReference(text);
    assert.deepEqual(found, { kind: 'valid', registry, repository, tag, digest }, text);
  }
});

test('references that runtimes refuse, with the reason', () => {
  const rows: [string, RegExp][] = [
    ['', /empty/],
    [' app', /blanks/],
    ['https://registry.example.com/app', /no scheme/],
    ['App', /lower case/],
    ['team/App:1', /lower case/],
    ['app:1:2', /two tags/],
    ['app:', /tag is empty/],
    ['app:-1', /no tag/],
    ['shop//app', /empty part/],
    ['app name', /blank/],
    ['app@sha256:abc', /no digest/],
    [`app@sha256:${'a'.repeat(40)}`, /64 hexadecimal/],
    ['a'.repeat(256), /255/],
  ];
  for (const [text, problem] of rows) {
    const found = parseImageReference(text);
    assert.ok(found.kind === 'invalid', text);
    assert.match(found.problem, problem, text);
  }
});
