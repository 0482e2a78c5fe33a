import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { setTranslations, t } from '../../src/util/l10n';
import { sourceTexts } from '../support/sourceTexts';

type Table = Readonly<Record<string, string>>;

const read = (file: string): Table => JSON.parse(readFileSync(file, 'utf8')) as Table;
const chinese = read('l10n/bundle.l10n.zh-cn.json');
const texts = sourceTexts();
const keys = new Set(texts.map(({ key }) => key).filter((key) => key !== undefined));

const holes = (text: string): readonly string[] => [...text.matchAll(/\{\d+\}/g)].map(String).sort();

afterEach(() => setTranslations({}));

test('a sentence without a translation is English, with its values', () => {
  const pod = 'web-2';
  assert.equal(t`stuck at ${pod}: ${3}`, 'stuck at web-2: 3');
});

test('a translation may put the values in another order, and a value is never read as a hole', () => {
  setTranslations({ '{0} waits for {1}': '{1} <- {0}' });
  assert.equal(t`${'web-0'} waits for ${'{0}'}`, '{0} <- web-0');
});

test('every sentence of the source has a Chinese translation, and none is left over', () => {
  assert.ok(keys.size > 20);
  assert.deepEqual(
    [...keys].filter((key) => !(key in chinese)),
    [],
    'not translated',
  );
  assert.deepEqual(
    Object.keys(chinese).filter((key) => !keys.has(key)),
    [],
    'no longer in the source',
  );
});

test('no sentence stands in the source unmarked', () => {
  assert.deepEqual(
    texts.filter(({ key }) => key === undefined).map(({ place, source }) => `${place} ${source}`),
    [],
  );
});

test('a translation has the same values as its sentence', () => {
  assert.deepEqual(
    Object.entries(chinese).filter(([key, text]) => text === '' || holes(key).join() !== holes(text).join()),
    [],
  );
});

test('what package.json says is there in both languages, and nothing else', () => {
  const named = [...readFileSync('package.json', 'utf8').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? '');
  const expected = [...new Set(named)].sort();
  assert.deepEqual(Object.keys(read('package.nls.json')).sort(), expected);
  assert.deepEqual(Object.keys(read('package.nls.zh-cn.json')).sort(), expected);
});

test('package.json itself holds no sentence', () => {
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: unknown };
  const sentences: string[] = [];
  JSON.stringify(contributes, (name, value: unknown) => {
    if (/^(?:title|name|contextualTitle|contents|description|markdownDescription)$/.test(name))
      if (typeof value === 'string' && !/^%.*%$/.test(value)) sentences.push(value);
    return value;
  });
  assert.deepEqual(sentences, ['Ordinal'], 'only the name of the product');
});
