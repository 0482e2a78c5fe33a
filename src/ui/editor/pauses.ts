import type { Disposable } from '../../util/disposable';

/** A text that rests this long is worth asking about, in milliseconds: each question is several requests. */
const PAUSE_MS = 1_500;

/** Questions that wait for a pause in typing, one for each key: a later one takes the place of an earlier one. */
export class Pauses<K> implements Disposable {
  readonly #timers = new Map<K, NodeJS.Timeout>();

  /** `now`: the user has saved, and wants to know how it is now. */
  ask(key: K, now: boolean, question: () => void): void {
    this.drop(key);
    const timer = setTimeout(
      () => {
        this.#timers.delete(key);
        question();
      },
      now ? 0 : PAUSE_MS,
    );
    this.#timers.set(key, timer);
  }

  /** What was to be asked is asked no more. */
  drop(key: K): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
