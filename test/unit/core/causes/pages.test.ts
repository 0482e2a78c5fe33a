import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { askedRules, rules } from '../../../../src/core/causes/registry';

const pages = readdirSync('docs/rules').map((file) => file.replace(/\.md$/, ''));

/** Codes of explainers are in their sources: `code: 'image-pull-failed'`, or the two sides of a condition. */
const observed = readdirSync('src/core/causes', { recursive: true, encoding: 'utf8' })
  .filter((file) => /explain\w+\.ts$/.test(file))
  .flatMap((file) => {
    const text = readFileSync(`src/core/causes/${file}`, 'utf8');
    return [...text.matchAll(/code: ([^\n]*)/g)].flatMap(([, line = '']) => [...line.matchAll(/'([a-z-]+)'/g)]);
  })
  .map(([, code = '']) => code);

const all = [...rules, ...askedRules];
const codes = all.map(({ code }) => code);

test('rules that share a code differ in what they find, not in how bad it is', () => {
  for (const code of new Set(codes)) {
    const group = all.filter((rule) => rule.code === code);
    assert.equal(new Set(group.map(({ summary }) => summary)).size, group.length, code);
    assert.equal(new Set(group.map(({ cause, severity }) => `${cause} ${severity}`)).size, 1, code);
  }
});

test('every code has a page, and every page a code', () => {
  assert.ok(observed.length > 10);
  assert.deepEqual([...new Set([...codes, ...observed])].sort(), [...pages].sort());
});

test('every page names its code and says how to silence it', () => {
  for (const page of pages) {
    const text = readFileSync(`docs/rules/${page}.md`, 'utf8');
    assert.match(text, new RegExp(`^\`${page}\` · `, 'm'));
    assert.ok(text.includes(`# ordinal: ignore ${page}`), page);
  }
});
