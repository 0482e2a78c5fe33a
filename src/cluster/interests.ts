import { idOf, type ObjectKey } from '../core/objects';
import { type Disposable, MutableDisposable, toDisposable } from '../util/disposable';
import type { Clock } from './clock';

/** `seen`: somebody has it before his eyes. `rolling`: it is under way, and should be followed while there is room. */
export type Interest = 'seen' | 'rolling';

/** Kept this long after the last interest: a rollout pauses, a row is collapsed and opened again. */
const LINGER_MS = 60_000;
/** The pods of so many workloads are watched, however many are asked for. */
const MOST = 20;

interface Entry {
  readonly key: ObjectKey;
  seen: number;
  rolling: number;
  readonly linger: MutableDisposable<Disposable>;
}

/**
 * The workloads whose pods are wanted: the newest of those that are seen, then the oldest of those that roll, so that in a
 * cluster where a thousand are broken the watches stay where they are.
 */
export class Interests implements Disposable {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  /** Oldest first. */
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get wanted(): readonly ObjectKey[] {
    const newestFirst = [...this.#entries.values()].reverse();
    const seen = newestFirst.filter((entry) => entry.seen > 0);
    const rolling = [...this.#entries.values()].filter((entry) => entry.seen === 0 && entry.rolling > 0);
    const lingering = newestFirst.filter((entry) => entry.seen + entry.rolling === 0);
    return [...seen, ...rolling, ...lingering].slice(0, MOST).map(({ key }) => key);
  }

  has(key: ObjectKey): boolean {
    return this.#entries.has(idOf(key));
  }

  add(key: ObjectKey, interest: Interest): Disposable {
    const id = idOf(key);
    const known = this.#entries.get(id);
    const entry = known ?? { key, seen: 0, rolling: 0, linger: new MutableDisposable() };
    // Among those that roll it keeps its place.
    if (interest === 'seen') this.#entries.delete(id);
    this.#entries.set(id, entry);
    entry.linger.clear();
    entry[interest]++;
    // Where there is no room for it, nothing changes: asking is cheap, however many roll.
    if (interest === 'seen' || this.#entries.size <= MOST) this.#onChange();
    return toDisposable(() => {
      entry[interest]--;
      if (this.#entries.get(id) !== entry) return;
      if (entry.seen + entry.rolling === 0) {
        entry.linger.value = this.#clock.after(LINGER_MS, () => {
          this.#entries.delete(id);
          this.#onChange();
        });
      }
      this.#onChange();
    });
  }

  dispose(): void {
    for (const { linger } of this.#entries.values()) linger.dispose();
    this.#entries.clear();
  }
}
