import { type Disposable, toDisposable } from './disposable';

/** In VS Code's shape, without VS Code: a listener goes in, what ends it comes out. */
export type Event<T> = (listener: (value: T) => unknown) => Disposable;

/** One owner fires, anybody listens. A listener added or removed while firing counts from the next time on. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Map<object, (value: T) => unknown>();
  #disposed = false;

  readonly event: Event<T> = (listener) => {
    if (this.#disposed) return toDisposable(() => undefined);
    const token = {};
    this.#listeners.set(token, listener);
    return toDisposable(() => this.#listeners.delete(token));
  };

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** A listener that throws does not keep the others from hearing; its error surfaces as an uncaught one. */
  fire(value: T): void {
    for (const listener of [...this.#listeners.values()]) {
      try {
        listener(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#listeners.clear();
  }
}
