import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { askedRules, rules } from '../../../../src/core/causes/registry';
import { catalogue } from '../../../coverage/catalogue';
import { COVERAGE_FILE, coverageText } from '../../../coverage/coverage';
import { notForeseen } from '../../../coverage/notForeseen';

const ids = catalogue.map(({ id }) => id);

test('the catalogue has 190 rows, each once', () => {
  assert.equal(ids.length, 190);
  assert.equal(new Set(ids).size, 190);
});

test('every rule names rows of the catalogue', () => {
  for (const { code, rows } of [...rules, ...askedRules]) {
    assert.ok(rows.length > 0, code);
    for (const row of rows) assert.ok(ids.includes(row), `${code}: ${row}`);
  }
});

test('a reason why not stands at a row of the catalogue', () => {
  for (const id of Object.keys(notForeseen)) assert.ok(ids.includes(id), id);
});

test('docs/coverage.md is what `npm run coverage` writes', () => {
  assert.equal(readFileSync(COVERAGE_FILE, 'utf8'), coverageText());
});
