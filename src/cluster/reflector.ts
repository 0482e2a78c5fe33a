import type { Disposable } from '../util/disposable';
import { errorMessage, isExpected } from '../util/errors';
import { ApiError, ConnectionError } from './apiErrors';
import { Backoff } from './backoff';
import { type Clock, sleep } from './clock';
import type { StreamState } from './connectionState';
import { type Json, record, records, text } from './json';
import type { Transport } from './transport';
import { NoInitialEvents, type WatchEvent, watchOnce } from './watchSession';

export interface ReflectorOptions<T> {
  readonly transport: Transport;
  /** `/apis/apps/v1/namespaces/db/statefulsets`. */
  readonly path: string;
  /** `statefulsets.apps`. */
  readonly resource: string;
  readonly namespace: string;
  readonly clock: Clock;
  /** Resources of this cluster that cannot send their objects first in a watch; shared by its reflectors. */
  readonly listOnly: Set<string>;
  /** To the slim object that is kept. */
  project(object: Json): T;
  /** One object came (no `before`), changed or went (no `after`). */
  onChange(before: T | undefined, after: T | undefined): void;
  onState(): void;
}

interface Item<T> {
  readonly value: T;
  readonly resourceVersion: string;
}

const PAGE = '500';
/** How often a refusal is taken for a passing one, after the server has once let us in. */
const PATIENCE: Readonly<Record<number, number>> = { 401: 1, 403: 5 };

/**
 * Keeps a copy of the objects of one resource in one namespace, as client-go's reflector does: all objects, then a watch
 * from there, resumed where it ended, started anew when the server no longer knows that place.
 */
export class Reflector<T> implements Disposable {
  readonly #options: ReflectorOptions<T>;
  readonly #items = new Map<string, Item<T>>();
  readonly #backoff: Backoff;
  readonly #action: string;
  #life: AbortController | undefined;
  #session: AbortController | undefined;
  #state: StreamState = { kind: 'connecting' };
  /** Where the watch goes on; `undefined`: from the beginning. */
  #resourceVersion: string | undefined;
  /** Keys that came since the beginning; what is not among them at its end is gone. */
  #seen = new Set<string>();
  #synced = false;
  #denials = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#backoff = new Backoff(options.clock);
    this.#action = `list ${options.resource} in ${options.namespace}`;
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Whether all objects have come at least once. */
  get synced(): boolean {
    return this.#synced;
  }

  get size(): number {
    return this.#items.size;
  }

  *values(): Generator<T> {
    for (const { value } of this.#items.values()) yield value;
  }

  *entries(): Generator<readonly [name: string, value: T]> {
    for (const [name, { value }] of this.#items) yield [name, value];
  }

  get(name: string): T | undefined {
    return this.#items.get(name)?.value;
  }

  /** Forgets an object that is not worth its place; it comes back when it changes. */
  drop(name: string): void {
    this.#items.delete(name);
  }

  start(): void {
    if (this.#life) return;
    const life = new AbortController();
    this.#life = life;
    void this.#run(life.signal);
  }

  /** Gives up the connection, which may have died unseen, and goes on where it was. */
  reconnect(): void {
    this.#session?.abort();
  }

  /** Everything anew, also after a failure. What is known stays until it is replaced. */
  restart(): void {
    this.#life?.abort();
    this.#life = undefined;
    this.#resourceVersion = undefined;
    this.#backoff.reset();
    this.#become({ kind: 'connecting' });
    this.start();
  }

  dispose(): void {
    this.#life?.abort();
    this.#life = new AbortController();
    this.#items.clear();
  }

  async #run(life: AbortSignal): Promise<void> {
    while (!life.aborted) {
      const session = new AbortController();
      this.#session = session;
      const end = (): void => {
        session.abort();
      };
      life.addEventListener('abort', end);
      const pause = await this.#once(session.signal, life);
      // Aborted while waiting: the loop ends, or was asked to try at once.
      if (pause) await sleep(this.#options.clock, pause, session.signal).catch(() => undefined);
      life.removeEventListener('abort', end);
      if (pause === undefined) return;
    }
  }

  /** One list or watch. The milliseconds to wait before the next; `undefined`: never again. */
  async #once(session: AbortSignal, life: AbortSignal): Promise<number | undefined> {
    const { clock, listOnly, resource } = this.#options;
    try {
      if (this.#resourceVersion === undefined && listOnly.has(resource)) await this.#list(session);
      const started = clock.now();
      const events = await this.#watch(session);
      // A server that ends each watch at once must not be asked in a tight loop.
      return events === 0 && clock.now() - started < 1000 ? this.#backoff.next() : 0;
    } catch (error) {
      if (life.aborted) return undefined;
      return session.aborted ? 0 : this.#pauseAfter(error);
    }
  }

  #pauseAfter(error: unknown): number | undefined {
    const { listOnly, resource, clock } = this.#options;
    const initial = this.#resourceVersion === undefined;
    if (error instanceof NoInitialEvents) {
      listOnly.add(resource);
      return 0;
    }
    if (error instanceof ApiError) {
      if (initial && (error.status === 400 || error.status === 422) && !listOnly.has(resource)) {
        listOnly.add(resource);
        return 0;
      }
      if (error.status === 410) {
        this.#resourceVersion = undefined;
        return initial ? this.#backoff.next() : 0;
      }
      if (!this.#mayPass(error)) {
        this.#stop(error);
        return undefined;
      }
    } else if (!(error instanceof ConnectionError) || error.trouble === 'tls') {
      this.#stop(error);
      return undefined;
    }
    const since = this.#state.kind === 'reconnecting' ? this.#state.since : clock.now();
    this.#become({ kind: 'reconnecting', since, reason: errorMessage(error) });
    const asked = error instanceof ApiError ? error.retryAfter : undefined;
    return Math.max(this.#backoff.next(), Math.min(asked ?? 0, 60_000));
  }

  #mayPass({ status }: ApiError): boolean {
    if (status === 429 || status >= 500) return true;
    // A server that has just started may not have read its roles yet, and refuses whom it let in before.
    return this.#synced && this.#denials++ < (PATIENCE[status] ?? 0);
  }

  #stop(error: unknown): void {
    if (error instanceof ApiError && error.status === 403) {
      const right = error.right ?? `list ${this.#options.resource}`;
      this.#become({ kind: 'forbidden', right, message: error.message });
      return;
    }
    this.#become({ kind: 'failed', message: errorMessage(error) });
    // A mistake of ours has to be seen with its stack.
    if (!isExpected(error)) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { transport, path } = this.#options;
    this.#seen = new Set();
    let next: string | undefined;
    let version: string;
    do {
      const query = { limit: PAGE, ...(next === undefined ? {} : { continue: next }) };
      const { body } = await transport.request({ path, query, action: this.#action, signal });
      const page = record(body);
      for (const object of records(page.items)) this.#put(object, text(record(object.metadata).resourceVersion) ?? '');
      const metadata = record(page.metadata);
      version = text(metadata.resourceVersion) ?? '';
      next = text(metadata.continue) || undefined;
      await new Promise(setImmediate);
    } while (next !== undefined && !signal.aborted);
    signal.throwIfAborted();
    this.#complete(version);
  }

  /** Returns how many events came. */
  async #watch(signal: AbortSignal): Promise<number> {
    const { transport, path, clock } = this.#options;
    const resourceVersion = this.#resourceVersion;
    if (resourceVersion === undefined) this.#seen = new Set();
    let events = 0;
    await watchOnce({
      transport,
      path,
      clock,
      signal,
      resourceVersion,
      action: this.#action,
      onOpen: () => {
        if (resourceVersion !== undefined) this.#goLive();
      },
      onEvent: (event) => {
        events++;
        this.#take(event);
      },
    });
    return events;
  }

  #take(event: WatchEvent): void {
    if (event.kind === 'changed') this.#put(event.object, event.resourceVersion);
    else if (event.kind === 'deleted') this.#remove(text(record(event.object.metadata).name) ?? '');
    else if (event.initialEventsEnd) this.#complete(event.resourceVersion);
    // Before all objects have come there is no place to resume from.
    if (this.#resourceVersion !== undefined && event.resourceVersion !== '')
      this.#resourceVersion = event.resourceVersion;
  }

  #complete(resourceVersion: string): void {
    for (const name of [...this.#items.keys()]) if (!this.#seen.has(name)) this.#remove(name);
    this.#seen = new Set();
    this.#resourceVersion = resourceVersion;
    this.#synced = true;
    this.#goLive();
  }

  #goLive(): void {
    this.#backoff.healthy();
    this.#denials = 0;
    this.#become({ kind: 'live' });
  }

  #put(object: Json, resourceVersion: string): void {
    const name = text(record(object.metadata).name) ?? '';
    if (this.#resourceVersion === undefined) this.#seen.add(name);
    const before = this.#items.get(name);
    if (before && before.resourceVersion === resourceVersion) return;
    const value = this.#options.project(object);
    this.#items.set(name, { value, resourceVersion });
    this.#options.onChange(before?.value, value);
  }

  #remove(name: string): void {
    const before = this.#items.get(name);
    if (!before) return;
    this.#items.delete(name);
    this.#options.onChange(before.value, undefined);
  }

  #become(state: StreamState): void {
    const before = this.#state;
    this.#state = state;
    if (JSON.stringify(before) !== JSON.stringify(state)) this.#options.onState();
  }
}
