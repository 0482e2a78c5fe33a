import type { Node } from 'yaml';
import type { FieldPath } from '../fieldPath';
import type { Manifest, TextRange } from './manifest';
import { findPath, pathAtOffset, rangeOfNode } from './yamlNodes';

export interface ParsedObject {
  readonly root: Node;
  readonly object: Readonly<Record<string, unknown>>;
}

/** A manifest over the tree of its document; moved to where the document stands in the file. */
export class YamlManifest implements Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly object: Readonly<Record<string, unknown>>;
  readonly range: TextRange;
  readonly headRange: TextRange;
  readonly template: boolean;
  readonly #root: Node;
  readonly #text: string;
  readonly #offset: number;

  constructor({ root, object }: ParsedObject, place: { text: string; offset: number; template: boolean }) {
    this.#root = root;
    this.#text = place.text;
    this.#offset = place.offset;
    this.template = place.template;
    this.object = object;
    this.apiVersion = textOf(object.apiVersion) ?? '';
    this.kind = textOf(object.kind) ?? '';
    const { name, namespace } = (object.metadata ?? {}) as Record<string, unknown>;
    this.name = textOf(name);
    this.namespace = textOf(namespace);
    this.range = this.#move(rangeOfNode(root, place.text)) ?? { start: place.offset, end: place.offset };
    this.headRange = this.keyRangeOf(['kind']) ?? { start: this.range.start, end: this.range.start };
  }

  rangeOf(path: FieldPath): TextRange | undefined {
    return this.#move(findPath(this.#root, path, this.#text).value);
  }

  keyRangeOf(path: FieldPath): TextRange | undefined {
    return this.#move(findPath(this.#root, path, this.#text).key);
  }

  markRange(path: FieldPath): TextRange {
    const { exact, key, value, scalar, nearest } = findPath(this.#root, path, this.#text);
    const filled = value && value.end > value.start ? value : undefined;
    const mark = exact && scalar ? (filled ?? key) : exact ? (key ?? firstLine(filled, this.#text)) : undefined;
    return this.#move(mark ?? firstLine(nearest, this.#text)) ?? this.headRange;
  }

  pathAt(offset: number): FieldPath | undefined {
    const { start, end } = this.range;
    return offset < start || offset > end ? undefined : pathAtOffset(this.#root, offset - this.#offset, this.#text);
  }

  #move(range: TextRange | undefined): TextRange | undefined {
    return range && { start: range.start + this.#offset, end: range.end + this.#offset };
  }
}

/** A list item has no key of its own: its first line stands for it. */
function firstLine(range: TextRange | undefined, text: string): TextRange | undefined {
  if (!range) return undefined;
  const line = text.slice(range.start, range.end).search(/\r?\n/);
  return line < 0 ? range : { start: range.start, end: range.start + line };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
