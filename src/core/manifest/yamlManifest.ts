import type { FieldPath } from '../fieldPath';
import { editableRange, removalOf } from './fieldEdits';
import type { Manifest, TextChange, TextRange } from './manifest';
import { findPath, pathAtOffset } from './yamlNodes';
import type { YamlMap, YamlNode } from './yamlTree';

/** Where a document stands in its file. */
export interface DocumentPlace {
  readonly text: string;
  readonly offset: number;
  readonly template: boolean;
  readonly kustomized: boolean;
}

/** A manifest over the tree of its document; moved to where the document stands in the file. */
export class YamlManifest implements Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly object: Readonly<Record<string, unknown>>;
  readonly template: boolean;
  readonly kustomized: boolean;
  readonly offset: number;
  readonly #root: YamlMap;
  readonly #text: string;

  constructor(root: YamlMap, { text, offset, template, kustomized }: DocumentPlace) {
    const object = root.value;
    this.#root = root;
    this.#text = text;
    this.offset = offset;
    this.template = template;
    this.kustomized = kustomized;
    this.object = object;
    this.apiVersion = textOf(object.apiVersion) ?? '';
    this.kind = textOf(object.kind) ?? '';
    const { name, namespace } = (object.metadata ?? {}) as Record<string, unknown>;
    this.name = textOf(name);
    this.namespace = textOf(namespace);
  }

  get range(): TextRange {
    return this.#move(this.#root);
  }

  get headRange(): TextRange {
    const { start } = this.range;
    return this.keyRangeOf(['kind']) ?? { start, end: start };
  }

  rangeOf(path: FieldPath): TextRange | undefined {
    const { value } = findPath(this.#root, path);
    return value && this.#move(value);
  }

  keyRangeOf(path: FieldPath): TextRange | undefined {
    const { key } = findPath(this.#root, path);
    return key && this.#move(key);
  }

  editableRangeOf(path: FieldPath): TextRange | undefined {
    const range = editableRange(findPath(this.#root, path), this.#text);
    return range && this.#move(range);
  }

  removalOf(path: FieldPath): TextChange | undefined {
    const removal = removalOf(findPath(this.#root, path), this.#text);
    return removal && { range: this.#move(removal.range), newText: removal.newText };
  }

  nodeAt(path: FieldPath): { readonly node: YamlNode; readonly shared: boolean } | undefined {
    if (path.length === 0) return { node: this.#root, shared: false };
    const { exact, member, shared } = findPath(this.#root, path);
    return exact && member ? { node: 'key' in member ? member.value : member, shared } : undefined;
  }

  markRange(path: FieldPath): TextRange {
    const { exact, key, value, scalar, nearest } = findPath(this.#root, path);
    const filled = value && value.end > value.start ? value : undefined;
    const mark = exact && scalar ? (filled ?? key) : exact ? (key ?? this.#firstLine(filled)) : undefined;
    const range = mark ?? this.#firstLine(nearest);
    return range ? this.#move(range) : this.headRange;
  }

  pathAt(offset: number): FieldPath | undefined {
    const { start, end } = this.range;
    return offset < start || offset > end ? undefined : pathAtOffset(this.#root, offset - this.offset);
  }

  /** A list item has no key of its own: its first line stands for it. */
  #firstLine(range: TextRange | undefined): TextRange | undefined {
    if (!range) return undefined;
    const { start, end } = range;
    const line = this.#text.slice(start, end).search(/\r?\n/);
    return line < 0 ? range : { start, end: start + line };
  }

  #move({ start, end }: TextRange): TextRange {
    return { start: start + this.offset, end: end + this.offset };
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
