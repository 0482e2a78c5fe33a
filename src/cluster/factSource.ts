import type { Fact } from '../core/causes/facts';
import { ApiError } from './apiErrors';
import type { Clock } from './clock';
import { FactCache, type Lifetime } from './factCache';
import { type Json, record, records, text } from './json';
import { pathOf } from './resources';
import type { Transport } from './transport';
import { t } from '../util/l10n';

/** More of a kind than this are not read: their listing would weigh tens of megabytes. */
const MOST_ITEMS = 500;

/** Up to this many objects are got one by one: their list would carry the whole namespace, and asks for a larger right. */
const FEW = 1;

export interface Get {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly action: string;
  /** On the clock, when to give up. */
  readonly end: number;
}

export interface Listing<T> {
  readonly plural: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly end: number;
  /** For messages, ` in db`. */
  readonly where: string;
  readonly lifetime?: Lifetime;
  readonly read: (object: Json) => T;
}

export interface Named<T> {
  readonly api: string;
  readonly plural: string;
  /** `undefined` for objects that belong to no namespace. */
  readonly namespace: string | undefined;
  readonly end: number;
  /** Of a list of them. */
  readonly query?: Readonly<Record<string, string>>;
  readonly lifetime?: Lifetime;
  readonly read: (object: Json) => T;
}

/** One request per question and half a minute; each answer becomes a fact. */
export class FactSource {
  readonly cache: FactCache;
  readonly #transport: Transport;
  readonly #clock: Clock;

  constructor(transport: Transport, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
    this.cache = new FactCache(clock);
  }

  async get({ path, query, action, end }: Get): Promise<unknown> {
    const timeout = Math.max(1, end - this.#clock.now());
    const { body } = await this.#transport.request({ path, ...(query ? { query } : {}), action, timeout });
    return body;
  }

  async post(path: string, body: Json, end: number): Promise<unknown> {
    const timeout = Math.max(1, end - this.#clock.now());
    return (await this.#transport.request({ method: 'POST', path, body, action: t`ask for rights`, timeout })).body;
  }

  list<T>(listing: Listing<T>): Promise<Fact<readonly T[]>> {
    return this.cache.get(listing.path, () => this.#readList(listing), listing.lifetime);
  }

  async #readList<T>({ plural, path, query, end, where, read }: Listing<T>): Promise<readonly T[]> {
    const body = record(
      await this.get({
        path,
        query: { ...query, limit: String(MOST_ITEMS) },
        action: t`list ${plural}${where}`,
        end,
      }),
    );
    if (text(record(body.metadata).continue)) throw new Error(t`There are more than ${MOST_ITEMS} ${plural}.`);
    return records(body.items).map(read);
  }

  /** The objects of these names, `null` for one that does not exist. Few are got one by one, many in one list. */
  async named<T>(names: readonly string[], of: Named<T>): Promise<Fact<ReadonlyMap<string, T | null>>> {
    if (names.length <= FEW) return this.#each(names, of);
    const { namespace, end, plural, query, lifetime, read } = of;
    const all = await this.list({
      ...{ plural, end, path: pathOf({ ...of, namespace }), where: placeOf(namespace) },
      ...(query ? { query } : {}),
      ...(lifetime ? { lifetime } : {}),
      read: (object) => [text(record(object.metadata).name) ?? '', read(object)] as const,
    });
    if (all.state !== 'known') return this.#each(names, of);
    const found = new Map<string, T | null>(all.value);
    for (const name of names) if (!found.has(name)) found.set(name, null);
    return { state: 'known', value: found };
  }

  async #each<T>(
    names: readonly string[],
    { end, lifetime, read, ...of }: Named<T>,
  ): Promise<Fact<ReadonlyMap<string, T | null>>> {
    const facts = await Promise.all(
      names.map((name) => {
        const path = pathOf({ ...of, name });
        const action = t`get ${of.plural} ${of.namespace === undefined ? '' : `${of.namespace}/`}${name}`;
        return this.cache.get(
          path,
          () => orNull(this.get({ path, action, end }).then((body) => read(record(body)))),
          lifetime,
        );
      }),
    );
    const map = new Map<string, T | null>();
    for (const [index, fact] of facts.entries()) {
      if (fact.state !== 'known') return fact;
      map.set(names[index] ?? '', fact.value);
    }
    return { state: 'known', value: map };
  }
}

function placeOf(namespace: string | undefined): string {
  return namespace === undefined ? '' : t` in ${namespace}`;
}

export async function orNull<T>(value: Promise<T>): Promise<T | null> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
