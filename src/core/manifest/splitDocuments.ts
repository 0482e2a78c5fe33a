/** One document of a YAML stream, as kubectl cuts it: between lines that begin with `---`. */
export interface DocumentChunk {
  readonly text: string;
  /** Offset of the text in the file. */
  readonly offset: number;
  /** The separator's line above, with its line break; empty for the first document. */
  readonly separator: string;
}

/**
 * Split first, parse each: a `---` in the first column ends a document even inside a block scalar
 * (apimachinery/pkg/util/yaml/decoder.go), and one broken document leaves the others whole.
 */
export function splitDocuments(text: string): readonly DocumentChunk[] {
  return splitPart(text, 0, text.length);
}

/** What an edit leaves of the documents of a file: those in front of it, those behind it, and what stands between. */
export interface SplitAgain<Chunk extends DocumentChunk> {
  readonly front: readonly Chunk[];
  readonly changed: readonly DocumentChunk[];
  /** As they were: their offsets grow by `shift`. */
  readonly back: readonly Chunk[];
  readonly shift: number;
}

/** Splits a text again, as little of it as possible: `chunks` are those of the text before, which had `length` characters. */
export function splitAgain<Chunk extends DocumentChunk>(
  text: string,
  { chunks, length }: { readonly chunks: readonly Chunk[]; readonly length: number },
): SplitAgain<Chunk> {
  const shift = text.length - length;
  // The last document has no separator below it that would end it.
  const changedFrom = chunks.slice(0, -1).findIndex((chunk) => !endsAsBefore(text, chunk));
  const front = chunks.slice(0, changedFrom < 0 ? chunks.length - 1 : changedFrom);
  const start = front.length > 0 ? endOf(front.at(-1)) : 0;
  let end = text.length;
  let first = chunks.length;
  for (let index = chunks.length - 1; index >= front.length; index--) {
    const chunk = chunks[index];
    const at = startOf(chunk) + shift;
    if (!chunk || at < start || !stands(text, chunk, shift) || !beginsLine(text, at, chunk)) break;
    first = index;
    end = at;
  }
  return { front, changed: splitPart(text, start, end), back: chunks.slice(first), shift };
}

function endsAsBefore(text: string, chunk: DocumentChunk): boolean {
  return stands(text, chunk, 0) && text.startsWith('---', endOf(chunk));
}

/** Slices are compared, not characters: a megabyte takes a fraction of a millisecond. */
function stands(text: string, { offset, separator, text: own }: DocumentChunk, shift: number): boolean {
  const at = offset + shift;
  return text.slice(at, at + own.length) === own && text.slice(at - separator.length, at) === separator;
}

function beginsLine(text: string, at: number, { separator }: DocumentChunk): boolean {
  return at === 0 || (separator !== '' && text[at - 1] === '\n');
}

function startOf(chunk: DocumentChunk | undefined): number {
  return chunk ? chunk.offset - chunk.separator.length : 0;
}

function endOf(chunk: DocumentChunk | undefined): number {
  return chunk ? chunk.offset + chunk.text.length : 0;
}

/** Splits the part of a text that begins where a line begins, and ends at the text's end or before a separator. */
function splitPart(text: string, start: number, end: number): DocumentChunk[] {
  const chunks: DocumentChunk[] = [];
  let at = start;
  while (at < end) {
    const separator = text.startsWith('---', at) ? lineAt(text, at) : '';
    const offset = at + separator.length;
    at = nextSeparator(text, offset, end);
    chunks.push({ text: copyOf(text, offset, at), offset, separator: copyOf(separator, 0, separator.length) });
  }
  return chunks;
}

/** Where the next line begins that begins with `---`; `end` when there is none. */
function nextSeparator(text: string, from: number, end: number): number {
  if (from >= end || text.startsWith('---', from)) return Math.min(from, end);
  const found = text.indexOf('\n---', from);
  return found < 0 || found >= end ? end : found + 1;
}

function lineAt(text: string, start: number): string {
  const newline = text.indexOf('\n', start);
  return text.slice(start, newline < 0 ? text.length : newline + 1);
}

/** A slice keeps the whole text it was cut from in memory, and with each edit there is another whole text. */
function copyOf(text: string, start: number, end: number): string {
  return start === end ? '' : [text.slice(start, start + 1), text.slice(start + 1, end)].join('');
}
