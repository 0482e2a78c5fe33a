import { CODE, emptyAt, NOT_PLAIN, PlainCursor, plainName } from './plainCursor';
import { resolvePlain } from './plainScalar';
import { joined } from './quotedScalar';
import { readBlockScalar } from './readBlockScalar';
import { readFlow } from './readFlow';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq } from './yamlTree';

const DEEPEST = 100;

/**
 * Reads what nearly all manifests are made of, thirty times as fast as the full reader: maps, lists, scalars of every
 * style, comments. `undefined` when the text has anything else (anchors, tags, tabs, a mistake of any kind): then the
 * full reader says what it means. A test compares the two on every text it can find.
 */
export function readPlainYaml(text: string): YamlMap | YamlSeq | undefined {
  try {
    return new PlainReader(text).root();
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}

class PlainReader {
  readonly #cursor: PlainCursor;
  #depth = 0;

  constructor(text: string) {
    this.#cursor = new PlainCursor(text);
  }

  root(): YamlMap | YamlSeq {
    const cursor = this.#cursor;
    cursor.toToken();
    if (cursor.column < 0) throw NOT_PLAIN;
    const root = this.#node(-1);
    if (cursor.column >= 0 || root.kind === 'scalar' || root.kind === 'alias') throw NOT_PLAIN;
    return root;
  }

  /** The node that begins at the cursor; whoever reads it leaves the cursor at the next token. */
  #node(parent: number): YamlNode {
    const cursor = this.#cursor;
    if (cursor.isDash()) return this.#seq(cursor.column);
    const code = cursor.code();
    const { pos, lineStart } = cursor;
    if (code === CODE.doubleQuote || code === CODE.singleQuote) {
      const scalar = cursor.quoted(parent);
      cursor.passBlanks();
      if (cursor.code() !== CODE.colon) return this.#closed(scalar);
      cursor.pos = pos;
      cursor.lineStart = lineStart;
      return this.#map(cursor.column);
    }
    if (cursor.mayBePlain() && cursor.plainEnd().key) return this.#map(cursor.column);
    return this.#inline(parent);
  }

  /** A node that may begin behind its key: anything but a map or list of lines. */
  #inline(parent: number): YamlNode {
    const cursor = this.#cursor;
    switch (cursor.code()) {
      case CODE.openBrace:
      case CODE.openSquare:
        return this.#closed(readFlow(cursor, parent));
      case CODE.doubleQuote:
      case CODE.singleQuote:
        return this.#closed(cursor.quoted(parent));
      case CODE.pipe:
      case CODE.greater:
        return readBlockScalar(cursor, parent);
      default:
        return this.#plain(parent);
    }
  }

  #closed<Node extends YamlNode>(node: Node): Node {
    this.#cursor.toNextLine();
    return node;
  }

  /** A scalar without quotes; its further lines are indented deeper than `parent`. */
  #plain(parent: number): YamlScalar {
    const cursor = this.#cursor;
    const { pos: start } = cursor;
    let { end, key, wholeLine } = cursor.plainEnd();
    if (key) throw NOT_PLAIN;
    const lines = [cursor.text.slice(start, end)];
    cursor.pos = end;
    cursor.toNextLine();
    while (wholeLine && cursor.column > parent && !cursor.passedComment) {
      const { pos } = cursor;
      for (let blank = 1; blank < cursor.passedLines; blank++) lines.push('');
      ({ end, key, wholeLine } = this.#continuation());
      if (key) throw NOT_PLAIN;
      lines.push(cursor.text.slice(pos, end));
      cursor.pos = end;
      cursor.toNextLine();
    }
    return { kind: 'scalar', start, end, value: lines.length > 1 ? joined(lines) : resolvePlain(lines[0] ?? '') };
  }

  /** A line that goes on may begin with any character. */
  #continuation(): ReturnType<PlainCursor['plainEnd']> {
    const cursor = this.#cursor;
    if (!cursor.mayBePlain()) throw NOT_PLAIN;
    return cursor.plainEnd();
  }

  #map(column: number): YamlMap {
    if (++this.#depth > DEEPEST) throw NOT_PLAIN;
    const cursor = this.#cursor;
    const start = cursor.pos;
    const entries: YamlEntry[] = [];
    const value: Record<string, unknown> = {};
    let end: number;
    do {
      const key = cursor.key();
      const name = plainName(key);
      if (Object.hasOwn(value, name)) throw NOT_PLAIN;
      cursor.pos++;
      const item = this.#value(column);
      entries.push({ key, name, value: item, merge: false });
      value[name] = item.value;
      ({ end } = item);
    } while (cursor.column === column);
    if (cursor.column > column) throw NOT_PLAIN;
    this.#depth--;
    return { kind: 'map', start, end, value, entries, flow: false };
  }

  #value(column: number): YamlNode {
    const cursor = this.#cursor;
    const { pos: colon } = cursor;
    cursor.toToken();
    if (cursor.passedLines === 0 && cursor.column >= 0) return this.#inline(column);
    if (cursor.column > column) return this.#node(column);
    // A list may stand at the column of its key.
    return cursor.column === column && cursor.isDash() ? this.#seq(column) : emptyAt(colon);
  }

  #seq(column: number): YamlSeq {
    if (++this.#depth > DEEPEST) throw NOT_PLAIN;
    const cursor = this.#cursor;
    const start = cursor.pos;
    const items: YamlNode[] = [];
    let end: number;
    do {
      const dash = ++cursor.pos;
      cursor.toToken();
      const item = cursor.column > column ? this.#node(column) : emptyAt(dash);
      items.push(item);
      ({ end } = item);
    } while (cursor.column === column && cursor.isDash());
    if (cursor.column > column) throw NOT_PLAIN;
    this.#depth--;
    return { kind: 'seq', start, end, value: items.map(({ value }) => value), items, flow: false };
  }
}
