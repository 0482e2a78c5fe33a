import type { LiveWorkload, ObjectKey } from '../core/objects';
import { type Disposable, DisposableStore, MutableDisposable } from '../util/disposable';
import { Emitter } from '../util/event';
import type { Clock } from './clock';
import { keyOf } from './ownership';

export interface LiveChange {
  /** The workloads that changed, or whose ReplicaSets, pods or events did. */
  readonly keys: readonly ObjectKey[];
  /** Workloads came or went, or the list of them is complete for the first time. */
  readonly listChanged: boolean;
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
  readonly #keys = new Map<string, ObjectKey>();
  #listChanged = false;
  #lastBatch = 0;

  readonly onDidChange = this.#change.event;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  mark(workload: LiveWorkload | undefined): void {
    if (!workload) return;
    this.#keys.set(`${workload.kind}/${workload.name}`, keyOf(workload));
    this.#wait();
  }

  markList(): void {
    this.#listChanged = true;
    this.#wait();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #wait(): void {
    this.#timer.value ??= this.#clock.after(this.#lastBatch > MANY ? PAUSE_AFTER_MANY_MS : PAUSE_MS, () => {
      this.#timer.clear();
      const change = { keys: [...this.#keys.values()], listChanged: this.#listChanged };
      this.#lastBatch = this.#keys.size;
      this.#keys.clear();
      this.#listChanged = false;
      this.#change.fire(change);
    });
  }
}
