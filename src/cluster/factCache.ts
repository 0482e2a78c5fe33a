import type { Fact } from '../core/causes/facts';
import { errorMessage, isAbort } from '../util/errors';
import { ApiError } from './apiErrors';
import type { Clock } from './clock';

/** What belongs to the whole cluster (nodes, classes) changes seldom, and no write of ours changes it. */
export type Lifetime = 'namespace' | 'cluster';

const FRESH_MS: Readonly<Record<Lifetime, number>> = { namespace: 30_000, cluster: 120_000 };

interface Entry {
  readonly fact: Promise<Fact<unknown>>;
  readonly until: number;
  readonly lifetime: Lifetime;
}

/** What the cluster said, for half a minute. An answer that did not come is not kept. */
export class FactCache {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `load` is run at most once at a time per key; whatever it throws becomes a fact, except an abort. */
  get<T>(key: string, load: () => Promise<T>, lifetime: Lifetime = 'namespace'): Promise<Fact<T>> {
    const now = this.#clock.now();
    const known = this.#entries.get(key);
    if (known && now < known.until) return known.fact as Promise<Fact<T>>;
    for (const [each, { until }] of this.#entries) if (now >= until) this.#entries.delete(each);
    const fact = factOf(load);
    const entry: Entry = { fact, until: now + FRESH_MS[lifetime], lifetime };
    this.#entries.set(key, entry);
    const forget = (): void => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    };
    fact.then(({ state }) => {
      if (state === 'unavailable') forget();
    }, forget);
    return fact;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Forgets what a write in a namespace may have changed. */
  clear(): void {
    for (const [key, { lifetime }] of this.#entries) if (lifetime === 'namespace') this.#entries.delete(key);
  }
}

async function factOf<T>(load: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { state: 'known', value: await load() };
  } catch (error) {
    if (isAbort(error)) throw error;
    if (error instanceof ApiError && error.status === 403) {
      return { state: 'forbidden', right: error.right ?? error.message };
    }
    return { state: 'unavailable', reason: errorMessage(error) };
  }
}
