import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManifests } from '../../../../src/core/manifest/parseManifests';

/*
 * Expected values are answers of sigs.k8s.io/yaml 1.6 (Kubernetes 1.36), the reader of kubectl and of the server.
 */

function objectOf(text: string): unknown {
  const [manifest] = parseManifests(`kind: X\n${text}`).manifests;
  assert.ok(manifest, text);
  const { kind, ...rest } = manifest.object;
  assert.equal(kind, 'X');
  return rest;
}

function messagesOf(text: string): readonly string[] {
  return parseManifests(`kind: X\n${text}`).problems.map(({ message }) => message);
}

const SCALARS: Readonly<Record<string, unknown>> = {
  ...{
    '1e3': 1000,
    '1e+3': 1000,
    '1.5e3': 1500,
    '08': 8,
    '0644': 420,
    '0o17': 15,
    '0X1F': 31,
    '0x_1F': 31,
    '-0b11': -3,
  },
  ...{ '+1': 1, '1_000': 1000, '1__0': 10, '1_0.5': 10.5, '.5': 0.5, '1.': 1, '-0': 0, '0_7': 7, '1e400': '1e400' },
  ...{ '.e3': '.e3', '190:20:30': '190:20:30', '2001-01-01': '2001-01-01', '=': '=', NaN: 'NaN', '1.2.3': '1.2.3' },
  ...{
    '1Gi': '1Gi',
    '100m': '100m',
    yes: true,
    Yes: true,
    YES: true,
    yEs: 'yEs',
    on: true,
    off: false,
    y: true,
    N: false,
  },
  ...{
    '~': null,
    Null: null,
    '"8080"': '8080',
    "'yes'": 'yes',
    '"0644"': '0644',
    '-': null,
    '--': '--',
    '+': '+',
    '.': '.',
  },
};

for (const [text, value] of Object.entries(SCALARS)) {
  if (text === '-') continue;
  test(`${text} is read as ${JSON.stringify(value)}`, () => {
    assert.deepEqual(objectOf(`a: ${text}\n`), { a: value });
    // The full reader reads it the same.
    assert.deepEqual(objectOf(`a: ${text}\nb: &b 1\n`), { a: value, b: 1 });
  });
}

test('tags decide: a quoted number with !!int is a number', () => {
  assert.deepEqual(objectOf('a: !!str 1\nb: !!int "3"\nc: !own x\n'), { a: '1', b: 3, c: 'x' });
});

test('a field above a merge key is overwritten by it, one below stays', () => {
  assert.deepEqual(objectOf('b: &b {x: 1, z: 2}\nc:\n  x: 9\n  <<: *b\n  z: 3\n'), {
    b: { x: 1, z: 2 },
    c: { x: 1, z: 3 },
  });
  assert.deepEqual(objectOf('c:\n  <<: {x: 1}\n  <<: {x: 2}\n'), { c: { x: 2 } });
});

test('of a list of merges the first wins', () => {
  assert.deepEqual(objectOf('a: &a {x: 1}\nb: &b {x: 2, w: 2}\nc: {<<: [*a, *b]}\n'), {
    a: { x: 1 },
    b: { x: 2, w: 2 },
    c: { x: 1, w: 2 },
  });
});

test('keys are texts: numbers and booleans are written as kubectl writes them', () => {
  assert.deepEqual(objectOf('1: a\nyes: c\n1.5: d\n0644: e\n1e3: f\n'), {
    ...{ '1': 'a', true: 'c', '1.5': 'd', '420': 'e', '1000': 'f' },
  });
});

test('an anchor that contains itself is told, and gives no endless object', () => {
  const { manifests, problems } = parseManifests('kind: X\na: &a [*a, 1]\n');
  assert.match(problems[0]?.message ?? '', /contains itself/);
  assert.equal(JSON.stringify(manifests[0]?.object), '{"kind":"X","a":[null,1]}');
});

test('a key that stands three times is told once, on the one that counts', () => {
  const text = 'kind: X\na: 1\na: 2\na: 3\n';
  const { problems, manifests } = parseManifests(text);
  assert.deepEqual(
    problems.map(({ message, range }) => [message, range.start]),
    [['a stands 3 times here: kubectl keeps only this one, the last', text.lastIndexOf('a:')]],
  );
  assert.equal(manifests[0]?.object.a, 3);
});

for (const [text, message] of [
  ['a: *nowhere\n', /no anchor nowhere/],
  ['a:\n  <<: 3\n', /merge key takes/],
  ['a:\n\tb: 1\n', /tab/i],
  ['? [a]\n: b\n', /only texts as keys/],
  ['a: {b: c?d}\n', /quotes/],
  ['a: b: c\n', /./],
  ['a: @x\n', /./],
  ['a: - b\n', /./],
] as const) {
  test(`what kubectl refuses is told: ${JSON.stringify(text)}`, () => {
    assert.match(messagesOf(text).join('\n'), message);
  });
}

for (const text of [
  'a:\tb\n',
  'a: b\t# c\n',
  'a: ?x\n',
  'a: -x\n',
  'a: :x\n',
  'a: x#y\n',
  'a: {"b":1}\n',
  'a: {b}\n',
  'a:\n - x\n  - y\n',
]) {
  test(`what kubectl takes is no problem: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(messagesOf(text), []);
  });
}
