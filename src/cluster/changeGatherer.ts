import { idOf, type LiveWorkload, type ObjectKey } from '../core/objects';
import { type Disposable, DisposableStore, MutableDisposable } from '../util/disposable';
import { Emitter } from '../util/event';
import type { Clock } from './clock';
import { keyOf } from './ownership';

export interface LiveChange {
  /** The workloads that changed, or whose ReplicaSets, pods or events did. */
  readonly keys: readonly ObjectKey[];
  /** Namespaces in which workloads came or went. */
  readonly namespaces: readonly string[];
}

const PAUSE_MS = 30;
/** After a batch of many changes the next one may be as large: whoever shows them gets time to do so. */
const MANY = 500;
const PAUSE_AFTER_MANY_MS = 250;

/** Turns a burst of changes into one event. */
export class ChangeGatherer implements Disposable {
  readonly #clock: Clock;
  readonly #disposables = new DisposableStore();
  readonly #change = this.#disposables.add(new Emitter<LiveChange>());
  readonly #timer = this.#disposables.add(new MutableDisposable());
  readonly #workloads = new Map<string, LiveWorkload>();
  readonly #namespaces = new Set<string>();
  #lastBatch = 0;

  readonly onDidChange = this.#change.event;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  mark(workload: LiveWorkload | undefined): void {
    if (!workload) return;
    // Of two that had the same name one after the other, the later one counts.
    this.#workloads.set(idOf(workload), workload);
    this.#wait();
  }

  markNamespace(namespace: string): void {
    this.#namespaces.add(namespace);
    this.#wait();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #wait(): void {
    this.#timer.value ??= this.#clock.after(this.#lastBatch > MANY ? PAUSE_AFTER_MANY_MS : PAUSE_MS, () => {
      this.#timer.clear();
      const change = { keys: [...this.#workloads.values()].map(keyOf), namespaces: [...this.#namespaces] };
      this.#lastBatch = this.#workloads.size;
      this.#workloads.clear();
      this.#namespaces.clear();
      this.#change.fire(change);
    });
  }
}
