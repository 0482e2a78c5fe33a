import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type ParsedNode, type YAMLMap } from 'yaml';
import type { FieldPath, FieldStep } from '../fieldPath';
import type { TextRange } from './manifest';

/** What a path leads to in a document's tree; ranges are those of the document's text. */
export interface Found {
  /** The path leads to a value (which may be empty). */
  readonly exact: boolean;
  readonly key: TextRange | undefined;
  readonly value: TextRange | undefined;
  readonly scalar: boolean;
  /** The nearest key above, or the item where the path ends: what to mark when there is nothing better. */
  readonly nearest: TextRange | undefined;
}

export function findPath(root: Node, path: FieldPath, text: string): Found {
  let node: Node | null = root;
  let key: TextRange | undefined;
  let nearest: TextRange | undefined;
  for (const step of path) {
    if (isAlias(node)) {
      // The value stands at the anchor, but it is this use of it that the path means.
      const range = rangeOfNode(node, text);
      return { exact: true, key, value: range, scalar: true, nearest: range };
    }
    const next: Step | undefined = node ? stepInto(node, step, text) : undefined;
    if (!next) return { exact: false, key: undefined, value: undefined, scalar: false, nearest };
    key = next.key;
    nearest = next.key ?? (next.node ? rangeOfNode(next.node, text) : nearest);
    node = next.node;
  }
  const value = node ? rangeOfNode(node, text) : undefined;
  return { exact: true, key, value, scalar: isScalar(node) || isAlias(node), nearest };
}

interface Step {
  readonly node: Node | null;
  readonly key: TextRange | undefined;
}

function stepInto(node: Node, step: FieldStep, text: string): Step | undefined {
  if (isMap(node) && typeof step === 'string') {
    const pair = pairOf(node, step) ?? mergePair(node);
    return pair && { node: valueOf(pair), key: rangeOfKey(pair, text) };
  }
  if (isSeq(node) && typeof step === 'number') return nodeStep(node.items[step]);
  if (isSeq(node) && typeof step === 'object') {
    return nodeStep(node.items.find((item) => isMap(item) && item.get('name') === step.name));
  }
  return undefined;
}

function nodeStep(item: unknown): Step | undefined {
  return item === undefined ? undefined : { node: item as Node, key: undefined };
}

/** A key that stands twice counts where it stands last, as kubectl reads it. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.findLast((pair) => keyText(pair) === key);
}

function mergePair(map: YAMLMap): Pair | undefined {
  return pairOf(map, '<<');
}

export function keyText({ key }: Pair): string | undefined {
  if (!isScalar(key)) return undefined;
  // `on:` is read as a boolean; its text is still the name of the field.
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

function valueOf({ value }: Pair): Node | null {
  return (value as Node | null | undefined) ?? null;
}

function rangeOfKey({ key }: Pair, text: string): TextRange | undefined {
  return isScalar(key) ? rangeOfNode(key, text) : undefined;
}

export function rangeOfNode(node: Node, text: string): TextRange | undefined {
  const range = (node as ParsedNode).range as readonly [number, number, number] | null | undefined;
  if (!range) return undefined;
  const [start, end] = range;
  // A block's range ends after its last line break.
  const trimmed = text.slice(start, end).trimEnd().length;
  return { start, end: start + trimmed };
}

/** The path of the innermost key or value at an offset of the document's text. */
export function pathAtOffset(root: Node, offset: number, text: string): FieldPath | undefined {
  const inside = (range: TextRange | undefined): boolean =>
    range !== undefined && range.start <= offset && offset <= range.end;
  const descend = (node: Node | null, path: FieldPath): FieldPath | undefined => {
    if (isMap(node)) {
      for (const pair of node.items) {
        const name = keyText(pair);
        if (name === undefined) continue;
        const here = [...path, name];
        if (inside(rangeOfKey(pair, text))) return here;
        const value = valueOf(pair);
        if (value && inside(rangeOfNode(value, text))) return descend(value, here) ?? here;
      }
      return undefined;
    }
    if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        if (inside(rangeOfNode(item as Node, text))) return descend(item as Node, [...path, index]) ?? [...path, index];
      }
      return undefined;
    }
    return path;
  };
  return descend(root, []);
}
