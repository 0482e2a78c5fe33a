export interface Figure {
  readonly what: string;
  readonly unit: 'KB' | 'ms' | 'cases' | 'requests';
  readonly ours: number;
  readonly budget?: number;
  /** Who did the same in the same run, and how it fared; `times` above 1: we are ahead. */
  readonly peer?: string;
  readonly theirs?: number;
  readonly times?: number | undefined;
}

/** The middle of an odd number of runs: these machines are noisy. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that this part of all values lies below: 0.95 for the p95. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.floor(sorted.length * part)] ?? 0);
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
