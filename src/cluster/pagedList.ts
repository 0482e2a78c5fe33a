import { damagedAnswer } from './apiErrors';
import { Breather } from './breather';
import { reasonOf } from './clock';
import { type Json, record, records, text } from './json';
import type { Transport } from './transport';

export interface PagedList {
  readonly transport: Transport;
  readonly path: string;
  readonly selector: Readonly<Record<string, string>> | undefined;
  /** For messages: `list statefulsets in db`. */
  readonly action: string;
  readonly signal: AbortSignal;
  onObject(object: Json): void;
}

const FIRST_PAGE = 100;
const LARGEST_PAGE = 500;
const SMALLEST_PAGE = 20;
/** A page is parsed in one go: of this size that takes about 10 ms. */
const PAGE_BYTES = 1_500_000;
const SILENCE_MS = 30_000;

/**
 * All objects of a collection, page by page. Returns the resourceVersion that a watch can start from. Throws ApiError 410
 * when the server no longer has the state that the first page was read from.
 */
export async function listInPages(list: PagedList): Promise<string> {
  const { transport, path, action, signal } = list;
  const breather = new Breather();
  let limit = FIRST_PAGE;
  let next: string | undefined;
  for (;;) {
    const query = { limit: String(limit), ...list.selector, ...(next === undefined ? {} : { continue: next }) };
    const { body, bytes } = await transport.request({ path, query, action, signal, silence: SILENCE_MS });
    const { items, metadata } = record(body);
    const { resourceVersion } = record(metadata);
    // A login page must not pass for an empty cluster.
    if (typeof resourceVersion !== 'string') throw damagedAnswer(transport.server);
    const objects = records(items);
    for (const object of objects) {
      if (breather.due) await breather.breathe();
      if (signal.aborted) throw reasonOf(signal);
      list.onObject(object);
    }
    next = text(record(metadata).continue) || undefined;
    if (next === undefined) return resourceVersion;
    limit = nextLimit(objects.length, bytes);
    await breather.breathe();
  }
}

function nextLimit(objects: number, bytes: number): number {
  const fitting = Math.floor((PAGE_BYTES * objects) / Math.max(bytes, 1));
  return Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, fitting));
}
