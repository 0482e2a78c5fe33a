import { ApiError, ConnectionError } from './apiErrors';
import { Backoff } from './backoff';
import type { Clock } from './clock';

const LONG_OUTAGE_MS = 300_000;
const LONGEST_ASKED_MS = 60_000;
/** Who is turned away asks again after half a minute, and ever more seldom: each refusal is a line in somebody's audit log. */
const FIRST_REFUSAL_MS = 30_000;
const LONGEST_REFUSAL_MS = 600_000;

/** How long a stream waits before it tries again, by what has befallen it. */
export class Patience {
  /** The server is overloaded or in trouble: every request makes that worse. */
  readonly #refused: Backoff;
  /**
   * There is no server to burden, and a person waits for it to come back. Also for logins and rights that are refused
   * once more, since a server that has just started may not have read them yet.
   */
  readonly #absent: Backoff;
  /** It let us in and the stream broke: by itself once in a while, over and over behind a gateway that is at odds with it. */
  readonly #broken: Backoff;
  readonly #clock: Clock;
  #refusals = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#refused = new Backoff(clock, { most: 30_000, healthy: 120_000 });
    this.#absent = new Backoff(clock, { most: 4_000, healthy: 5_000 });
    this.#broken = new Backoff(clock, { most: 30_000, healthy: 5_000 });
  }

  /** Milliseconds. `since`: when the trouble began. */
  after(error: unknown, since: number): number {
    if (error instanceof ApiError) {
      const { status, retryAfter = 0 } = error;
      const backoff = status === 401 || status === 403 ? this.#absent : this.#refused;
      return Math.max(backoff.next(), Math.min(retryAfter, LONGEST_ASKED_MS));
    }
    if (!isAbsence(error)) return this.#broken.next();
    return (this.#clock.now() - since > LONG_OUTAGE_MS ? this.#refused : this.#absent).next();
  }

  /** Of a watch that the server ended in order, but at once. */
  afterShort(): number {
    return this.#broken.next();
  }

  /** Of a login that the server does not take, or rights that it does not give. */
  afterRefusal(): number {
    const limit = Math.min(LONGEST_REFUSAL_MS, FIRST_REFUSAL_MS * 2 ** this.#refusals);
    this.#refusals = Math.min(this.#refusals + 1, 10);
    return limit * (1 + this.#clock.random()) * 0.5;
  }

  healthy(): void {
    this.#refusals = 0;
    for (const backoff of [this.#refused, this.#absent, this.#broken]) backoff.healthy();
  }

  reset(): void {
    this.#refusals = 0;
    for (const backoff of [this.#refused, this.#absent, this.#broken]) backoff.reset();
  }
}

/** No answer came: as soon as anybody gets one, it is worth trying again. */
export function isAbsence(error: unknown): boolean {
  return error instanceof ConnectionError && error.trouble !== 'broken';
}
