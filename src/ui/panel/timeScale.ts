/** The part of time that is drawn: milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 6, 12, 24, 48, 168].map((count) => count * HOUR),
];

/** Closer than this, labels of an axis run into each other. */
const PIXELS_BETWEEN_TICKS = 90;

export const NARROWEST = 5 * SECOND;
export const WIDEST = 14 * 24 * HOUR;

export function ticks({ from, to }: Span, width: number): readonly number[] {
  const least = ((to - from) * PIXELS_BETWEEN_TICKS) / Math.max(width, 1);
  const step = STEPS.find((each) => each >= least) ?? 168 * HOUR;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => first + index * step);
}

/** Zoomed by a factor (below 1: closer) so that the time `at` stays where it is on the screen. */
export function zoom({ from, to }: Span, factor: number, at: number): Span {
  const length = Math.min(WIDEST, Math.max(NARROWEST, (to - from) * factor));
  const share = to === from ? 0.5 : (at - from) / (to - from);
  const start = at - share * length;
  return { from: start, to: start + length };
}

export function shift({ from, to }: Span, by: number): Span {
  return { from: from + by, to: to + by };
}

/** `45 s`, `3 min 20 s`, `2 h 5 min`: units are the same in both languages. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / SECOND));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
