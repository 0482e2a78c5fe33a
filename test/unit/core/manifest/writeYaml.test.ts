import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManifests } from '../../../../src/core/manifest/parseManifests';
import { writeYaml } from '../../../../src/core/manifest/writeYaml';

const HARD = [
  ...[
    '',
    ' ',
    'yes',
    'no',
    'on',
    'Off',
    'y',
    'null',
    '~',
    '1',
    '1.5',
    '0x1f',
    '010',
    '1e3',
    '1_000',
    '12:30:45',
    '.5',
    '-',
  ],
  ...[
    'a: b',
    'a:',
    '#no',
    'a #b',
    '- a',
    '* a',
    '&a',
    '!t',
    '%p',
    '@at',
    '`b',
    '{a}',
    '[a]',
    'a, b',
    '"q"',
    "it's",
    '>',
    '|',
  ],
  ...[
    'two\nlines',
    'ends\n',
    'ends twice\n\n',
    '\nbegins',
    ' leading\nspace',
    'tab\t',
    'trailing \nblank',
    'a\r\nb',
    'é',
    '/bin/sh',
  ],
  ...['registry.example/app:1', '2026-11-25T12:00:00Z', '100m', '1Gi', 'true', 'False'],
];

test('every text is read back as it was, as a value and as a key', () => {
  for (const text of HARD) {
    const object = { apiVersion: 'v1', kind: 'X', plain: text, list: [text, { deep: text, more: [text] }], [text]: 1 };
    const { manifests, problems } = parseManifests(writeYaml(object));
    assert.deepEqual(problems, [], JSON.stringify(text));
    assert.deepEqual(manifests[0]?.object, object, writeYaml(object));
  }
});

test('looks as kubectl writes it', () => {
  const object = {
    kind: 'X',
    spec: { ports: [{ containerPort: 80, name: 'http' }], args: ['-a'], none: {}, no: [], t: true },
  };
  assert.equal(
    writeYaml(object),
    'kind: X\nspec:\n  ports:\n  - containerPort: 80\n    name: http\n  args:\n  - "-a"\n  none: {}\n  "no": []\n  t: true\n',
  );
});
