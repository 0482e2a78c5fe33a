import { type Disposable, toDisposable } from '../util/disposable';
import { reasonOf } from './clock';

/** Lets so many in at once; the others wait in the order in which they came. */
export class Turns {
  readonly #most: number;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Disposing what it resolves to lets the next one in. Rejects with the signal's reason when that comes first. */
  async take(signal: AbortSignal): Promise<Disposable> {
    if (signal.aborted) throw reasonOf(signal);
    if (this.#taken < this.#most) this.#taken++;
    else await this.#wait(signal);
    return toDisposable(() => {
      // The turn is handed over rather than given back, so that nobody slips in between.
      const [next] = this.#waiting;
      if (next) next();
      else this.#taken--;
    });
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(enter);
        signal.removeEventListener('abort', abort);
      };
      const enter = (): void => {
        leave();
        resolve();
      };
      const abort = (): void => {
        leave();
        reject(reasonOf(signal));
      };
      this.#waiting.add(enter);
      signal.addEventListener('abort', abort);
    });
  }
}
