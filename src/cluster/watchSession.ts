import type { Disposable } from '../util/disposable';
import { ConnectionError, damagedAnswer, watchError } from './apiErrors';
import { Breather } from './breather';
import { type Clock, reasonOf } from './clock';
import { type Json, record } from './json';
import { LineSplitter } from './lines';
import type { Transport } from './transport';
import { t } from '../util/l10n';

export interface WatchSession {
  readonly transport: Transport;
  readonly path: string;
  readonly selector: Readonly<Record<string, string>> | undefined;
  readonly action: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Where to go on; `undefined`: send all objects first, then a bookmark that says so. */
  readonly resourceVersion: string | undefined;
  /** The server has answered with 200. */
  onOpen(): void;
  onEvent(event: WatchEvent): void;
}

export type WatchEvent =
  | { readonly kind: 'changed'; readonly object: Json; readonly resourceVersion: string }
  | { readonly kind: 'deleted'; readonly object: Json; readonly resourceVersion: string }
  | { readonly kind: 'bookmark'; readonly initialEventsEnd: boolean; readonly resourceVersion: string };

/** The server was asked for all objects first and has not said that it sent them all: it does not know the question. */
export class NoInitialEvents extends Error {}

/** Not even a bookmark came. */
export class SilentWatch extends ConnectionError {}

/** Bookmarks come about every minute: nothing at all for this long is a connection that has died without a word. */
const SILENCE_MS = 150_000;
/** Without a word for this long, the bookmark after the initial events does not come. */
const INITIAL_SILENCE_MS = 10_000;
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** One watch request. Resolves when the server ends it in order; throws ApiError (410 included) or ConnectionError. */
export async function watchOnce(session: WatchSession): Promise<void> {
  const { transport, path, action, clock, signal, resourceVersion } = session;
  const query = { ...session.selector, ...queryOf(resourceVersion, clock) };
  const response = await transport.stream({ path, query, action, signal });
  if (!/\bjson\b/.test(response.headers['content-type'] ?? '')) {
    response.destroy();
    throw damagedAnswer(transport.server);
  }
  session.onOpen();
  let initial = resourceVersion === undefined;
  let silence: Disposable | undefined;
  const listen = (): void => {
    silence?.dispose();
    silence = clock.after(initial ? INITIAL_SILENCE_MS : SILENCE_MS, () => {
      response.destroy(initial ? new NoInitialEvents() : silent(transport));
    });
  };
  const abort = (): void => {
    response.destroy(reasonOf(signal));
  };
  signal.addEventListener('abort', abort, { once: true });
  const lines = new LineSplitter();
  const breather = new Breather();
  try {
    if (signal.aborted) abort();
    listen();
    for await (const chunk of response) {
      listen();
      for (const line of lines.push(chunk as Buffer)) {
        if (breather.due) await breather.breathe();
        // Whoever was told of an event may have ended this watch: what follows belongs to nobody.
        if (signal.aborted) throw reasonOf(signal);
        const event = eventOf(line, session);
        if (event.kind === 'bookmark' && event.initialEventsEnd) initial = false;
        session.onEvent(event);
      }
      listen();
    }
    if (lines.isWithinLine) throw lost(transport, t`it ended in the middle of an event`);
  } catch (error) {
    throw isBroken(error) ? lost(transport, t`the connection was cut`, error) : error;
  } finally {
    silence?.dispose();
    signal.removeEventListener('abort', abort);
    response.destroy();
  }
}

function queryOf(resourceVersion: string | undefined, clock: Clock): Readonly<Record<string, string>> {
  return {
    watch: 'true',
    allowWatchBookmarks: 'true',
    // At random, so that many windows do not come back at once.
    timeoutSeconds: String(300 + Math.floor(clock.random() * 300)),
    ...(resourceVersion === undefined
      ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
      : { resourceVersion }),
  };
}

function eventOf(line: string, { transport, action }: WatchSession): WatchEvent {
  const { type, object } = parsed(line);
  if (type === 'ERROR') throw watchError(object, action);
  const { name, resourceVersion, annotations } = record(record(object).metadata);
  if (typeof resourceVersion === 'string') {
    if (type === 'BOOKMARK') {
      const initialEventsEnd = record(annotations)[INITIAL_EVENTS_END] === 'true';
      return { kind: 'bookmark', initialEventsEnd, resourceVersion };
    }
    const kind = KINDS[String(type)];
    if (kind && typeof name === 'string') return { kind, object: record(object), resourceVersion };
  }
  throw lost(transport, t`it sent an event that is not one of Kubernetes`);
}

const KINDS: Readonly<Record<string, 'changed' | 'deleted'>> = {
  ADDED: 'changed',
  MODIFIED: 'changed',
  DELETED: 'deleted',
};

function parsed(line: string): Json {
  try {
    return record(JSON.parse(line));
  } catch {
    return record(undefined); // not an event; the parser's error would quote it
  }
}

function lost(transport: Transport, words: string, cause?: unknown): ConnectionError {
  return new ConnectionError(t`Lost the API server ${transport.server}: ${words}.`, { trouble: 'broken', cause });
}

function silent({ server }: Transport): SilentWatch {
  return new SilentWatch(t`Lost the API server ${server}: it has been silent for ${SILENCE_MS / 1000} s.`, {
    trouble: 'broken',
  });
}

function isBroken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.name !== 'AbortError';
}
