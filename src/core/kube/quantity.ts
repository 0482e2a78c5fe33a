/**
 * A Kubernetes quantity, exact: `value` is in billionths, since `1n` is the finest that Kubernetes knows
 * (apimachinery/pkg/api/resource/quantity.go rounds finer ones up).
 */
export interface Quantity {
  readonly value: bigint;
  /** How it was written, and how it is written again: with decimal or binary suffixes. */
  readonly format: 'decimal' | 'binary';
}

const UNIT = 1_000_000_000n;

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

const GRAMMAR = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;

/** Larger exponents than this are no amounts of anything, and would only cost memory. */
const MOST_EXPONENT = 30;

/** `undefined` for what the API server refuses: `1K`, `1GB`, `1g`, `0x10`, an empty text. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = GRAMMAR.exec(text.trim());
  if (!match) return undefined;
  const [, sign, digits = '', exponent, suffix = ''] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  const ten = exponent === undefined ? (DECIMAL[suffix] ?? 0) : Number(exponent.slice(1));
  if (Math.abs(ten) > MOST_EXPONENT) return undefined;
  const two = BINARY[suffix];
  const mantissa = BigInt(`${whole}${fraction}` || '0') * (two === undefined ? 1n : 1n << BigInt(two));
  const power = 9 + ten - fraction.length;
  const value = power >= 0 ? mantissa * 10n ** BigInt(power) : divideUp(mantissa, 10n ** BigInt(-power));
  return { value: sign === '-' ? -value : value, format: two === undefined ? 'decimal' : 'binary' };
}

function divideUp(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { value: a.value + b.value, format: a.value === 0n ? b.format : a.format };
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return { value: a.value - b.value, format: a.format };
}

export function maxQuantity(a: Quantity, b: Quantity): Quantity {
  return compareQuantities(a, b) >= 0 ? a : b;
}

/** `a / b`; `undefined` when `b` is zero. For messages and ratios, not for sums. */
export function divideQuantities(a: Quantity, b: Quantity): number | undefined {
  return b.value === 0n ? undefined : Number(a.value) / Number(b.value);
}

export const ZERO: Quantity = { value: 0n, format: 'decimal' };

/** As Kubernetes writes it: the largest suffix that leaves a whole number (`1500m`, `1Gi`, `2`). */
export function formatQuantity({ value, format }: Quantity): string {
  if (value === 0n) return '0';
  const sign = value < 0n ? '-' : '';
  const amount = value < 0n ? -value : value;
  if (format === 'binary' && amount % UNIT === 0n) {
    const whole = amount / UNIT;
    const best = Object.entries(BINARY).findLast(([, two]) => whole % (1n << BigInt(two)) === 0n);
    return best ? `${sign}${whole >> BigInt(best[1])}${best[0]}` : `${sign}${whole}`;
  }
  const best = Object.entries(DECIMAL).findLast(([, ten]) => amount % 10n ** BigInt(ten + 9) === 0n);
  const [suffix, ten] = best ?? ['n', -9];
  return `${sign}${amount / 10n ** BigInt(ten + 9)}${suffix}`;
}
