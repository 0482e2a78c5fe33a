import { t } from '../../util/l10n';
import type { ManifestFile, SyntaxProblem } from './manifest';
import { readDocument, type ParsedDocument } from './readDocument';
import { splitAgain, type DocumentChunk } from './splitDocuments';
import { suppressionsOf } from './suppressions';
import type { YamlManifest } from './yamlManifest';

/** A document with what was read in it, which is kept until its text changes. */
interface CachedDocument extends DocumentChunk {
  /** `undefined` while it was not read yet. */
  readonly parsed: ParsedDocument | undefined;
  readonly manifests: readonly YamlManifest[];
}

/** One file as it was read last: after an edit only the documents that changed are split and read again. */
export class DocumentCache {
  #length = 0;
  #documents: readonly CachedDocument[] = [];
  #kustomized = false;

  /** Whether every document is read. */
  get complete(): boolean {
    return this.#documents.every(({ parsed }) => parsed);
  }

  /** Whether Kustomize takes this file. */
  set kustomized(kustomized: boolean) {
    if (kustomized === this.#kustomized) return;
    this.#kustomized = kustomized;
    this.#documents = this.#documents.map((document) => this.#placed(document, document.parsed));
  }

  /** The text is another one. Nothing is read yet of what changed. */
  update(text: string): void {
    const { front, changed, back, shift } = splitAgain(text, { chunks: this.#documents, length: this.#length });
    const known = new Map<string, ParsedDocument | undefined>();
    for (const document of this.#documents.slice(front.length, this.#documents.length - back.length)) {
      known.set(document.text, document.parsed);
    }
    this.#length = text.length;
    this.#documents = [
      ...front,
      ...changed.map((chunk) => this.#placed(chunk, known.get(chunk.text))),
      ...(shift === 0 ? back : back.map((each) => this.#placed({ ...each, offset: each.offset + shift }, each.parsed))),
    ];
  }

  /** Reads documents that were not read yet, at least one and about as many characters as this, those nearest to an offset first. */
  readMore(characters: number, near = 0): void {
    const missing = this.#documents.filter(({ parsed }) => !parsed);
    const distance = ({ offset, text }: DocumentChunk): number =>
      Math.max(offset - near, near - offset - text.length, 0);
    if (near > 0) missing.sort((a, b) => distance(a) - distance(b));
    const read = new Map<CachedDocument, CachedDocument>();
    let rest = characters;
    for (const document of missing) {
      if (rest <= 0) break;
      rest -= document.text.length;
      read.set(document, this.#placed(document, readDocument(document.text)));
    }
    if (read.size > 0) this.#documents = this.#documents.map((document) => read.get(document) ?? document);
  }

  #placed({ text, offset, separator }: DocumentChunk, parsed: ParsedDocument | undefined): CachedDocument {
    return { text, offset, separator, parsed, manifests: parsed?.manifests(offset, this.#kustomized) ?? [] };
  }

  /** What the documents say that are read so far. */
  file(): ManifestFile {
    const documents = this.#documents;
    return {
      manifests: documents.flatMap(({ manifests }) => manifests),
      problems: documents.flatMap((document) => problemsOf(document)),
      suppressions: suppressionsOf(
        documents.flatMap(({ offset, parsed }) => (parsed ? [{ offset, comments: parsed.comments }] : [])),
      ),
      notRead: undefined,
    };
  }
}

function problemsOf({ parsed, offset, separator, text }: CachedDocument): SyntaxProblem[] {
  const refused = text.trim() === '' ? undefined : refusedText(separator, offset - separator.length);
  const problems = parsed?.problems ?? [];
  if (!refused && problems.length === 0) return [];
  const moved = problems.map(({ message, range, severity }) => ({
    ...{ message, severity },
    range: { start: range.start + offset, end: range.end + offset },
  }));
  return refused ? [refused, ...moved] : moved;
}

function refusedText(separator: string, offset: number): SyntaxProblem | undefined {
  if (separator.length <= '---\r\n'.length) return undefined;
  const content = separator.slice(3).trim();
  if (content === '' || content.startsWith('#')) return undefined;
  const start = offset + separator.indexOf(content, 3);
  const message = t`kubectl refuses text on the line of the document separator ---`;
  return { message, range: { start, end: start + content.length }, severity: 'error' };
}

export interface ParseOptions {
  readonly cache?: DocumentCache;
  readonly kustomized?: boolean;
  /** In characters; a larger file is not read. */
  readonly limit?: number;
}

/** Ten million characters take about 140 MB of trees. */
export const LIMIT = 12_000_000;

/** Reads every Kubernetes object of a YAML file. Never throws: what is wrong with the text is data. */
export function parseManifests(
  text: string,
  { cache = new DocumentCache(), limit = LIMIT, kustomized = false }: ParseOptions = {},
): ManifestFile {
  if (text.length > limit) return tooLarge(text.length, limit);
  cache.kustomized = kustomized;
  cache.update(text);
  cache.readMore(Infinity);
  return cache.file();
}

export function tooLarge(length: number, limit: number): ManifestFile {
  const size = (length / 1_000_000).toFixed(1);
  const most = (limit / 1_000_000).toFixed(1);
  const notRead = t`Ordinal reads files up to ${most} MB; this one has ${size} MB.`;
  return { manifests: [], problems: [], suppressions: suppressionsOf([]), notRead };
}
