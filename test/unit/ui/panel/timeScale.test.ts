import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, shift, ticks, zoom } from '../../../../src/ui/panel/timeScale';

test('ticks are round times, never closer than their labels are wide', () => {
  assert.deepEqual(ticks({ from: 1_000, to: 61_000 }, 600), [10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
  for (const length of [5_000, 90_000, 7_200_000, 1_000_000_000]) {
    const found = ticks({ from: 123_456, to: 123_456 + length }, 900);
    assert.ok(found.length <= 10, `${length} ms: ${found.length} ticks`);
  }
});

test('zooming keeps the time under the pointer where it is', () => {
  const closer = zoom({ from: 0, to: 100_000 }, 0.5, 80_000);
  assert.deepEqual(closer, { from: 40_000, to: 90_000 });
  assert.equal((80_000 - closer.from) / (closer.to - closer.from), 0.8);
});

test('zooming ends before it shows nothing', () => {
  let span = { from: 0, to: 100_000 };
  for (let turn = 0; turn < 50; turn++) span = zoom(span, 0.5, 50_000);
  assert.equal(span.to - span.from, 5_000);
});

test('a shifted span is as long as before', () => {
  assert.deepEqual(shift({ from: 1, to: 5 }, 10), { from: 11, to: 15 });
});

test('durations are short', () => {
  assert.deepEqual([0, 45_000, 60_000, 200_000, 3_600_000, 7_500_000].map(duration), [
    '0 s',
    '45 s',
    '1 min',
    '3 min 20 s',
    '1 h',
    '2 h 5 min',
  ]);
});
