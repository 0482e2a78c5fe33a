import { setTimeout as startTimer, clearTimeout } from 'node:timers';
import type { Clock } from '../../src/cluster/clock';
import { toDisposable } from '../../src/util/disposable';

interface Timer {
  readonly at: number;
  readonly run: () => void;
  real: NodeJS.Timeout;
}

const LONGEST_TURN_MS = 30_000;

/** Time that goes by as it does, and faster when a test says so. */
export class JumpingClock implements Clock {
  readonly #timers = new Set<Timer>();
  #ahead = 0;

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return Date.now() + this.#ahead;
  }

  random(): number {
    return Math.random();
  }

  after(milliseconds: number, run: () => void) {
    const fire = (): void => {
      this.#timers.delete(timer);
      run();
    };
    const timer = { at: this.now() + milliseconds, run: fire, real: startTimer(fire, milliseconds) };
    this.#timers.add(timer);
    return toDisposable(() => {
      clearTimeout(timer.real);
      this.#timers.delete(timer);
    });
  }

  /** So much time goes by at once, as it does for a machine that sleeps: what falls due meanwhile runs after it. */
  jump(milliseconds: number): void {
    this.#ahead += milliseconds;
    const now = this.now();
    for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
      // One that ran may have ended others.
      if (!this.#timers.has(timer)) continue;
      clearTimeout(timer.real);
      if (timer.at <= now) timer.run();
      else timer.real = startTimer(timer.run, timer.at - now);
    }
  }

  /**
   * So much time goes by in steps, each of which gives sockets and promises their turn. `rests`: nothing is under way; until
   * then no time goes by, since what is answered in a moment would otherwise seem to have taken minutes.
   */
  async pass(milliseconds: number, step = 5_000, rests = (): boolean => true): Promise<void> {
    for (let left = milliseconds; left > 0; left -= step) {
      await this.#turn(rests);
      this.jump(Math.min(step, left));
    }
    await this.#turn(rests);
  }

  async #turn(rests: () => boolean): Promise<void> {
    const end = Date.now() + LONGEST_TURN_MS;
    do {
      await new Promise((done) => startTimer(done, 5));
      if (Date.now() > end) throw new Error(`Something was under way for ${LONGEST_TURN_MS} ms.`);
    } while (!rests());
  }
}
