import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Measured {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** The longest time, in milliseconds, for which nothing else could run. */
  readonly longestBlock: number;
  /** Megabytes above the beginning: the highest there was, and what is kept after a garbage collection. */
  readonly peak: number;
  readonly kept: number;
}

const RESOLUTION = 5;

/** What this process has needed between two moments. */
export class Meter {
  readonly #cpu = process.cpuUsage();
  readonly #start = performance.now();
  readonly #heap = heapNow();
  readonly #resident = process.memoryUsage.rss();
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION });

  constructor() {
    this.#delay.enable();
  }

  stop(): Measured {
    const wall = (performance.now() - this.#start) / 1000;
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#delay.disable();
    const peak = process.resourceUsage().maxRSS * 1024 - this.#resident;
    return {
      wall,
      cpu: (user + system) / 1e6,
      longestBlock: Math.max(0, this.#delay.max / 1e6 - RESOLUTION),
      peak: Math.max(0, peak) / 1e6,
      kept: (heapNow() - this.#heap) / 1e6,
    };
  }
}

/** In bytes, after garbage collection. */
export function heapNow(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** To the bench that started this process; times are on the clock that both share. */
export function tell(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ ...line, at: performance.timeOrigin + performance.now() })}\n`);
}
