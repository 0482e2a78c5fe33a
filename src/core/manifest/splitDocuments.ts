import type { SyntaxProblem } from './manifest';

/** One document of a YAML stream, as kubectl cuts it: between lines that begin with `---`. */
export interface DocumentChunk {
  readonly text: string;
  /** Offset of the text in the file. */
  readonly offset: number;
  readonly problems: readonly SyntaxProblem[];
}

/**
 * Split first, parse each: a `---` in the first column ends a document even inside a block scalar
 * (apimachinery/pkg/util/yaml/decoder.go), and one broken document leaves the others whole.
 */
export function splitDocuments(text: string): readonly DocumentChunk[] {
  const chunks: DocumentChunk[] = [];
  const marker = /^---(?=\s|$)([^\r\n]*)\r?\n?/gm;
  let start = 0;
  let problems: SyntaxProblem[] = [];
  for (const match of text.matchAll(marker)) {
    chunks.push({ text: text.slice(start, match.index), offset: start, problems });
    problems = problemsOfMarker(match[1] ?? '', match.index + 3);
    start = match.index + match[0].length;
  }
  chunks.push({ text: text.slice(start), offset: start, problems });
  return chunks.filter((chunk) => chunk.text.trim() !== '' || chunk.problems.length > 0);
}

function problemsOfMarker(rest: string, offset: number): SyntaxProblem[] {
  const content = rest.trim();
  if (content === '' || content.startsWith('#')) return [];
  const start = offset + rest.indexOf(content);
  const range = { start, end: start + content.length };
  return [{ message: 'kubectl refuses text on the line of the document separator ---', range, severity: 'error' }];
}
