import { type Json, record, text } from './json';
import { nameIn } from './resources';

export interface ObjectCopyOptions<T> {
  /** `undefined`: the objects are of all namespaces. */
  readonly namespace: string | undefined;
  /** To the slim object that is kept. */
  project(object: Json): T;
  /** One object came (no `before`), changed or went (no `after`). */
  onChange(before: T | undefined, after: T | undefined): void;
}

interface Item<T> {
  readonly value: T;
  readonly resourceVersion: string;
}

/** The objects of one collection by name (`namespace/name` of all namespaces), as far as they have come. */
export class ObjectCopy<T> {
  readonly #options: ObjectCopyOptions<T>;
  readonly #items = new Map<string, Item<T>>();
  /** The names that came since all objects were asked for; `undefined`: all of them are known. */
  #seen: Set<string> | undefined;

  constructor(options: ObjectCopyOptions<T>) {
    this.#options = options;
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

  /** All objects come from now on. What is known stays until it is replaced, or missed at the end. */
  begin(): void {
    this.#seen = new Set();
  }

  /** All objects have come. */
  complete(): void {
    const seen = this.#seen;
    this.#seen = undefined;
    if (seen) for (const name of [...this.#items.keys()]) if (!seen.has(name)) this.#remove(name);
  }

  /** An object that is here already in this very version tells nothing. */
  put(object: Json): void {
    const metadata = record(object.metadata);
    const name = nameIn(this.#options.namespace, object);
    const resourceVersion = text(metadata.resourceVersion) ?? '';
    this.#seen?.add(name);
    const before = this.#items.get(name);
    if (before && before.resourceVersion === resourceVersion) return;
    const value = this.#options.project(object);
    this.#items.set(name, { value, resourceVersion });
    this.#options.onChange(before?.value, value);
  }

  remove(object: Json): void {
    const name = nameIn(this.#options.namespace, object);
    this.#seen?.delete(name);
    this.#remove(name);
  }

  /** Forgets an object, and tells nobody. */
  drop(name: string): void {
    this.#items.delete(name);
  }

  clear(): void {
    this.#items.clear();
  }

  #remove(name: string): void {
    const before = this.#items.get(name);
    if (!before) return;
    this.#items.delete(name);
    this.#options.onChange(before.value, undefined);
  }
}
