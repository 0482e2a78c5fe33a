import { CODE, emptyAt, NOT_PLAIN, plainName, type PlainCursor } from './plainCursor';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq } from './yamlTree';

const DEEPEST = 100;

/** What stands in braces or brackets; its further lines are indented deeper than `parent`. The cursor ends behind it. */
export function readFlow(cursor: PlainCursor, parent: number, depth = 0): YamlMap | YamlSeq {
  if (depth > DEEPEST) throw NOT_PLAIN;
  return cursor.code() === CODE.openBrace ? readMap(cursor, parent, depth) : readSeq(cursor, parent, depth);
}

function readMap(cursor: PlainCursor, parent: number, depth: number): YamlMap {
  const start = cursor.pos++;
  const entries: YamlEntry[] = [];
  const value: Record<string, unknown> = {};
  for (;;) {
    toToken(cursor, parent);
    if (cursor.code() === CODE.closeBrace) break;
    const key = readKey(cursor);
    const name = plainName(key);
    if (Object.hasOwn(value, name)) throw NOT_PLAIN;
    const colon = ++cursor.pos;
    toToken(cursor, parent);
    const item = isEnd(cursor.code()) ? emptyAt(colon) : readNode(cursor, parent, depth);
    entries.push({ key, name, value: item, merge: false });
    value[name] = item.value;
    if (!toNextItem(cursor, parent, CODE.closeBrace)) break;
  }
  return { kind: 'map', start, end: ++cursor.pos, value, entries, flow: true };
}

function readSeq(cursor: PlainCursor, parent: number, depth: number): YamlSeq {
  const start = cursor.pos++;
  const items: YamlNode[] = [];
  for (;;) {
    toToken(cursor, parent);
    if (cursor.code() === CODE.closeSquare) break;
    items.push(readNode(cursor, parent, depth));
    if (!toNextItem(cursor, parent, CODE.closeSquare)) break;
  }
  return { kind: 'seq', start, end: ++cursor.pos, value: items.map(({ value }) => value), items, flow: true };
}

/** Over the comma; false at the closing character. */
function toNextItem(cursor: PlainCursor, parent: number, close: number): boolean {
  toToken(cursor, parent);
  const code = cursor.code();
  if (code === close) return false;
  if (code !== CODE.comma) throw NOT_PLAIN;
  cursor.pos++;
  return true;
}

function toToken(cursor: PlainCursor, parent: number): void {
  cursor.toToken();
  if (cursor.column < 0 || (cursor.passedLines > 0 && cursor.column <= parent)) throw NOT_PLAIN;
}

function isEnd(code: number): boolean {
  return code === CODE.comma || code === CODE.closeBrace || code === CODE.closeSquare;
}

function readKey(cursor: PlainCursor): YamlScalar {
  const code = cursor.code();
  const isQuoted = code === CODE.doubleQuote || code === CODE.singleQuote;
  const { lineStart } = cursor;
  const key = isQuoted ? cursor.quoted(-1) : readPlain(cursor);
  cursor.passBlanks();
  if (cursor.code() !== CODE.colon || cursor.lineStart !== lineStart) throw NOT_PLAIN;
  // After a quoted key the value may follow at once, as in JSON.
  if (!isQuoted && !cursor.isBlank(1) && !isFlowIndicator(cursor.code(1))) throw NOT_PLAIN;
  return key;
}

function readNode(cursor: PlainCursor, parent: number, depth: number): YamlNode {
  switch (cursor.code()) {
    case CODE.openBrace:
    case CODE.openSquare:
      return readFlow(cursor, parent, depth + 1);
    case CODE.doubleQuote:
    case CODE.singleQuote:
      return cursor.quoted(parent);
    default:
      return readPlain(cursor);
  }
}

/** Of several lines: not read here, since what follows is then no comma. */
function readPlain(cursor: PlainCursor): YamlScalar {
  const first = cursor.code();
  const special = first === CODE.dash || first === CODE.question;
  // go-yaml, unlike others, takes no text here that begins with a colon, nor a question mark in it.
  if (!cursor.mayBePlain() || first === CODE.colon || (special && isFlowIndicator(cursor.code(1)))) throw NOT_PLAIN;
  const { text } = cursor;
  let end = cursor.pos;
  for (let at = cursor.pos; ; at++) {
    const code = text.charCodeAt(at);
    if (code === CODE.space) continue;
    if (code === CODE.newline || code === CODE.carriage || Number.isNaN(code) || isFlowIndicator(code)) break;
    if (code === CODE.tab || code === CODE.question) throw NOT_PLAIN;
    if (code === CODE.hash && end < at) break;
    if (code === CODE.colon) {
      const next = text.charCodeAt(at + 1);
      if (next === CODE.space || next === CODE.newline || next === CODE.carriage || isFlowIndicator(next)) break;
    }
    end = at + 1;
  }
  return cursor.plainScalar(end);
}

function isFlowIndicator(code: number): boolean {
  return isEnd(code) || code === CODE.openBrace || code === CODE.openSquare;
}
