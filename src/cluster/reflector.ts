import type { Disposable } from '../util/disposable';
import { errorMessage, isExpected } from '../util/errors';
import { ApiError, ConnectionError, isLoginProblem } from './apiErrors';
import type { Clock } from './clock';
import type { StreamState } from './connectionState';
import type { Json } from './json';
import { ObjectCopy, type ObjectCopyOptions } from './objectCopy';
import { listInPages } from './pagedList';
import { Patience, isAbsence } from './patience';
import { type Pause, untilOver } from './pause';
import type { Transport } from './transport';
import { NoInitialEvents, SilentWatch, type WatchEvent, watchOnce } from './watchSession';
import { t } from '../util/l10n';

export interface ReflectorOptions<T> extends ObjectCopyOptions<T> {
  readonly transport: Transport;
  /** `/apis/apps/v1/namespaces/db/statefulsets`. */
  readonly path: string;
  /** `statefulsets.apps`. */
  readonly resource: string;
  /** `labelSelector` of the objects that are wanted. */
  readonly selector?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Resources of this cluster that cannot send their objects first in a watch; shared by its reflectors. */
  readonly listOnly: Set<string>;
  onState(): void;
}

const AT_ONCE: Pause = { milliseconds: 0 };
const SHORT_MS = 1000;
/** How often a refusal is taken for a passing one, after the server has once let us in. */
const PATIENCE: Readonly<Record<number, number>> = { 401: 1, 403: 5 };

/**
 * Keeps a copy of the objects of one resource, as client-go's reflector does: all objects, then a watch from there, resumed
 * where it ended, started anew when the server no longer knows that place.
 */
export class Reflector<T> implements Disposable {
  readonly #options: ReflectorOptions<T>;
  readonly #copy: ObjectCopy<T>;
  readonly #patience: Patience;
  readonly #action: string;
  #life: AbortController | undefined;
  #session: AbortController | undefined;
  #state: StreamState = { kind: 'connecting' };
  /** Whether the next beginning is a list in pages, though it is not known yet that the server needs that. */
  #tryList = false;
  /** How many watches on end brought not even a bookmark. */
  #silences = 0;
  /** Where the watch goes on; `undefined`: from the beginning. */
  #resourceVersion: string | undefined;
  #synced = false;
  #denials = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#copy = new ObjectCopy(options);
    this.#patience = new Patience(options.clock);
    this.#action = t`list ${options.resource} in ${options.namespace ?? t`all namespaces`}`;
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Whether all objects have come at least once. */
  get synced(): boolean {
    return this.#synced;
  }

  get size(): number {
    return this.#copy.size;
  }

  values(): Iterable<T> {
    return this.#copy.values();
  }

  entries(): Iterable<readonly [name: string, value: T]> {
    return this.#copy.entries();
  }

  get(name: string): T | undefined {
    return this.#copy.get(name);
  }

  /** Forgets an object that is not worth its place; it comes back when it changes. */
  drop(name: string): void {
    this.#copy.drop(name);
  }

  start(): void {
    if (this.#life) return;
    const life = new AbortController();
    this.#life = life;
    void this.#run(life.signal);
  }

  /** Gives up the connection, which may have died unseen, and goes on where it was. */
  reconnect(): void {
    this.#options.transport.closeIdle();
    this.#session?.abort();
  }

  /** Ends the connection and keeps what is known; `start` goes on from there, also after a failure. */
  pause(): void {
    this.#life?.abort();
    this.#life = undefined;
    this.#become({ kind: 'connecting' });
  }

  /** Everything anew, also after a failure. What is known stays until it is replaced. */
  restart(): void {
    this.#options.transport.forgiveLogin();
    this.pause();
    this.#resourceVersion = undefined;
    this.#patience.reset();
    this.start();
  }

  dispose(): void {
    this.#life?.abort();
    this.#life = new AbortController();
    this.#copy.clear();
  }

  async #run(life: AbortSignal): Promise<void> {
    const { clock, transport } = this.#options;
    while (!life.aborted) {
      const session = new AbortController();
      this.#session = session;
      const end = (): void => {
        session.abort();
      };
      life.addEventListener('abort', end);
      const pause = await this.#once(session.signal, life);
      if (pause) await untilOver(pause, { clock, transport, signal: session.signal });
      life.removeEventListener('abort', end);
      if (pause === undefined) return;
    }
  }

  /** One list or watch. What to wait for before the next; `undefined`: never again. */
  async #once(session: AbortSignal, life: AbortSignal): Promise<Pause | undefined> {
    const { clock, transport } = this.#options;
    let turn: Disposable | undefined;
    try {
      if (this.#resourceVersion === undefined) {
        turn = await transport.lists.take(session);
        this.#copy.begin();
        if (this.#mustList) await this.#list(session);
      }
      if (this.#resourceVersion !== undefined) turn?.dispose();
      const started = clock.now();
      await this.#watch(session, turn);
      // A server that ends each watch at once must not be asked in a tight loop.
      return clock.now() - started < SHORT_MS ? { milliseconds: this.#patience.afterShort() } : AT_ONCE;
    } catch (error) {
      if (life.aborted) return undefined;
      return session.aborted ? AT_ONCE : this.#pauseAfter(error);
    } finally {
      turn?.dispose();
    }
  }

  get #mustList(): boolean {
    return this.#tryList || this.#options.listOnly.has(this.#options.resource);
  }

  #pauseAfter(error: unknown): Pause | undefined {
    const initial = this.#resourceVersion === undefined;
    if (error instanceof NoInitialEvents) {
      // It may also be a server that hangs. That it can list will show that it only does not know the question.
      this.#tryList = true;
      return AT_ONCE;
    }
    if (error instanceof SilentWatch && ++this.#silences > 1) {
      // A server whose data were restored from a backup is silent until it has caught up with the place we ask for.
      this.#resourceVersion = undefined;
    }
    if (error instanceof ApiError) {
      if (initial && (error.status === 400 || error.status === 422) && !this.#mustList) {
        this.#options.listOnly.add(this.#options.resource);
        return AT_ONCE;
      }
      if (error.status === 410) {
        this.#resourceVersion = undefined;
        // Of a list: it took so long that the server has forgotten its beginning.
        return initial ? { milliseconds: this.#patience.after(error, this.#options.clock.now()) } : AT_ONCE;
      }
    }
    if (!this.#mayPass(error)) return this.#stop(error);
    const since = this.#state.kind === 'reconnecting' ? this.#state.since : this.#options.clock.now();
    // Who was turned away is still out, however the next try fails.
    if (!this.#isStopped) this.#become({ kind: 'reconnecting', since, reason: errorMessage(error) });
    const milliseconds = this.#patience.after(error, since);
    return isAbsence(error) ? { milliseconds, until: 'answer' } : { milliseconds };
  }

  get #isStopped(): boolean {
    return this.#state.kind === 'forbidden' || this.#state.kind === 'failed';
  }

  #mayPass(error: unknown): boolean {
    // On the way to a server that we know, a certificate that is not its own is another's: of a hotel, of a lost VPN.
    if (error instanceof ConnectionError) return error.trouble !== 'tls' || this.#synced;
    if (!(error instanceof ApiError)) return false;
    if (error.status === 429 || error.status >= 500) return true;
    // A server that has just started may not have read its roles yet, and refuses whom it let in before.
    return this.#synced && this.#denials++ < (PATIENCE[error.status] ?? 0);
  }

  /** Tells it, and asks again once in a while, where that does not bother a person. `undefined`: it does, or is of no use. */
  #stop(error: unknown): Pause | undefined {
    if (error instanceof ApiError && error.status === 403) {
      const right = error.right ?? t`list ${this.#options.resource}`;
      this.#become({ kind: 'forbidden', right, message: error.message });
      return { milliseconds: this.#patience.afterRefusal(), until: 'admission' };
    }
    const signIn = isLoginProblem(error);
    this.#become({ kind: 'failed', signIn, message: errorMessage(error) });
    if (signIn && !this.#options.transport.signsInByLogin) {
      return { milliseconds: this.#patience.afterRefusal(), until: 'admission' };
    }
    // A mistake of ours has to be seen with its stack.
    if (!isExpected(error)) {
      queueMicrotask(() => {
        throw error;
      });
    }
    return undefined;
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { transport, path, selector, listOnly, resource } = this.#options;
    const onObject = (object: Json): void => {
      this.#copy.put(object);
    };
    const version = await listInPages({ transport, path, selector, action: this.#action, signal, onObject });
    if (this.#tryList) listOnly.add(resource);
    this.#tryList = false;
    this.#complete(version);
  }

  /** `turn`: to be given back when all objects have come. */
  async #watch(signal: AbortSignal, turn: Disposable | undefined): Promise<void> {
    const { transport, path, selector, clock } = this.#options;
    const resourceVersion = this.#resourceVersion;
    await watchOnce({
      transport,
      path,
      selector,
      clock,
      signal,
      resourceVersion,
      action: this.#action,
      onOpen: () => {
        if (resourceVersion !== undefined) this.#goLive();
      },
      onEvent: (event) => {
        this.#silences = 0;
        this.#take(event);
        if (this.#resourceVersion !== undefined) turn?.dispose();
      },
    });
  }

  #take(event: WatchEvent): void {
    if (event.kind === 'changed') this.#copy.put(event.object);
    else if (event.kind === 'deleted') this.#copy.remove(event.object);
    else if (event.initialEventsEnd) this.#complete(event.resourceVersion);
    // Before all objects have come there is no place to resume from.
    if (this.#resourceVersion !== undefined) this.#resourceVersion = event.resourceVersion;
  }

  #complete(resourceVersion: string): void {
    this.#copy.complete();
    this.#resourceVersion = resourceVersion;
    this.#synced = true;
    this.#goLive();
  }

  #goLive(): void {
    this.#patience.healthy();
    this.#denials = 0;
    const wasOut = this.#isStopped;
    this.#become({ kind: 'live' });
    if (wasOut) this.#options.transport.admitted();
  }

  #become(state: StreamState): void {
    const before = this.#state;
    this.#state = state;
    if (JSON.stringify(before) !== JSON.stringify(state)) this.#options.onState();
  }
}
