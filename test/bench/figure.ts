export interface Figure {
  readonly what: string;
  readonly unit: 'KB' | 'ms';
  readonly ours: number;
  readonly budget?: number;
}

/** The middle of an odd number of runs: these machines are noisy. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.floor(sorted.length / 2)] ?? 0);
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
