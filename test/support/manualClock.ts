import type { Clock } from '../../src/cluster/clock';
import { toDisposable } from '../../src/util/disposable';

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z');
  readonly #timers = new Map<object, { readonly at: number; readonly run: () => void }>();
  /** What `random` gives. */
  chance = 0.5;

  /** Milliseconds until each timer, soonest first. */
  get pending(): readonly number[] {
    return [...this.#timers.values()].map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  after(milliseconds: number, run: () => void) {
    const token = {};
    this.#timers.set(token, { at: this.#now + milliseconds, run });
    return toDisposable(() => this.#timers.delete(token));
  }

  /** Time goes by while no timer runs, as on a machine that sleeps. */
  sleep(milliseconds: number): void {
    this.#now += milliseconds;
    for (const [token, timer] of this.#timers) this.#timers.set(token, { ...timer, at: timer.at + milliseconds });
  }

  /** Runs what falls due on the way, in order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      const [token, { at, run }] = due;
      this.#timers.delete(token);
      this.#now = at;
      run();
    }
    this.#now = end;
  }
}

/** Waits in real time, by turns of the event loop, for what sockets bring. */
export async function eventually(what: string, probe: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!probe()) {
    if (Date.now() > end) throw new Error(`${what}: did not happen`);
    await new Promise((done) => setTimeout(done, 1));
  }
}
