import { endOfText } from './blanks';
import { CODE, NOT_PLAIN, type PlainCursor } from './plainCursor';
import { joined } from './quotedScalar';
import type { YamlScalar } from './yamlTree';

/** A text after `|` or `>`; its lines are indented deeper than `parent`. The cursor ends at the token that follows. */
export function readBlockScalar(cursor: PlainCursor, parent: number): YamlScalar {
  const start = cursor.pos;
  const isFolded = cursor.code() === CODE.greater;
  const header = /[|>]([-+]?)(?: *| +#[^\r\n]*)(?:\r?\n)/y;
  header.lastIndex = start;
  const match = header.exec(cursor.text);
  if (!match) throw NOT_PLAIN;
  const { lines, end, next } = contentOf(cursor.text, start + match[0].length, parent);
  if (isFolded && lines.some((line) => line.startsWith(' ') || line.startsWith('\t'))) throw NOT_PLAIN;
  cursor.pos = cursor.lineStart = next;
  cursor.toToken();
  const last = lines.findLastIndex((line) => line !== '');
  const content = lines.slice(0, last + 1);
  const body = isFolded ? foldedBlock(content) : content.join('\n');
  const tail = last < 0 ? '' : '\n';
  const kept = '\n'.repeat(lines.length - last - 1);
  const value = match[1] === '-' ? body : match[1] === '+' ? body + tail + kept : body + tail;
  const first = endOfText(cursor.text, start, start + match[0].length);
  return { kind: 'scalar', start, end: Math.max(end, first), value };
}

/** Empty lines at the beginning are line breaks, each of them. */
function foldedBlock(lines: readonly string[]): string {
  const first = Math.max(
    0,
    lines.findIndex((line) => line !== ''),
  );
  return '\n'.repeat(first) + joined(lines.slice(first));
}

interface Content {
  /** Without indentation and line breaks. */
  readonly lines: readonly string[];
  /** After the last character of the last line that is not blank; 0 when all are. */
  readonly end: number;
  /** Where the line begins that is no part of it. */
  readonly next: number;
}

function contentOf(text: string, from: number, parent: number): Content {
  const lines: string[] = [];
  let end = 0;
  let at = from;
  let indent = -1;
  let blanks = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    // A last line without its break: whether the text ends in one is for the full reader.
    if (newline < 0) throw NOT_PLAIN;
    const stop = text.charCodeAt(newline - 1) === CODE.carriage && newline > at ? newline - 1 : newline;
    let first = at;
    while (first < stop && text.charCodeAt(first) === CODE.space) first++;
    const column = first - at;
    if (first === stop) {
      if (indent < 0) blanks = Math.max(blanks, column);
      lines.push(indent >= 0 && column > indent ? text.slice(at + indent, stop) : '');
    } else {
      if (indent < 0) {
        if (column <= parent) break;
        if (text.charCodeAt(first) === CODE.tab || blanks > column) throw NOT_PLAIN;
        indent = column;
      }
      if (column < indent) break;
      const line = text.slice(at + indent, stop);
      if (line.includes('\r')) throw NOT_PLAIN;
      lines.push(line);
      end = endOfText(text, at, stop);
    }
    at = newline + 1;
  }
  return { lines, end, next: at };
}
