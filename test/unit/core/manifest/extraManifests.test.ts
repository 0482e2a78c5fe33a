import assert from 'node:assert/strict';
import { test } from 'node:test';
import { valueAt, type FieldPath } from '../../../../src/core/fieldPath';
import type { Manifest, ManifestFile, TextRange } from '../../../../src/core/manifest/manifest';
import { DocumentCache, parseManifests } from '../../../../src/core/manifest/parseManifests';
import { marked } from '../../../support/marked';

/** Two documents as people write them: comments, quotes, a block scalar, flow collections, lists at both indents. */
const SHOP = `# the shop
apiVersion: v1
kind: Service
metadata: { name: web, labels: { app: web } }
spec:
  clusterIP: None
  ports:
  - port: 80
    name: "http"
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web # the name
  annotations:
    note: |
      first line

      second line
spec:
  replicas: 3
  serviceName: 'web'
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      initContainers: []
      containers:
        # the application
        - name: app
          image: registry.example.com:5000/shop/web:1.0
          args: ["--one", '--two']
          env:
            - { name: A, value: "1" }
            - name: B
              value: >-
                folded
                text

        - name: proxy
          image: proxy:2
          resources:
            requests:
              cpu: 100m
`;

const only = (text: string): Manifest => {
  const { manifests } = parseManifests(text);
  assert.equal(manifests.length, 1);
  const [manifest] = manifests;
  assert.ok(manifest);
  return manifest;
};

const cut = (text: string, range: TextRange | undefined): string | undefined =>
  range && text.slice(range.start, range.end);

/** The path of every field and item of an object, by index. */
function pathsOf(value: unknown, path: FieldPath = []): FieldPath[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [...(path.length > 0 ? [path] : []), ...entries.flatMap(([step, item]) => pathsOf(item, [...path, step]))];
}

/** What must hold of any text: ranges lie in the text, marks in their manifest, and nothing throws. */
function assertSound(text: string, { manifests, problems }: ManifestFile): void {
  // A problem at the end of the text marks one character behind it; an editor clamps that.
  for (const { range } of problems)
    assert.ok(0 <= range.start && range.start < range.end && range.end <= text.length + 1);
  for (const manifest of manifests) {
    const { range } = manifest;
    assert.ok(0 <= range.start && range.start <= range.end && range.end <= text.length);
    const paths: FieldPath[] = [
      ['spec', 'replicas'],
      ['nowhere', 3],
      ['spec', 'template', 'spec', 'containers', { name: 'app' }, 'image'],
    ];
    for (const path of paths) {
      const mark = manifest.markRange(path);
      assert.ok(range.start <= mark.start && mark.start <= mark.end && mark.end <= range.end, JSON.stringify(path));
    }
    for (let offset = range.start - 1; offset <= range.end + 1; offset += 7) manifest.pathAt(offset);
  }
}

for (const [ends, text] of [
  ['LF', SHOP],
  ['CRLF', SHOP.replaceAll('\n', '\r\n')],
] as const) {
  test(`every path of a manifest with ${ends} leads to a range, and from that range back to the path`, () => {
    const { manifests, problems } = parseManifests(text);
    assert.deepEqual(problems, []);
    assert.equal(manifests.length, 2);
    for (const manifest of manifests) {
      const paths = pathsOf(manifest.object);
      assert.ok(paths.length > 8);
      for (const path of paths) {
        const range = manifest.rangeOf(path);
        assert.ok(range, JSON.stringify(path));
        assert.ok(!/\s$/.test(cut(text, range) ?? ''), 'no range ends in a blank or a line break');
        const value = valueAt(manifest.object, path);
        if (typeof value === 'object') continue;
        for (const offset of [range.start, range.end]) assert.deepEqual(manifest.pathAt(offset), path);
        const key = manifest.keyRangeOf(path);
        if (key) assert.deepEqual([manifest.pathAt(key.start), manifest.pathAt(key.end)], [path, path]);
      }
    }
  });
}

test('LF and CRLF give the same objects', () => {
  const objects = (text: string): unknown => parseManifests(text).manifests.map(({ object }) => object);
  assert.deepEqual(objects(SHOP.replaceAll('\n', '\r\n')), objects(SHOP));
});

test('the range of a block scalar ends with its last character', () => {
  const { text, range } = marked('kind: X\na: «|\n  one\n\n  two»\n\n# more\nb: 1\n');
  assert.deepEqual(only(text).rangeOf(['a']), range);
  assert.deepEqual(only(text).pathAt(text.indexOf('two') + 1), ['a']);
});

test('ranges count UTF-16 units, as the editor does', () => {
  const { text, range } = marked('kind: X\n# 🚀 é\na: { "😀": «b» }\n');
  assert.deepEqual(only(text).rangeOf(['a', '😀']), range);
});

test('a byte order mark is no part of the first key', () => {
  const { text, range } = marked('\uFEFFkind: X\nmetadata: { name: «web» }\n');
  const manifest = only(text);
  assert.equal(manifest.kind, 'X');
  assert.deepEqual(manifest.rangeOf(['metadata', 'name']), range);
});

test('an empty value is marked at its key', () => {
  const { text, range } = marked('kind: X\nspec:\n  «replicas»: # later\n  serviceName: web\n');
  assert.deepEqual(only(text).markRange(['spec', 'replicas']), range);
});

test('a container is found by name wherever it stands, and not by the name of another list', () => {
  const manifest = parseManifests(SHOP).manifests[1];
  assert.ok(manifest);
  const containers: FieldPath = ['spec', 'template', 'spec', 'containers'];
  assert.equal(cut(SHOP, manifest.rangeOf([...containers, { name: 'proxy' }, 'image'])), 'proxy:2');
  assert.equal(cut(SHOP, manifest.rangeOf([...containers, { name: 'app' }, 'env', { name: 'A' }, 'value'])), '"1"');
  assert.equal(manifest.rangeOf([...containers, { name: 'A' }]), undefined);
});

test('a separator in the first column ends a document even inside a block scalar, as for kubectl', () => {
  const { manifests } = parseManifests('kind: A\ntext: |\n  one\n---\nkind: B\n');
  assert.deepEqual(
    manifests.map(({ kind, object }) => [kind, object.text]),
    [
      ['A', 'one\n'],
      ['B', undefined],
    ],
  );
});

test('an indented separator is text', () => {
  const text = 'kind: A\ntext: |\n  one\n  ---\n  two\n';
  assert.equal(only(text).object.text, 'one\n---\ntwo\n');
});

test('merge keys: the first of several sources wins, and repeated merge keys add up', () => {
  const base = 'kind: X\na: &a {x: 1}\nb: &b {x: 2, w: 2}\n';
  assert.deepEqual(only(`${base}c: { <<: [*a, *b] }\n`).object.c, { x: 1, w: 2 });
  assert.deepEqual(only(`${base}c:\n  <<: *a\n  x: 3\n`).object.c, { x: 3 });
  assert.deepEqual(only(`${base}c:\n  <<: *a\n  <<: {z: 4}\n`).object.c, { x: 1, z: 4 });
});

test('aliases that multiply are refused in an instant', () => {
  const letters = Array.from('bcdefghi');
  const lines = letters.map(
    (letter, at) =>
      `${letter}: &${letter} [${Array(9)
        .fill(`*${'abcdefgh'[at] ?? ''}`)
        .join(',')}]`,
  );
  const { problems } = parseManifests(`kind: X\na: &a [x,x,x,x,x,x,x,x,x]\n${lines.join('\n')}\n`);
  assert.equal(problems[0]?.severity, 'error');
});

test('nesting beyond any sense is a problem, not an exception', () => {
  const { problems } = parseManifests(`kind: X\na: ${'['.repeat(3000)}${']'.repeat(3000)}\n`);
  assert.ok(problems.length > 0);
});

test('lists in lists, and lists of one kind, are taken apart', () => {
  const nested = 'kind: List\nitems:\n- kind: List\n  items:\n  - {kind: Pod, metadata: {name: a}}\n- kind: Service\n';
  assert.deepEqual(
    parseManifests(nested).manifests.map(({ kind }) => kind),
    ['Pod', 'Service'],
  );
});

test('a JSON manifest is read like any other', () => {
  const { text, range } = marked('{"kind": "StatefulSet", "metadata": {"name": «"web"»}}');
  assert.deepEqual(only(text).rangeOf(['metadata', 'name']), range);
});

test('only the document with an unclosed quote suffers, of thirty', () => {
  const documents = Array.from({ length: 30 }, (_, at) => `kind: X\nmetadata: { name: n${at} }\n`);
  documents[10] = "kind: X\nmetadata: { name: 'broken }\n";
  const { manifests } = parseManifests(documents.join('---\n'));
  assert.equal(manifests.filter(({ name }) => /^n\d+$/.test(name ?? '')).length, 29);
});

test('Helm: branches that repeat a key, actions over two lines and inserted blocks are no mistakes', () => {
  const { text, range } = marked(
    'kind: StatefulSet\nmetadata:\n  labels:\n    {{- include "labels" . | nindent 4 }}\n    {{ .Values.key }}: v\nspec:\n' +
      '{{ if .Values.a }}\n  replicas: 1\n{{ else }}\n  replicas: 2\n{{ end }}\n  minReadySeconds: {{ default 5\n    .Values.m }}\n  serviceName: «web»\n',
  );
  for (const each of [text, text.replaceAll('\n', '\r\n')]) {
    const { manifests, problems } = parseManifests(each);
    assert.deepEqual(problems, []);
    assert.equal(manifests[0]?.template, true);
    assert.equal(cut(each, manifests[0].rangeOf(['spec', 'serviceName'])), 'web');
  }
  assert.deepEqual(only(text).rangeOf(['spec', 'serviceName']), range);
});

test('a template marks its own document only', () => {
  const { manifests } = parseManifests('kind: A\na: {{ .x }}\n---\nkind: B\n');
  assert.deepEqual(
    manifests.map(({ template }) => template),
    [true, false],
  );
});

test('equal documents in one file have ranges of their own', () => {
  const one = 'kind: X\nmetadata: { name: a }\n';
  const { manifests } = parseManifests(`${one}---\n${one}`);
  const [first, second] = manifests.map((manifest) => manifest.rangeOf(['metadata', 'name'])?.start ?? -1);
  assert.equal(second, (first ?? 0) + `${one}---\n`.length);
});

test('a cache gives what no cache gives, whatever is edited', () => {
  const cache = new DocumentCache();
  for (const text of [SHOP, SHOP.replace('3', '4'), `# x\n${SHOP}`, SHOP.slice(200), '', SHOP]) {
    const shape = ({ manifests, problems }: ManifestFile): unknown => [
      problems,
      manifests.map(({ object, range, headRange }) => ({ object, range, headRange })),
    ];
    assert.deepEqual(shape(parseManifests(text, { cache })), shape(parseManifests(text)));
  }
});

test('every prefix of a file is read without an exception, with sound ranges', () => {
  for (let length = 0; length <= SHOP.length; length++) {
    const text = SHOP.slice(0, length);
    assertSound(text, parseManifests(text));
  }
});

test('random edits of a file are read without an exception, with sound ranges', () => {
  const random = randomNumbers(20);
  const pieces = [
    ...Array.from('{}[]:-"\'|>&*!#%?,@`~ \t\n\r'),
    '---\n',
    '<<: *a',
    '&a ',
    '{{',
    '}}',
    '\uFEFF',
    '🚀',
    'kind: List\nitems:\n',
  ];
  for (let round = 0; round < 1500; round++) {
    let text = SHOP;
    for (let edits = 1 + random(4); edits > 0; edits--) {
      const start = random(text.length);
      text = text.slice(0, start) + (pieces[random(pieces.length)] ?? '') + text.slice(start + random(12));
    }
    assertSound(text, parseManifests(text));
  }
});

/** Whole numbers below a limit, the same ones in every run (mulberry32). */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
