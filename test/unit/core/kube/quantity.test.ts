import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  subtractQuantities,
  type Quantity,
} from '../../../../src/core/kube/quantity';

function quantity(text: string): Quantity {
  const parsed = parseQuantity(text);
  assert.ok(parsed, text);
  return parsed;
}

test('quantities are read exactly, in billionths', () => {
  const rows: [string, bigint][] = [
    ['0', 0n],
    ['1', 1_000_000_000n],
    ['100m', 100_000_000n],
    ['1.5', 1_500_000_000n],
    ['.5', 500_000_000n],
    ['5.', 5_000_000_000n],
    [' 2 ', 2_000_000_000n],
    ['1n', 1n],
    ['1u', 1_000n],
    ['1k', 10n ** 12n],
    ['1M', 10n ** 15n],
    ['1E', 10n ** 27n],
    ['1e3', 10n ** 12n],
    ['1E3', 10n ** 12n],
    ['1e-3', 1_000_000n],
    ['1Ki', 1024n * 10n ** 9n],
    ['1.5Gi', 1536n * 1024n * 1024n * 10n ** 9n],
    ['1Ei', 2n ** 60n * 10n ** 9n],
    ['-1', -(10n ** 9n)],
    ['+1', 10n ** 9n],
    ['0.0000000001', 1n],
  ];
  for (const [text, value] of rows) assert.equal(quantity(text).value, value, text);
});

test('what the API server refuses is no quantity', () => {
  for (const text of [
    '',
    ' ',
    '1K',
    '1GB',
    '1g',
    '1Zi',
    '0x10',
    'Infinity',
    'NaN',
    '1e3m',
    '1 Gi',
    '1,5',
    '--1',
    '.',
    'm',
    '1e99999',
  ]) {
    assert.equal(parseQuantity(text), undefined, JSON.stringify(text));
  }
});

test('they are written as Kubernetes writes them', () => {
  const rows = [
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['1000k', '1M'],
    ['0', '0'],
    ['100u', '100u'],
    ['-200m', '-200m'],
    ['512', '512'],
  ];
  for (const [text = '', expected] of rows) assert.equal(formatQuantity(quantity(text)), expected, text);
});

test('they compare, add and subtract over suffixes', () => {
  assert.equal(compareQuantities(quantity('1Gi'), quantity('1G')), 1);
  assert.equal(compareQuantities(quantity('1000m'), quantity('1')), 0);
  assert.equal(formatQuantity(addQuantities(quantity('300m'), quantity('700m'))), '1');
  assert.equal(formatQuantity(subtractQuantities(quantity('1Gi'), quantity('512Mi'))), '512Mi');
});
