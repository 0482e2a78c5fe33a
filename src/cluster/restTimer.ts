import { type Disposable, MutableDisposable, toDisposable } from '../util/disposable';
import type { Clock } from './clock';

/** So long after nobody looks any more. */
const REST_AFTER_MS = 5 * 60_000;
/** A rollout puts rest off, but not for longer than this: something is always broken in a large cluster. */
const REST_AT_LAST_MS = 60 * 60_000;

/** Says when watching may end: some minutes after the last look, or after the last move of a rollout that was seen begin. */
export class RestTimer implements Disposable {
  readonly #clock: Clock;
  readonly #onChange: (resting: boolean) => void;
  readonly #timer = new MutableDisposable();
  #holders = 0;
  #resting = false;
  #unheldSince: number;
  #lastMove = 0;

  constructor(clock: Clock, onChange: (resting: boolean) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#unheldSince = clock.now();
    this.#wait(REST_AFTER_MS);
  }

  get resting(): boolean {
    return this.#resting;
  }

  hold(): Disposable {
    this.#holders++;
    this.#timer.clear();
    if (this.#resting) {
      this.#resting = false;
      this.#onChange(false);
    }
    return toDisposable(() => {
      if (--this.#holders > 0) return;
      this.#unheldSince = this.#clock.now();
      this.#wait(REST_AFTER_MS);
    });
  }

  /** A workload that is under way has changed. */
  moved(): void {
    this.#lastMove = this.#clock.now();
  }

  dispose(): void {
    this.#timer.dispose();
  }

  #wait(milliseconds: number): void {
    this.#timer.value = this.#clock.after(milliseconds, () => {
      const now = this.#clock.now();
      const quiet = now - this.#lastMove;
      if (quiet < REST_AFTER_MS && now - this.#unheldSince < REST_AT_LAST_MS) {
        this.#wait(REST_AFTER_MS - quiet);
        return;
      }
      this.#timer.clear();
      this.#resting = true;
      this.#onChange(true);
    });
  }
}
