import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixEdits } from '../../../../src/core/manifest/applyFix';
import { parseManifests } from '../../../../src/core/manifest/parseManifests';

type Fix = Parameters<typeof fixEdits>[2];

function edited(text: string, edit: Fix['edit']): string {
  const [manifest] = parseManifests(text).manifests;
  assert.ok(manifest);
  return fixEdits(manifest, text, { edit }).reduce(
    (result, { range, newText }) => result.slice(0, range.start) + newText + result.slice(range.end),
    text,
  );
}

test('a replacement keeps comments and line ends', () => {
  const text = 'kind: X\r\nspec:\r\n  port: web # the port\r\n';
  assert.equal(
    edited(text, { kind: 'replace', path: ['spec', 'port'], text: 'http' }),
    'kind: X\r\nspec:\r\n  port: http # the port\r\n',
  );
});

test('a replacement is quoted where YAML would read something else', () => {
  assert.equal(edited('kind: X\na: b\n', { kind: 'replace', path: ['a'], text: 'yes' }), 'kind: X\na: "yes"\n');
});

test('a replacement that looks like a number is quoted: a label is a text', () => {
  for (const text of ['8', '1.0', '0644', '1e3', '.5', '0x10', '-1']) {
    assert.equal(edited('kind: X\na: b\n', { kind: 'replace', path: ['a'], text }), `kind: X\na: "${text}"\n`);
  }
  assert.equal(edited('kind: X\na: b\n', { kind: 'replace', path: ['a'], text: '64Mi' }), 'kind: X\na: 64Mi\n');
});

test('an empty value is filled in after a blank', () => {
  assert.equal(edited('kind: X\na:\n', { kind: 'replace', path: ['a'], text: 'b' }), 'kind: X\na: b\n');
});

test('what comes from an anchor or a merge key is left alone', () => {
  const text = 'kind: X\nbase: &l {app: web}\nlabels: *l\nmore:\n  <<: {app: api}\n';
  for (const path of [
    ['labels', 'app'],
    ['more', 'app'],
  ]) {
    assert.equal(edited(text, { kind: 'replace', path, text: 'db' }), text);
    assert.equal(edited(text, { kind: 'remove', path }), text);
  }
});

test('a field is removed with its line, and with its value below it', () => {
  assert.equal(edited('kind: X\na: 1\nb: 2\n', { kind: 'remove', path: ['a'] }), 'kind: X\nb: 2\n');
  assert.equal(edited('kind: X\na:\n  - 1\n  - 2\nb: 2\n', { kind: 'remove', path: ['a'] }), 'kind: X\nb: 2\n');
});

for (const [what, before, path, after] of [
  [
    'an item of a list goes with its dash',
    'kind: X\na:\n  - x: 1\n    y: 2\n  - z: 3\n',
    ['a', 0],
    'kind: X\na:\n  - z: 3\n',
  ],
  ['the last item too', 'kind: X\na:\n- x\n- y # why\nb: 1\n', ['a', 1], 'kind: X\na:\n- x\nb: 1\n'],
  ['the field behind a dash leaves the dash', 'kind: X\na:\n- x: 1\n  y: 2\n', ['a', 0, 'x'], 'kind: X\na:\n- y: 2\n'],
  [
    'the only field of an item leaves an empty one',
    'kind: X\na:\n- x: 1\n- y: 2\n',
    ['a', 0, 'x'],
    'kind: X\na:\n- {}\n- y: 2\n',
  ],
  [
    'the first of several in braces goes with its comma',
    'kind: X\na: {x: 1, y: 2}\n',
    ['a', 'x'],
    'kind: X\na: {y: 2}\n',
  ],
  ['the last one too', 'kind: X\na: {x: 1, z: 2}\n', ['a', 'z'], 'kind: X\na: {x: 1}\n'],
  ['the only one leaves the braces', 'kind: X\na: { x: 1 }\n', ['a', 'x'], 'kind: X\na: {}\n'],
  ['an item in brackets goes with its comma', 'kind: X\na: [x, y, z]\n', ['a', 1], 'kind: X\na: [x, z]\n'],
  ['an empty field goes', 'kind: X\r\na:\r\nb: 2\r\n', ['a'], 'kind: X\r\nb: 2\r\n'],
  [
    'a field that stands twice stays: its other value would count',
    'kind: X\na: 1\na: 2\n',
    ['a'],
    'kind: X\na: 1\na: 2\n',
  ],
  ['a field with an anchor stays', 'kind: X\na: &x 1\nb: *x\n', ['a'], 'kind: X\na: &x 1\nb: *x\n'],
] as const) {
  test(`removed: ${what}`, () => {
    assert.equal(edited(before, { kind: 'remove', path }), after);
  });
}

test('a value that has an anchor is not replaced', () => {
  const text = 'kind: X\na: &x web\nb: *x\n';
  assert.equal(edited(text, { kind: 'replace', path: ['a'], text: 'db' }), text);
});

test('a field that is not there is not edited', () => {
  assert.equal(edited('kind: X\n', { kind: 'replace', path: ['a'], text: '1' }), 'kind: X\n');
});

test('comments silence a code on their line, on the next line, or in the whole file', () => {
  const text = 'a: 1 # ordinal: ignore one\n# ordinal: ignore two, three\nb: 2\nc: 3\n# ordinal: ignore-file four\n';
  const { suppressions } = parseManifests(text);
  const at = (word: string): number => text.indexOf(word);
  assert.equal(suppressions.isSuppressed('one', at('a:')), true);
  assert.equal(suppressions.isSuppressed('one', at('b:')), false);
  assert.equal(suppressions.isSuppressed('two', at('b:')), true);
  assert.equal(suppressions.isSuppressed('three', at('b:')), true);
  assert.equal(suppressions.isSuppressed('two', at('c:')), false);
  assert.equal(suppressions.isSuppressed('four', at('a:')), true);
});

test('comments one above the other all silence the line below them', () => {
  const text = 'kind: X\nspec:\n  # ordinal: ignore one\n  # why\n  # ordinal: ignore two\n  b: 2\n  c: 3\n';
  const { suppressions } = parseManifests(text);
  for (const code of ['one', 'two']) {
    assert.equal(suppressions.isSuppressed(code, text.indexOf('b:')), true);
    assert.equal(suppressions.isSuppressed(code, text.indexOf('c:')), false);
  }
});
