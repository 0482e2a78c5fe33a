import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogBuffer } from '../../../src/core/logBuffer';

test('the last lines stay, and those that went are counted', () => {
  const buffer = new LogBuffer({ mostLines: 3, mostCharacters: 1_000 });
  for (let index = 0; index < 10; index++) buffer.add(`line ${index}`);
  assert.equal(buffer.text(), 'line 7\nline 8\nline 9');
  assert.equal(buffer.dropped, 7);
  assert.equal(buffer.size, 3);
});

test('characters count as well, and the newest line always stays', () => {
  const buffer = new LogBuffer({ mostLines: 100, mostCharacters: 10 });
  buffer.add('12345678');
  buffer.add('abc');
  assert.equal(buffer.text(), 'abc');
  buffer.add('x'.repeat(20));
  assert.equal(buffer.text(), 'x'.repeat(20));
});

test('a line that never ends is cut', () => {
  const buffer = new LogBuffer({ mostLines: 10, mostCharacters: 1_000_000 });
  buffer.add('x'.repeat(100_000));
  assert.ok(buffer.text().length < 5_000);
  assert.match(buffer.text(), /…$/);
});
