import { t } from './l10n';

/** In VS Code's shape, without VS Code. `dispose` may be called twice. */
export interface Disposable {
  dispose(): void;
}

export function toDisposable(run: () => void): Disposable {
  let open = true;
  return {
    dispose() {
      if (!open) return;
      open = false;
      run();
    },
  };
}

/** Owns what is added to it, and disposes it in reverse order, going on when one throws. */
export class DisposableStore implements Disposable {
  readonly #items = new Set<Disposable>();
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Adding to a disposed store disposes the item at once. */
  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.add(item);
    return item;
  }

  /** Disposes the items; the store stays usable. */
  clear(): void {
    const items = [...this.#items].reverse();
    this.#items.clear();
    disposeAll(items);
  }

  dispose(): void {
    this.#disposed = true;
    this.clear();
  }
}

/** Holds one thing that is replaced over time; the one before is disposed. */
export class MutableDisposable<T extends Disposable> implements Disposable {
  #value: T | undefined;
  #disposed = false;

  get value(): T | undefined {
    return this.#value;
  }

  set value(next: T | undefined) {
    if (next === this.#value) return;
    const previous = this.#value;
    this.#value = this.#disposed ? undefined : next;
    previous?.dispose();
    if (this.#disposed) next?.dispose();
  }

  clear(): void {
    this.value = undefined;
  }

  dispose(): void {
    this.#disposed = true;
    this.clear();
  }
}

function disposeAll(items: readonly Disposable[]): void {
  const errors: unknown[] = [];
  for (const item of items) {
    try {
      item.dispose();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, t`${errors.length} things could not be disposed`);
}
