import type { Clock } from './clock';

export interface BackoffLimits {
  /** Milliseconds that it waits at most. */
  readonly most: number;
  /** Milliseconds of health after which earlier failures no longer count. */
  readonly healthy: number;
}

const FIRST_MS = 800;
const LEAST_MS = 200;

/** How long to wait before the next try: doubling, at random up to the limit, anew after some time of health. */
export class Backoff {
  readonly #clock: Clock;
  readonly #limits: BackoffLimits;
  #failures = 0;
  #healthySince: number | undefined;

  constructor(clock: Clock, limits: BackoffLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  next(): number {
    const { most, healthy } = this.#limits;
    if (this.#healthySince !== undefined && this.#clock.now() - this.#healthySince > healthy) this.#failures = 0;
    this.#healthySince = undefined;
    const limit = Math.min(most, FIRST_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    return Math.max(LEAST_MS, limit * this.#clock.random());
  }

  healthy(): void {
    this.#healthySince ??= this.#clock.now();
  }

  reset(): void {
    this.#failures = 0;
    this.#healthySince = undefined;
  }
}
