import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAnyYaml } from '../../../../src/core/manifest/readAnyYaml';
import { readPlainYaml } from '../../../../src/core/manifest/readPlainYaml';
import type { YamlNode } from '../../../../src/core/manifest/yamlTree';
import { fixtureDocuments } from '../../../support/fixtureDocuments';
import { Mutator } from '../../../support/mutator';

/** Every style that the fast reader reads. */
const STYLES = `a: |
  x
    y


b: >-
  one
  two

  three
c: |+
  kept

d: 'it''s
  two

  three'
e: "x\\n\\u00e9 \\"y\\""
f: one
  two # comment

g: [a, {b: c, "d":e}, [], {}, -1, "", ]
h:
- x
- - y
  - z
-
  k: v
  l:
  - 1
  -
- a: 1
  b: 2
i:
    - a
    -   b: 1
        c:
          d: |
            x
            y
    # comment

m: {a: 1,
  b: [1,
   2]}
nn: a:b
o: a#b
p: http://host:80/path?query
"q r": 'v'
s : ~
`;

/** A tree without the place of its empty values, of which each reader has its own idea. */
function shape(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value === null ? null : [node.start, node.end, node.value];
    case 'map':
      return [node.start, node.flow, node.entries.map(({ key, name, value }) => [shape(key), name, shape(value)])];
    case 'seq':
      return [node.start, node.flow, node.items.map(shape)];
    case 'alias':
      return 'alias';
  }
}

function assertSame(text: string): boolean {
  const plain = readPlainYaml(text);
  if (!plain) return false;
  const { root, problems } = readAnyYaml(text);
  assert.ok(root, text);
  assert.deepEqual(problems, [], text);
  assert.deepEqual(shape(plain), shape(root), text);
  assert.deepEqual(plain.value, root.value, text);
  return true;
}

test('the fast reader reads every style that manifests have, and gives the same tree as the full reader', () => {
  assert.ok(assertSame(STYLES));
  assert.ok(assertSame(STYLES.replaceAll('\n', '\r\n')));
});

test('nearly all documents of the fixtures are read by the fast reader, with the same tree', () => {
  const documents = fixtureDocuments();
  const fast = documents.filter(assertSame);
  assert.ok(documents.length > 10);
  assert.ok(fast.length > documents.length * 0.9, `${fast.length} of ${documents.length}`);
});

test('whatever an edit makes of a text, the fast reader gives the same tree as the full reader, or none', () => {
  const documents = [...fixtureDocuments(), STYLES, STYLES.replaceAll('\n', '\r\n')];
  const mutator = new Mutator(7);
  let fast = 0;
  for (let round = 0; round < 2000; round++) {
    if (assertSame(mutator.mutate(mutator.pick(documents), 3))) fast++;
  }
  assert.ok(fast > 500);
});

for (const [what, text] of [
  ['an anchor', 'a: &x 1\nb: *x\n'],
  ['a tag', 'a: !!str 1\n'],
  ['a merge key', 'a:\n  <<: {b: 1}\n'],
  ['a key that stands twice', 'a: 1\na: 2\n'],
  ['a key that is no text', '1: a\n'],
  ['a tab', 'a:\tb\n'],
  ['an explicit key', '? a\n: b\n'],
  ['two maps in one line', 'a: b: c\n'],
  ['the end of the document', 'a: 1\n...\nb: 2\n'],
  ['a wrong indentation', 'a:\n  b: 1\n c: 2\n'],
  ['an open quote', 'a: "b\n'],
  ['an open bracket', 'a: [b\nc: d\n'],
  ['a question mark in brackets, which kubectl refuses', 'a: {b: c?d}\n'],
] as const) {
  test(`${what} is for the full reader`, () => {
    assert.equal(readPlainYaml(text), undefined);
  });
}
