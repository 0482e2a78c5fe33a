import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPath } from '../../../../src/core/fieldPath';
import { fileBack } from '../../../../src/core/history/fileBack';
import { parseManifests } from '../../../../src/core/manifest/parseManifests';

const FILE = `# first
kind: ConfigMap
---
kind: StatefulSet   # the set
spec:
  replicas: 3
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        # the one that counts
        - name: app
          image: shop/web:3   # rolled out on Friday
          args:
            - --fast
          env:
            - name: LEVEL # how loud
              value: debug
            - name: EXTRA
              value: "1"
          resources:
            limits: { cpu: 1000m }
`;

interface Shape {
  readonly image: string;
  readonly env: readonly object[];
  readonly args?: readonly string[];
  readonly more?: object;
  readonly pod?: object;
  readonly annotations?: object;
}

/** As the server has it, with its defaults. */
const live = ({ image, env, args = ['--fast'], more = {}, pod = {}, annotations }: Shape) => ({
  metadata: { labels: { app: 'web' }, ...(annotations ? { annotations } : {}) },
  spec: {
    dnsPolicy: 'ClusterFirst',
    ...pod,
    containers: [
      { name: 'app', image, args, env, imagePullPolicy: 'IfNotPresent', resources: { limits: { cpu: '1' } }, ...more },
    ],
  },
});

const now = live({
  image: 'shop/web:3',
  env: [
    { name: 'LEVEL', value: 'debug' },
    { name: 'EXTRA', value: '1' },
  ],
});

function back(after: object, text = FILE, before: object = now) {
  const fields = (value: object): Record<string, unknown> => ({ ...value });
  return fileBack(text, { index: 1, below: ['spec', 'template'], before: fields(before), after: fields(after) });
}

test('a file that says the same already stays as it is', () => {
  assert.deepEqual(back(now), { text: FILE, missed: [] });
});

test('values change on their lines; comments, quotes and the rest stay', () => {
  const after = live({
    image: 'shop/web:2',
    env: [
      { name: 'LEVEL', value: 'info' },
      { name: 'EXTRA', value: '1' },
    ],
  });
  const { text, missed } = back(after);
  assert.equal(text, FILE.replace('shop/web:3 ', 'shop/web:2 ').replace('value: debug', 'value: info'));
  assert.deepEqual(missed, []);
});

test('what went is taken away, what came is written behind what is there, and no default of the server with it', () => {
  const after = live({
    image: 'shop/web:3',
    env: [
      { name: 'LEVEL', value: 'debug' },
      { name: 'OLD', value: 'yes' },
    ],
    args: ['--slow', '--safe'],
    more: { workingDir: '/srv' },
    annotations: { note: 'a b' },
  });
  const { text, missed } = back(after);
  assert.deepEqual(missed, []);
  const expected = FILE.replace('            - --fast\n', '            - "--slow"\n            - "--safe"\n')
    .replace(
      '            - name: EXTRA\n              value: "1"\n',
      '            - name: OLD\n              value: "yes"\n',
    )
    .replace('cpu: 1000m }\n', 'cpu: 1000m }\n          workingDir: /srv\n')
    .replace('{ app: web }\n', '{ app: web }\n      annotations:\n        note: "a b"\n');
  assert.equal(text, expected);
  const [, set] = parseManifests(text).manifests;
  assert.deepEqual((set?.object.spec as { replicas: number }).replicas, 3);
});

test('of something new only that is written which has changed', () => {
  const after = live({
    image: 'shop/web:3',
    env: [
      { name: 'LEVEL', value: 'debug' },
      { name: 'EXTRA', value: '1' },
    ],
    pod: { securityContext: { runAsUser: 5, fsGroup: 1 } },
  });
  const before = live({
    image: 'shop/web:3',
    env: [
      { name: 'LEVEL', value: 'debug' },
      { name: 'EXTRA', value: '1' },
    ],
    pod: { securityContext: { fsGroup: 1 } },
  });
  assert.match(back(after, FILE, before).text, /\n {6}securityContext:\n {8}runAsUser: 5\n$/);
});

test('line ends of Windows stay', () => {
  const after = live({
    image: 'shop/web:2',
    env: [
      { name: 'LEVEL', value: 'debug' },
      { name: 'EXTRA', value: '1' },
    ],
    more: { workingDir: '/srv' },
  });
  const { text } = back(after, FILE.replaceAll('\n', '\r\n'));
  assert.equal(text.replaceAll('\r\n', '').includes('\n'), false);
  assert.match(text, /shop\/web:2 /);
  assert.match(text, /\r\n {10}workingDir: \/srv\r\n$/);
});

test('what an anchor shares is left alone and named', () => {
  const text = FILE.replace('image: shop/web:3', 'image: *image')
    .replace('# first', '# first')
    .replace('kind: StatefulSet', 'x: &image shop/web:3\nkind: StatefulSet');
  const after = live({
    image: 'shop/web:2',
    env: [
      { name: 'LEVEL', value: 'debug' },
      { name: 'EXTRA', value: '1' },
    ],
  });
  const result = back(after, text);
  assert.equal(result.text, text);
  assert.deepEqual(result.missed.map(formatPath), ['spec.template.spec.containers[name="app"].image']);
});

test('in a file in flow style it stays flow style', () => {
  const text =
    '{"kind": "StatefulSet", "spec": {"template": {"spec": {"containers": [{"name": "app", "image": "a:2"}]}}}}\n';
  const template = (image: string, more: object) => ({ spec: { containers: [{ name: 'app', image, ...more }] } });
  const result = fileBack(text, {
    index: 0,
    below: ['spec', 'template'],
    before: template('a:2', {}),
    after: template('a:1', { args: ['x'] }),
  });
  const [set] = parseManifests(result.text).manifests;
  assert.deepEqual(set?.object, { kind: 'StatefulSet', spec: { template: template('a:1', { args: ['x'] }) } });
  assert.deepEqual(result.missed, []);
});
