import type { Clock } from './clock';

const FIRST_MS = 800;
const MOST_MS = 30_000;
const LEAST_MS = 200;
const HEALTHY_MS = 120_000;

/** How long to wait before the next try: doubling, at random up to the limit, anew after two minutes of health. */
export class Backoff {
  readonly #clock: Clock;
  #failures = 0;
  #healthySince: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  next(): number {
    if (this.#healthySince !== undefined && this.#clock.now() - this.#healthySince > HEALTHY_MS) this.#failures = 0;
    this.#healthySince = undefined;
    const limit = Math.min(MOST_MS, FIRST_MS * 2 ** this.#failures);
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
