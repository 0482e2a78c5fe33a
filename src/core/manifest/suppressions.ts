/** Codes that comments of a file silence. */
export interface Suppressions {
  /** Whether a finding of this code that begins at this offset is silenced. */
  isSuppressed(code: string, offset: number): boolean;
}

const COMMENT = /#\s*ordinal:\s*ignore(-file)?\s+([\w-]+(?:\s*,\s*[\w-]+)*)/;

/**
 * `# ordinal: ignore image-reference` counts for its own line and, when it stands alone, for the next one;
 * `# ordinal: ignore-file image-reference` for the whole file. Several codes are separated by commas.
 */
export function suppressedCodes(text: string): Suppressions {
  const everywhere = new Set<string>();
  const ranges: { readonly code: string; readonly start: number; readonly end: number }[] = [];
  let start = 0;
  const lines = text.includes('ordinal:') ? text.split('\n') : [];
  for (const [index, line] of lines.entries()) {
    const end = start + line.length;
    const match = COMMENT.exec(line);
    if (match) {
      const alone = line.trimStart().startsWith('#');
      const reach = alone ? end + 1 + (lines[index + 1] ?? '').length : end;
      for (const code of (match[2] ?? '').split(',').map((each) => each.trim())) {
        if (match[1] === undefined) ranges.push({ code, start, end: reach });
        else everywhere.add(code);
      }
    }
    start = end + 1;
  }
  return {
    isSuppressed: (code, offset) =>
      everywhere.has(code) ||
      ranges.some((range) => range.code === code && range.start <= offset && offset <= range.end),
  };
}
