import { isMap, isSeq, parseDocument, type Node, type YAMLError } from 'yaml';
import { kubectlTags } from './kubectlSchema';
import type { ManifestFile, SyntaxProblem } from './manifest';
import { isTemplate, maskTemplate } from './maskTemplate';
import { splitDocuments } from './splitDocuments';
import { YamlManifest, type ParsedObject } from './yamlManifest';
import { pairOf } from './yamlNodes';

interface ParsedDocument {
  readonly objects: readonly ParsedObject[];
  /** Ranges in the document's own text. */
  readonly problems: readonly SyntaxProblem[];
  readonly text: string;
  readonly template: boolean;
}

/** Documents by their text: after an edit only the document that changed is parsed. Holds those of the last reading. */
export class DocumentCache {
  #last = new Map<string, ParsedDocument>();
  #next = new Map<string, ParsedDocument>();

  parse(text: string): ParsedDocument {
    const known = this.#next.get(text) ?? this.#last.get(text) ?? parseChunk(text);
    this.#next.set(text, known);
    return known;
  }

  endReading(): void {
    this.#last = this.#next;
    this.#next = new Map();
  }
}

export interface ParseOptions {
  readonly cache?: DocumentCache;
  /** In characters; a larger file is not read, since its tree would take hundreds of megabytes. */
  readonly limit?: number;
}

const LIMIT = 2_000_000;

/** Reads every Kubernetes object of a YAML file. Never throws: what is wrong with the text is data. */
export function parseManifests(
  text: string,
  { cache = new DocumentCache(), limit = LIMIT }: ParseOptions = {},
): ManifestFile {
  if (text.length > limit) {
    const size = (text.length / 1_000_000).toFixed(1);
    const most = (limit / 1_000_000).toFixed(1);
    return { manifests: [], problems: [], notRead: `Ordinal reads files up to ${most} MB; this one has ${size} MB.` };
  }
  const manifests: YamlManifest[] = [];
  const problems: SyntaxProblem[] = [];
  for (const chunk of splitDocuments(text)) {
    if (!mayBeManifest(chunk.text)) continue;
    const { offset } = chunk;
    const parsed = cache.parse(chunk.text);
    problems.push(...chunk.problems, ...parsed.problems.map((problem) => moved(problem, offset)));
    const place = { text: parsed.text, offset, template: parsed.template };
    manifests.push(...parsed.objects.map((object) => new YamlManifest(object, place)));
  }
  cache.endReading();
  return { manifests, problems, notRead: undefined };
}

/** Values files, workflows and the like are none of our business, their mistakes included: they have no `kind` of their own. */
function mayBeManifest(text: string): boolean {
  return /^\uFEFF?["']?kind["']?\s*:/m.test(text) || /^\s*\{/.test(text);
}

function moved({ message, range, severity }: SyntaxProblem, offset: number): SyntaxProblem {
  return { message, range: { start: range.start + offset, end: range.end + offset }, severity };
}

function parseChunk(original: string): ParsedDocument {
  const template = isTemplate(original);
  const text = template ? maskTemplate(original) : original;
  try {
    return { ...readDocument(text, template), text, template };
  } catch (error) {
    // The parser is not known to throw; if it does, the file's other documents must not suffer.
    const message = `This document could not be read: ${error instanceof Error ? error.message : String(error)}`;
    return { objects: [], problems: [{ message, range: { start: 0, end: 1 }, severity: 'error' }], text, template };
  }
}

function readDocument(text: string, template: boolean): Pick<ParsedDocument, 'objects' | 'problems'> {
  const document = parseDocument(text, {
    prettyErrors: false,
    merge: true,
    customTags: kubectlTags,
    logLevel: 'silent',
  });
  const problems = template ? [] : document.errors.map((error) => problemOf(error, text));
  const root = document.contents as Node | null;
  const js = toPlain(() => document.toJS({ maxAliasCount: 10_000 }) as unknown);
  if (js instanceof Error) {
    if (!template) problems.push({ message: js.message, range: { start: 0, end: 1 }, severity: 'error' });
    return { objects: [], problems };
  }
  return { objects: root ? objectsOf(root, js) : [], problems };
}

/** An alias without an anchor, or too many of them, is found only when values are made. */
function toPlain(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function objectsOf(root: Node, value: unknown): ParsedObject[] {
  if (!isMap(root) || !isObject(value) || typeof value.kind !== 'string') return [];
  if (!value.kind.endsWith('List') || !Array.isArray(value.items)) return [{ root, object: value }];
  const items = pairOf(root, 'items')?.value;
  if (!isSeq(items)) return [];
  const values: readonly unknown[] = value.items;
  return items.items.flatMap((item, index) => objectsOf(item as Node, values[index]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemOf({ code, message, pos }: YAMLError, text: string): SyntaxProblem {
  const [start, end] = pos;
  if (code === 'DUPLICATE_KEY') {
    const key = /^[^\s:]+/.exec(text.slice(start))?.[0] ?? '';
    const range = { start, end: start + Math.max(1, key.length) };
    return { message: `${key} stands twice here: kubectl keeps only this one, the last`, range, severity: 'warning' };
  }
  return { message, range: { start, end: Math.max(end, start + 1) }, severity: 'error' };
}
