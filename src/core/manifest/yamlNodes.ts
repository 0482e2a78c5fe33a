import type { FieldPath, FieldStep } from '../fieldPath';
import type { TextRange } from './manifest';
import type { YamlEntry, YamlMap, YamlNode, YamlSeq } from './yamlTree';

/** What a path leads to in a document's tree; ranges are those of the document's text. */
export interface Found {
  /** The path leads to a value (which may be empty). */
  readonly exact: boolean;
  readonly key: TextRange | undefined;
  readonly value: TextRange | undefined;
  readonly scalar: boolean;
  /** The nearest key above, or the item where the path ends: what to mark when there is nothing better. */
  readonly nearest: TextRange | undefined;
  /** The map or list that holds the value; `undefined` for the root, and where the path leads nowhere. */
  readonly parent: YamlMap | YamlSeq | undefined;
  /** The member of `parent` that the path leads to. */
  readonly member: YamlNode | YamlEntry | undefined;
  /** An anchor or a merge brings the value: an edit of it changes other fields as well. */
  readonly shared: boolean;
}

export function findPath(root: YamlNode, path: FieldPath): Found {
  let node = root;
  let parent: Found['parent'];
  let key: TextRange | undefined;
  let nearest: TextRange | undefined;
  let member: Found['member'];
  let merged = false;
  for (const step of path) {
    if (node.kind === 'alias' || merged) {
      // The value stands at the anchor or in the merge, but it is this use of it that the path means.
      return { exact: true, key, value: node, scalar: true, nearest: node, parent, member, shared: true };
    }
    const next = stepInto(node, step);
    if (!next) return { ...NOWHERE, nearest };
    parent = node.kind === 'scalar' ? undefined : node;
    member = next;
    key = 'key' in member ? member.key : undefined;
    merged = 'key' in member && member.merge;
    node = 'key' in member ? member.value : member;
    nearest = key ?? node;
  }
  const shared = merged || node.kind === 'alias';
  return { exact: true, key, value: node, scalar: merged || isScalar(node), nearest, parent, member, shared };
}

const NOWHERE = {
  ...{ exact: false, key: undefined, value: undefined, scalar: false },
  ...{ parent: undefined, member: undefined, shared: false },
};

function isScalar({ kind }: YamlNode): boolean {
  return kind === 'scalar' || kind === 'alias';
}

/** An item of a list, or an entry of a map. */
function stepInto(node: YamlNode, step: FieldStep): YamlNode | YamlEntry | undefined {
  if (node.kind === 'map' && typeof step === 'string') return entryOf(node, step);
  if (node.kind !== 'seq' || typeof step === 'string') return undefined;
  return typeof step === 'number' ? node.items[step] : node.items.find((each) => nameOf(each) === step.name);
}

function nameOf({ value }: YamlNode): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'name')
    ? (value as { readonly name: unknown }).name
    : undefined;
}

/** The entry that a field's value comes from: the last of its name, or the merge that brings it. */
export function entryOf(map: YamlMap, name: string): YamlEntry | undefined {
  return map.entries.findLast((entry) => (entry.merge ? brings(entry.value, name) : entry.name === name));
}

function brings(node: YamlNode, name: string): boolean {
  const target = node.kind === 'alias' ? node.target : node;
  if (target?.kind === 'map') return Object.hasOwn(target.value, name);
  return target?.kind === 'seq' && target.items.some((item) => brings(item, name));
}

/** The path of the innermost key or value at an offset of the document's text. */
export function pathAtOffset(root: YamlNode, offset: number): FieldPath | undefined {
  const path: (string | number)[] = [];
  let node: YamlNode | undefined = root;
  while (node && !isScalar(node)) {
    const step: Descent | undefined = node.kind === 'map' ? entryAt(node, offset) : itemAt(node, offset);
    if (!step) return path.length > 0 ? path : undefined;
    path.push(step.step);
    node = step.node;
  }
  return path;
}

interface Descent {
  readonly step: string | number;
  /** `undefined` when the offset is in the key. */
  readonly node: YamlNode | undefined;
}

function entryAt(node: YamlNode, offset: number): Descent | undefined {
  if (node.kind !== 'map') return undefined;
  for (const { key, name, value } of node.entries) {
    if (contains(key, offset)) return { step: name, node: undefined };
    if (contains(value, offset)) return { step: name, node: value };
  }
  return undefined;
}

function itemAt(node: YamlNode, offset: number): Descent | undefined {
  if (node.kind !== 'seq') return undefined;
  const index = node.items.findIndex((item) => contains(item, offset));
  return index < 0 ? undefined : { step: index, node: node.items[index] };
}

function contains({ start, end }: TextRange, offset: number): boolean {
  return start <= offset && offset <= end;
}
