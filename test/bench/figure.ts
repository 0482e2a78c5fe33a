export interface Figure {
  readonly what: string;
  readonly unit: 'KB' | 'MB' | 'ms' | 's' | '%' | 'per second' | 'cases' | 'requests' | 'count';
  readonly ours: number;
  readonly budget?: number;
  /** Who did the same in the same run, and how it fared; `times` above 1: we are ahead. */
  readonly peer?: string;
  readonly theirs?: number;
  readonly times?: number | undefined;
}

/** Of a figure where less is better. */
export function beside(figure: Figure, peer: string, theirs: number): Figure {
  return { ...figure, peer, theirs: round2(theirs), times: round2(theirs / figure.ours) };
}

/** The middle of an odd number of runs: these machines are noisy. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that this part of all values lies below: 0.95 for the p95. */
export function quantile(values: readonly number[], part: number): number {
  return round(valueAt(values, part));
}

/** The same, not rounded. */
export function valueAt(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Of small numbers and ratios. */
export function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
