import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { t } from '../../util/l10n';
import { endOfText } from './blanks';
import type { SyntaxProblem } from './manifest';
import { emptyAt } from './plainCursor';
import { resolvePlain } from './plainScalar';
import type { YamlAlias, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq } from './yamlTree';

export interface YamlDocument {
  readonly root: YamlNode | undefined;
  readonly problems: readonly SyntaxProblem[];
}

/** Values beyond this, aliases counted as what they stand for, are an attack or a mistake. */
const MOST_VALUES = 1_000_000;

/** Reads any text: what is wrong with it is in `problems`, and what can be read all the same is in the tree. */
export function readAnyYaml(text: string): YamlDocument {
  // All scalars as texts: what they are to kubectl, and its merge keys, no schema of the package says.
  const document = withoutStacks(() =>
    parseDocument(text, {
      ...{ prettyErrors: false, schema: 'failsafe', uniqueKeys: false, merge: false, logLevel: 'silent' },
    }),
  );
  const inText = (offset: number): number => Math.min(offset, text.length);
  const problems = document.errors.map(({ message, pos: [start, end] }) => {
    // What is missing at the end of the text is told of its last character.
    const first = Math.min(start, Math.max(0, text.length - 1));
    return problemAt(first, inText(Math.max(end, first + 1)), message);
  });
  const reader = new TreeReader(text, problems);
  const root = document.contents === null ? undefined : reader.node(document.contents, 0);
  return { root, problems };
}

/** The package makes an `Error` of every mistake in the text; where in the package nobody asks, and it takes a third of the time. */
function withoutStacks<Result>(run: () => Result): Result {
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = 0;
    return run();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function problemAt(start: number, end: number, message: string): SyntaxProblem {
  return { message, range: { start, end }, severity: 'error' };
}

interface Anchor {
  /** `undefined` while the node is being read: a use of it then contains itself. */
  node: Exclude<YamlNode, YamlAlias> | undefined;
  /** How many values it stands for. */
  size: number;
}

class TreeReader {
  readonly #text: string;
  readonly #problems: SyntaxProblem[];
  readonly #anchors = new Map<string, Anchor>();
  #size = 0;
  /** How many braces and brackets are open. */
  #flow = 0;

  constructor(text: string, problems: SyntaxProblem[]) {
    this.#text = text;
    this.#problems = problems;
  }

  node(node: ParsedNode | null, offset: number): YamlNode {
    this.#size++;
    if (node === null) return emptyAt(offset);
    if (isAlias(node)) return this.#alias(node.source, node.range);
    const before = this.#size;
    const anchor: Anchor = { node: undefined, size: 0 };
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, anchor);
    const read = isMap(node) ? this.#map(node) : isSeq(node) ? this.#seq(node) : this.#scalar(node);
    anchor.node = read;
    anchor.size = this.#size - before;
    return read;
  }

  #alias(name: string, range: readonly [number, number, number]): YamlAlias {
    const place = this.#place(range);
    const anchor = this.#anchors.get(name);
    this.#size += anchor?.size ?? 0;
    const tooMany = this.#size > MOST_VALUES;
    const target = tooMany ? undefined : anchor?.node;
    if (!target) {
      const message = tooMany
        ? t`The aliases of this document stand for too many values.`
        : anchor
          ? t`The anchor ${name} contains itself.`
          : t`There is no anchor ${name} above.`;
      this.#problems.push(problemAt(place.start, place.end, message));
    }
    return { kind: 'alias', ...place, target, value: target?.value ?? null };
  }

  #scalar(node: Scalar.Parsed): YamlScalar {
    const { source, type, tag, range } = node;
    // `!!int "3"` is a number, `!!str 3` a text, whatever the quotes.
    const isText = tag === undefined ? type !== 'PLAIN' : !/:(?:int|float|bool|null)$/.test(tag);
    const place = this.#place(range);
    // go-yaml, unlike others, takes no question mark here.
    if (type === 'PLAIN' && this.#flow > 0 && source.includes('?')) {
      this.#problems.push(problemAt(place.start, place.end, t`kubectl wants quotes around a text with ? in brackets.`));
    }
    return { kind: 'scalar', ...place, value: isText ? source : resolvePlain(source) };
  }

  #seq({ items, range, flow = false }: YAMLSeq.Parsed): YamlSeq {
    const { start, end } = this.#place(range);
    if (flow) this.#flow++;
    const read = items.map((item) => this.node(item, end));
    if (flow) this.#flow--;
    return {
      kind: 'seq',
      start,
      end: flow ? end : (read.at(-1)?.end ?? end),
      value: read.map(({ value }) => value),
      items: read,
      flow,
    };
  }

  #map({ items, range, flow = false }: YAMLMap.Parsed): YamlMap {
    const { start, end } = this.#place(range);
    if (flow) this.#flow++;
    const entries = items.flatMap((pair) => this.#entry(pair));
    if (flow) this.#flow--;
    this.#tellDuplicates(entries);
    return { kind: 'map', start, end: flow ? end : (entries.at(-1)?.value.end ?? end), ...this.#fields(entries), flow };
  }

  #entry({ key, value }: YAMLMap.Parsed['items'][number]): YamlEntry[] {
    const place = this.#place(key.range);
    if (!isScalar(key)) {
      this.#problems.push(problemAt(place.start, place.end, t`kubectl reads only texts as keys.`));
      return [];
    }
    // A key that is still being typed.
    if (key.value === '') return [];
    const name = this.#scalar(key);
    const read = this.node(value, place.end);
    const merge = name.value === '<<' && key.type === 'PLAIN';
    return [{ key: name, name: String(name.value), value: read, merge }];
  }

  /** In the order of the text, as go-yaml does: a merge overwrites what stands above it. */
  #fields(entries: readonly YamlEntry[]): Pick<YamlMap, 'entries' | 'value'> {
    const value: Record<string, unknown> = {};
    for (const { name, value: node, merge } of entries) {
      if (!merge) setField(value, name, node.value);
      else
        for (const source of this.#sources(node))
          for (const [key, item] of Object.entries(source)) setField(value, key, item);
    }
    return { entries, value };
  }

  /** What a merge key brings; of a list the last comes first, so that the first wins. */
  #sources(node: YamlNode): readonly Readonly<Record<string, unknown>>[] {
    const target = node.kind === 'alias' ? node.target : node;
    if (target?.kind === 'map') return [target.value];
    if (target?.kind === 'seq') return target.items.toReversed().flatMap((item) => this.#sources(item));
    if (target) this.#problems.push(problemAt(node.start, node.end, t`A merge key takes a map or a list of maps.`));
    return [];
  }

  #tellDuplicates(entries: readonly YamlEntry[]): void {
    const counts = new Map<string, number>();
    for (const { name, merge } of entries) if (!merge) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const [name, count] of counts) {
      if (count < 2) continue;
      const last = entries.findLast((entry) => entry.name === name);
      if (!last) continue;
      const { start, end } = last.key;
      const message =
        count === 2
          ? t`${name} stands twice here: kubectl keeps only this one, the last`
          : t`${name} stands ${count} times here: kubectl keeps only this one, the last`;
      this.#problems.push({ message, range: { start, end }, severity: 'warning' });
    }
  }

  #place([start = 0, end = 0]: readonly number[]): { readonly start: number; readonly end: number } {
    return { start, end: endOfText(this.#text, start, end) };
  }
}

function setField(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
