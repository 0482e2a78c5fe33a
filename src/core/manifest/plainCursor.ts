import { resolvePlain } from './plainScalar';
import { unquote } from './quotedScalar';
import type { YamlScalar } from './yamlTree';

/** Thrown and caught within `readPlainYaml`: the text has something that only the full reader understands. */
export const NOT_PLAIN = new Error('not plain YAML');

export const CODE = {
  ...{ tab: 9, newline: 10, carriage: 13, space: 32, doubleQuote: 34, hash: 35, singleQuote: 39, comma: 44 },
  ...{ dash: 45, dot: 46, colon: 58, greater: 62, question: 63, openSquare: 91, closeSquare: 93 },
  ...{ openBrace: 123, pipe: 124, closeBrace: 125 },
} as const;

/** No scalar without quotes begins with one of these: `, [ ] { } # & * ! | > ' " % @` and the backtick. */
const INDICATORS = new Set(Array.from(',[]{}#&*!|>\'"%@`', (character) => character.charCodeAt(0)));

/** An implicit key may not be longer (YAML 1.2, 7.4.2: 1024). */
const LONGEST_KEY = 1000;

/** Where a scalar without quotes ends. */
export interface PlainEnd {
  readonly end: number;
  /** A colon follows: it was a key. */
  readonly key: boolean;
  /** Nothing follows on its line, not even a comment. */
  readonly wholeLine: boolean;
}

/** A place in the text, and the tokens that begin there. Whatever it does not understand it throws `NOT_PLAIN` for. */
export class PlainCursor {
  readonly text: string;
  pos = 0;
  lineStart = 0;
  /** Of the token at `pos`, after `toToken`; -1 at the end of the text. */
  column = 0;
  /** Whether the last `toToken` passed a comment. */
  passedComment = false;
  /** Line breaks that the last `toToken` passed. */
  passedLines = 0;

  constructor(text: string) {
    this.text = text;
    // A byte order mark takes no column.
    if (text.charCodeAt(0) === 0xfeff) this.lineStart = this.pos = 1;
  }

  code(offset = 0): number {
    return this.text.charCodeAt(this.pos + offset);
  }

  /** To the next token, over blanks, line breaks and comments. */
  toToken(): void {
    this.passedComment = false;
    this.passedLines = 0;
    for (;;) {
      const code = this.text.charCodeAt(this.pos);
      if (code === CODE.space) this.pos++;
      else if (code === CODE.newline || code === CODE.carriage) this.#breakLine(code);
      else if (code === CODE.hash) this.#passComment();
      else break;
    }
    this.column = this.pos < this.text.length ? this.pos - this.lineStart : -1;
    if (this.code() === CODE.tab) throw NOT_PLAIN;
    if (this.column === 0 && this.#isMarker(this.code())) throw NOT_PLAIN;
  }

  /** `...` ends a document; a `---` is found here only after a byte order mark. */
  #isMarker(code: number): boolean {
    return (code === CODE.dot || code === CODE.dash) && /^(?:\.\.\.|---)/.test(this.text.slice(this.pos, this.pos + 3));
  }

  #breakLine(code: number): void {
    if (code === CODE.carriage && this.code(1) !== CODE.newline) throw NOT_PLAIN;
    this.pos += code === CODE.carriage ? 2 : 1;
    this.lineStart = this.pos;
    this.passedLines++;
  }

  #passComment(): void {
    if (this.pos > this.lineStart && this.code(-1) !== CODE.space) throw NOT_PLAIN;
    this.passedComment = true;
    const end = this.text.indexOf('\n', this.pos);
    this.pos = end < 0 ? this.text.length : end;
  }

  /** To the next token, which stands on another line. */
  toNextLine(): void {
    this.toToken();
    if (this.passedLines === 0 && this.column >= 0) throw NOT_PLAIN;
  }

  passBlanks(): void {
    while (this.code() === CODE.space) this.pos++;
    if (this.code() === CODE.tab) throw NOT_PLAIN;
  }

  /** Blank, line break or end of text at this distance. */
  isBlank(offset: number): boolean {
    const code = this.code(offset);
    return code === CODE.space || code === CODE.newline || code === CODE.carriage || Number.isNaN(code);
  }

  /** A dash that begins an item. */
  isDash(): boolean {
    return this.code() === CODE.dash && this.isBlank(1);
  }

  /** A scalar without quotes may begin here. */
  mayBePlain(): boolean {
    const code = this.code();
    if (INDICATORS.has(code) || Number.isNaN(code)) return false;
    return !((code === CODE.dash || code === CODE.question || code === CODE.colon) && this.isBlank(1));
  }

  /** The end of the scalar without quotes that begins here, on this line. */
  plainEnd(): PlainEnd {
    if (!this.mayBePlain()) throw NOT_PLAIN;
    const { text } = this;
    let at = this.pos;
    let end = at;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === CODE.space) continue;
      if (code === CODE.newline || code === CODE.carriage || Number.isNaN(code)) break;
      if (code === CODE.tab) throw NOT_PLAIN;
      if (code === CODE.hash && end < at) return { end, key: false, wholeLine: false };
      if (code === CODE.colon && isBreakOrBlank(text.charCodeAt(at + 1))) return { end, key: true, wholeLine: false };
      end = at + 1;
    }
    return { end, key: false, wholeLine: true };
  }

  plainScalar(end: number): YamlScalar {
    const start = this.pos;
    this.pos = end;
    return { kind: 'scalar', start, end, value: resolvePlain(this.text.slice(start, end)) };
  }

  /** The quoted scalar that begins here; its further lines must be indented deeper than `parent`. */
  quoted(parent: number): YamlScalar {
    const { text, pos: start } = this;
    const single = this.code() === CODE.singleQuote;
    const end = single ? this.#singleEnd() : this.#doubleEnd();
    const source = text.slice(start, end);
    this.pos = end;
    if (source.includes('\n')) this.#checkLines(source, parent);
    const value = unquote(source);
    if (value === undefined) throw NOT_PLAIN;
    return { kind: 'scalar', start, end, value };
  }

  #singleEnd(): number {
    for (let at = this.pos + 1; ; at += 2) {
      at = this.text.indexOf("'", at);
      if (at < 0) throw NOT_PLAIN;
      if (this.text.charCodeAt(at + 1) !== CODE.singleQuote) return at + 1;
    }
  }

  #doubleEnd(): number {
    for (let at = this.pos + 1; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === CODE.doubleQuote) return at + 1;
      if (code === 92) at++;
    }
    throw NOT_PLAIN;
  }

  #checkLines(source: string, parent: number): void {
    if (/\t|\r(?!\n)/.test(source)) throw NOT_PLAIN;
    const [, ...lines] = source.split('\n');
    for (const line of lines) {
      const indent = line.search(/[^ \r]/);
      if (indent >= 0 && indent <= parent) throw NOT_PLAIN;
    }
    this.lineStart = this.pos - (lines.at(-1) ?? '').length;
  }

  /** The key that begins here, as far as its colon. */
  key(): YamlScalar {
    const code = this.code();
    const isQuoted = code === CODE.doubleQuote || code === CODE.singleQuote;
    const { lineStart } = this;
    const key = isQuoted ? this.quoted(-1) : this.#plainKey();
    if (isQuoted) this.passBlanks();
    if (this.lineStart !== lineStart || key.end - key.start > LONGEST_KEY) throw NOT_PLAIN;
    if (this.code() !== CODE.colon || !this.isBlank(1)) throw NOT_PLAIN;
    return key;
  }

  #plainKey(): YamlScalar {
    const { end, key } = this.plainEnd();
    if (!key) throw NOT_PLAIN;
    const scalar = this.plainScalar(end);
    this.passBlanks();
    return scalar;
  }
}

function isBreakOrBlank(code: number): boolean {
  return code === CODE.space || code === CODE.newline || code === CODE.carriage || Number.isNaN(code);
}

/** The name of a field; keys that are no texts, or of special meaning, are for the full reader. */
export function plainName({ value }: YamlScalar): string {
  if (typeof value !== 'string' || value === '<<' || value === '__proto__') throw NOT_PLAIN;
  return value;
}

export function emptyAt(offset: number): YamlScalar {
  return { kind: 'scalar', start: offset, end: offset, value: null };
}
