/**
 * A document as nodes, with ranges in the document's own text. Made by `readPlainYaml`, or by `readAnyYaml` for what
 * that one does not read. Every node holds its value as kubectl reads it, so a tree is also the object.
 */
export type YamlNode = YamlScalar | YamlMap | YamlSeq | YamlAlias;

interface Placed {
  readonly start: number;
  /** After the last character that counts: no trailing blanks, line breaks or comments. An absent value is empty. */
  readonly end: number;
}

export interface YamlScalar extends Placed {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

export interface YamlMap extends Placed {
  readonly kind: 'map';
  readonly value: Readonly<Record<string, unknown>>;
  readonly entries: readonly YamlEntry[];
  /** In braces. */
  readonly flow: boolean;
}

export interface YamlEntry {
  readonly key: YamlScalar;
  /** The key as it stands in the object: `on:` is read as `true`. */
  readonly name: string;
  readonly value: YamlNode;
  /** `<<`: brings the fields of its value. */
  readonly merge: boolean;
}

export interface YamlSeq extends Placed {
  readonly kind: 'seq';
  readonly value: readonly unknown[];
  readonly items: readonly YamlNode[];
  /** In brackets. */
  readonly flow: boolean;
}

/** The use of an anchor: the range is that of the use. */
export interface YamlAlias extends Placed {
  readonly kind: 'alias';
  readonly value: unknown;
  /** `undefined` when there is no such anchor, or it contains this very use. */
  readonly target: Exclude<YamlNode, YamlAlias> | undefined;
}
