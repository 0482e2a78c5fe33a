/** Codes that comments of a file silence. */
export interface Suppressions {
  /** Whether a finding of this code that begins at this offset is silenced. */
  isSuppressed(code: string, offset: number): boolean;
}

/** What the comments of one document silence; offsets are those of its own text. */
export interface IgnoreComments {
  readonly everywhere: readonly string[];
  readonly ranges: readonly { readonly code: string; readonly start: number; readonly end: number }[];
}

const COMMENT = /#\s*ordinal:\s*ignore(-file)?\s+([\w-]+(?:\s*,\s*[\w-]+)*)/;
const NO_COMMENTS: IgnoreComments = { everywhere: [], ranges: [] };

/**
 * `# ordinal: ignore image-reference` counts for its own line and, when it stands alone, for the next line that is no
 * comment, so several may be stacked; `# ordinal: ignore-file image-reference` for the whole file. Several codes are
 * separated by commas.
 */
export function ignoreComments(text: string): IgnoreComments {
  if (!text.includes('ordinal:')) return NO_COMMENTS;
  const everywhere: string[] = [];
  const ranges: { readonly code: string; readonly start: number; readonly end: number }[] = [];
  const lines = text.split('\n');
  let start = 0;
  for (const [index, line] of lines.entries()) {
    const match = COMMENT.exec(line);
    const codes = (match?.[2] ?? '').split(',').map((code) => code.trim());
    if (match?.[1] !== undefined) everywhere.push(...codes);
    else if (match) ranges.push(...codes.map((code) => ({ code, start, end: start + reachOf(lines, index) })));
    start += line.length + 1;
  }
  return { everywhere, ranges };
}

/** Characters from the beginning of a comment's line to the end of the last line that it silences. */
function reachOf(lines: readonly string[], index: number): number {
  const lengthOf = (from: number, to: number): number => lines.slice(from, to + 1).join('\n').length;
  if (!isComment(lines[index] ?? '')) return lengthOf(index, index);
  const next = lines.findIndex((line, at) => at > index && !isComment(line));
  return lengthOf(index, next < 0 ? lines.length - 1 : next);
}

function isComment(line: string): boolean {
  return line.trimStart().startsWith('#');
}

/** The comments of all documents of a file, each at its offset. */
export function suppressionsOf(
  documents: readonly { readonly offset: number; readonly comments: IgnoreComments }[],
): Suppressions {
  const everywhere = new Set(documents.flatMap(({ comments }) => comments.everywhere));
  const ranges = documents.flatMap(({ offset, comments }) =>
    comments.ranges.map(({ code, start, end }) => ({ code, start: start + offset, end: end + offset })),
  );
  return {
    isSuppressed: (code, offset) =>
      everywhere.has(code) ||
      ranges.some((range) => range.code === code && range.start <= offset && offset <= range.end),
  };
}
