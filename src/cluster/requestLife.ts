import type { Disposable } from '../util/disposable';
import { timeoutError } from './apiErrors';
import { type Clock, reasonOf } from './clock';

export interface RequestLimits {
  readonly clock: Clock;
  /** Each ends the request when it aborts. */
  readonly signals: readonly AbortSignal[];
  /** Milliseconds. */
  readonly timeout: number;
  /** Whether the time counts anew from each byte that comes. */
  readonly bySilence: boolean;
  /** For the message. */
  readonly server: string;
}

/** Ends a request that takes too long, or that nobody wants any more. */
export class RequestLife {
  readonly #limits: RequestLimits;
  readonly #controller = new AbortController();
  #timer: Disposable;

  constructor(limits: RequestLimits) {
    this.#limits = limits;
    this.#timer = this.#wait();
    for (const each of limits.signals) {
      if (each.aborted) this.#follow();
      else each.addEventListener('abort', this.#follow);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Some bytes have come. */
  readonly heard = (): void => {
    if (!this.#limits.bySilence) return;
    this.#timer.dispose();
    this.#timer = this.#wait();
  };

  /** From now on it takes as long as it takes. */
  answered(): void {
    this.#timer.dispose();
  }

  readonly end = (): void => {
    this.#timer.dispose();
    for (const each of this.#limits.signals) each.removeEventListener('abort', this.#follow);
  };

  #wait(): Disposable {
    const { clock, timeout, server } = this.#limits;
    return clock.after(timeout, () => {
      this.#controller.abort(timeoutError(server, timeout / 1000));
    });
  }

  readonly #follow = (): void => {
    const first = this.#limits.signals.find(({ aborted }) => aborted);
    this.#controller.abort(first ? reasonOf(first) : undefined);
  };
}
