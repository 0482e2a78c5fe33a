import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFromPage } from '../../../../src/ui/panel/protocol';

test('only what the page is known to say is taken from it', () => {
  assert.ok(isFromPage({ type: 'ready' }));
  assert.ok(isFromPage({ type: 'save', format: 'png', data: 'AAAA' }));
  for (const other of [
    undefined,
    null,
    'ready',
    {},
    { type: 'open' },
    { type: 'save', format: 'exe', data: '' },
    { type: 'save', format: 'svg', data: 1 },
  ]) {
    assert.ok(!isFromPage(other), JSON.stringify(other));
  }
});
