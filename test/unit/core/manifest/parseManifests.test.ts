import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldPath } from '../../../../src/core/fieldPath';
import type { Manifest } from '../../../../src/core/manifest/manifest';
import { DocumentCache, parseManifests } from '../../../../src/core/manifest/parseManifests';
import { marked } from '../../../support/marked';

const WEB = `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  replicas: 3 # three
  template:
    spec:
      containers:
        - name: app
          image: "web:1.0"
        - name: proxy
          image: proxy:2
`;

function first(text: string): Manifest {
  const [manifest] = parseManifests(text).manifests;
  assert.ok(manifest);
  return manifest;
}

const cut = (text: string, range: { start: number; end: number } | undefined): string | undefined =>
  range && text.slice(range.start, range.end);

test('a manifest knows kind, name and its object', () => {
  const { apiVersion, kind, name, namespace, object, template } = first(WEB);
  assert.deepEqual([apiVersion, kind, name, namespace, template], ['apps/v1', 'StatefulSet', 'web', undefined, false]);
  assert.equal((object.spec as { replicas: number }).replicas, 3);
});

test('values, keys and marks are found by path, by index and by name', () => {
  const manifest = first(WEB);
  const image: FieldPath = ['spec', 'template', 'spec', 'containers', { name: 'proxy' }, 'image'];
  assert.equal(cut(WEB, manifest.rangeOf(['spec', 'replicas'])), '3');
  assert.equal(cut(WEB, manifest.keyRangeOf(['spec', 'replicas'])), 'replicas');
  assert.equal(cut(WEB, manifest.rangeOf(image)), 'proxy:2');
  assert.equal(cut(WEB, manifest.rangeOf(['spec', 'template', 'spec', 'containers', 0, 'image'])), '"web:1.0"');
  assert.equal(manifest.rangeOf(['spec', 'partition']), undefined);
});

test('a mark falls on the value, else on the key, else on the nearest key above', () => {
  const manifest = first(WEB);
  const container: FieldPath = ['spec', 'template', 'spec', 'containers', 0];
  assert.equal(cut(WEB, manifest.markRange([...container, 'image'])), '"web:1.0"');
  assert.equal(cut(WEB, manifest.markRange(['spec', 'template'])), 'template');
  assert.equal(cut(WEB, manifest.markRange(container)), 'name: app');
  assert.equal(cut(WEB, manifest.markRange([...container, 'resources', 'limits'])), 'name: app');
  assert.equal(cut(WEB, manifest.markRange(['spec', 'serviceName'])), 'spec');
  assert.equal(cut(WEB, manifest.markRange(['status'])), 'kind');
});

test('the path at an offset is that of the innermost key or value', () => {
  const manifest = first(WEB);
  const at = (word: string): FieldPath | undefined => manifest.pathAt(WEB.indexOf(word) + 1);
  assert.deepEqual(at('replicas'), ['spec', 'replicas']);
  assert.deepEqual(at('3 #'), ['spec', 'replicas']);
  assert.deepEqual(at('web:1.0'), ['spec', 'template', 'spec', 'containers', 0, 'image']);
  assert.equal(manifest.pathAt(WEB.length + 5), undefined);
});

test('documents keep their offsets, with CRLF and comments between them', () => {
  const { text, range } = marked(
    `# first\r\nkind: Service\r\nmetadata: { name: a }\r\n--- # next\r\nkind: StatefulSet\r\nmetadata:\r\n  name: b\r\nspec:\r\n  replicas: «5»\r\n`,
  );
  const { manifests, problems } = parseManifests(text);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    manifests.map(({ kind, name }) => `${kind}/${String(name)}`),
    ['Service/a', 'StatefulSet/b'],
  );
  assert.deepEqual(manifests[1]?.rangeOf(['spec', 'replicas']), range);
});

test('the items of a List are manifests of their own', () => {
  const { text, range } = marked(
    'kind: List\napiVersion: v1\nitems:\n- kind: Service\n  metadata: {name: a}\n- kind: StatefulSet\n  metadata: {name: «b»}\n',
  );
  const { manifests } = parseManifests(text);
  assert.equal(manifests.length, 2);
  assert.deepEqual(manifests[1]?.rangeOf(['metadata', 'name']), range);
});

test('a broken document is told, read as far as possible, and leaves the others whole', () => {
  const { manifests, problems } = parseManifests(`${WEB}---\nkind: StatefulSet\nmetadata: {name: "broken\n---\n${WEB}`);
  assert.equal(manifests.filter(({ name }) => name === 'web').length, 2);
  assert.ok(problems.length > 0);
  assert.ok(problems.every(({ range }) => range.start >= WEB.length && range.end <= WEB.length * 2));
});

test('a key that stands twice is a warning, and the last one counts', () => {
  const { manifests, problems } = parseManifests('kind: Pod\nspec:\n  a: 1\n  a: 2\n');
  assert.deepEqual(
    problems.map(({ message, severity }) => `${severity}: ${message}`),
    ['warning: a stands twice here: kubectl keeps only this one, the last'],
  );
  assert.deepEqual(manifests[0]?.object.spec, { a: 2 });
});

test('scalars are read as kubectl reads them', () => {
  const object = first(
    'kind: X\na: yes\nb: off\nc: 0644\nd: 1_000\ne: 0b11\nf: "yes"\ng: 1.5\nh: 2001-01-01\ni: 22:22\nj: ~\nk: 0o17\nl: -07\n',
  ).object;
  assert.deepEqual(object, {
    ...{ kind: 'X', a: true, b: false, c: 420, d: 1000, e: 3, f: 'yes', g: 1.5 },
    ...{ h: '2001-01-01', i: '22:22', j: null, k: 15, l: -7 },
  });
});

test('anchors, aliases and merge keys give their values; the mark stands at their use', () => {
  const text = 'kind: X\nbase: &base {image: a:1, x: 1}\nspec:\n  <<: *base\n  z: 2\nother: *base\n';
  const manifest = first(text);
  assert.deepEqual(manifest.object.spec, { image: 'a:1', x: 1, z: 2 });
  assert.equal(cut(text, manifest.markRange(['other', 'image'])), '*base');
  assert.equal(cut(text, manifest.markRange(['spec', 'image'])), '*base');
});

test('an alias without an anchor is a problem, not an exception', () => {
  const { problems } = parseManifests('kind: X\nspec: *nowhere\n');
  assert.equal(problems.length > 0, true);
});

test('a Helm template is masked: no syntax error, offsets stay, and it is marked as a template', () => {
  const text = `kind: StatefulSet\nmetadata:\n  name: {{ .Values.name }}\n{{- if .Values.x }}\nspec:\n  replicas: {{ .Values.replicas | default 3 }}\n  template: {{- toYaml .Values.t | nindent 4 }}\n{{- end }}\n  serviceName: web\n`;
  const { manifests, problems } = parseManifests(text);
  assert.deepEqual(problems, []);
  assert.equal(manifests[0]?.template, true);
  assert.equal(cut(text, manifests[0].rangeOf(['spec', 'serviceName'])), 'web');
});

test('actions that are being typed are not read as nested maps', () => {
  const text = `kind: X\nmetadata:\n  name: a\nspec: ${'{{ '.repeat(300)}\n`;
  assert.equal(first(text).template, true);
});

test('braces inside quotes make no template', () => {
  assert.equal(first("kind: X\na: '{{ not helm }}'\n").template, false);
});

test('files that are no manifests say nothing, not even about their mistakes', () => {
  for (const text of [
    '',
    '\n\n',
    'replicas: 3\n',
    'a: [\n',
    'jobs:\n  x:\n    kind: a\n  y: [\n',
    '# only a comment\n---\n---\n',
  ]) {
    const { manifests, problems, notRead } = parseManifests(text);
    assert.deepEqual({ manifests, problems, notRead }, { manifests: [], problems: [], notRead: undefined });
  }
});

test('a file over the limit is not read, and says so', () => {
  const { manifests, notRead } = parseManifests(WEB, { limit: 100 });
  assert.deepEqual(manifests, []);
  assert.match(notRead ?? '', /reads files up to/);
});

test('text on the line of the separator is what kubectl refuses', () => {
  const { text, range } = marked(`${WEB}--- «kind: X»\n`);
  assert.deepEqual(
    parseManifests(text).problems.map((problem) => problem.range),
    [],
  );
  const more = `${text}kind: Y\n`;
  assert.deepEqual(
    parseManifests(more).problems.map((problem) => problem.range),
    [range],
  );
});

test('after an edit only the changed document is parsed again', () => {
  const cache = new DocumentCache();
  const text = `${WEB}---\n${WEB.replace('web', 'other')}`;
  const before = parseManifests(text, { cache }).manifests;
  const after = parseManifests(`# a line more\n${text}`, { cache }).manifests;
  assert.notEqual(before[0]?.object, after[0]?.object);
  assert.equal(before[1]?.object, after[1]?.object);
  assert.equal((after[1]?.range.start ?? 0) - (before[1]?.range.start ?? 0), '# a line more\n'.length);
});

test('no prefix and no mutation of a file makes reading throw', () => {
  const text = `${WEB}---\n{{ if }}\nkind: List\nitems: [{kind: X, a: &b [*b]}]\n`;
  for (let length = 0; length <= text.length; length++) {
    for (const tail of ['', ': &', '"', "'", '{', '\t', '*x', '- ? ']) {
      const { manifests } = parseManifests(text.slice(0, length) + tail);
      for (const manifest of manifests) {
        manifest.markRange(['spec', 'template', 'spec', 'containers', { name: 'app' }, 'image']);
        manifest.pathAt(length);
      }
    }
  }
});
