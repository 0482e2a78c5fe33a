import type { FieldPath } from '../fieldPath';
import { asText, type Fields } from '../kube/readers';
import { itemKeyOf, sameScalar } from '../kube/sameFields';

/** One field that differs; a list without merge keys, and whatever only one side has, is one field. */
export interface FieldChange {
  readonly path: FieldPath;
  /** `undefined`: the field is not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** What has to change in `before` to make `after` of it: in the order of `after`, and then what goes. */
export function fieldChanges(before: unknown, after: unknown, path: FieldPath = []): readonly FieldChange[] {
  if (isFields(before) && isFields(after)) return mapChanges(before, after, path);
  const keyOf = itemKeyOf(asText(path.at(-1)) ?? '');
  if (keyOf && isListOfFields(before) && isListOfFields(after)) return keyedChanges(before, after, { path, keyOf });
  return isSame(before, after, path) ? [] : [{ path, before, after }];
}

function mapChanges(before: Fields, after: Fields, path: FieldPath): FieldChange[] {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...names].flatMap((name) => fieldChanges(before[name], after[name], [...path, name]));
}

interface KeyedList {
  readonly path: FieldPath;
  readonly keyOf: (item: Fields) => string;
}

/** Paths name an item as it is in `before`, and a new one by its place in `after`. */
function keyedChanges(before: readonly Fields[], after: readonly Fields[], { path, keyOf }: KeyedList): FieldChange[] {
  const found = new Set<number>();
  const changes = after.flatMap((item, index) => {
    const at = before.findIndex((each, place) => keyOf(each) === keyOf(item) && !found.has(place));
    if (at < 0) return [{ path: [...path, stepOf(item, index, keyOf)], before: undefined, after: item }];
    found.add(at);
    return fieldChanges(before[at], item, [...path, stepOf(item, at, keyOf)]);
  });
  const gone = before.flatMap((item, index) =>
    found.has(index) ? [] : [{ path: [...path, stepOf(item, index, keyOf)], before: item, after: undefined }],
  );
  return [...changes, ...gone];
}

/** The name of a mount is that of its volume, and not its own. */
function stepOf(item: Fields, index: number, keyOf: KeyedList['keyOf']): number | { readonly name: string } {
  return typeof item.name === 'string' && keyOf(item) === item.name ? { name: item.name } : index;
}

/** As the server sees it: `1000m` is `1`, and an empty value of most fields is none. */
function isSame(before: unknown, after: unknown, path: FieldPath): boolean {
  if (Array.isArray(before) && Array.isArray(after)) {
    return (
      before.length === after.length && before.every((item, index) => fieldChanges(item, after[index]).length === 0)
    );
  }
  if (isComposite(before) || isComposite(after)) return false;
  return sameScalar(before, after, path) && sameScalar(after, before, path);
}

function isComposite(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isFields(value: unknown): value is Fields {
  return isComposite(value) && !Array.isArray(value);
}

function isListOfFields(value: unknown): value is readonly Fields[] {
  return Array.isArray(value) && value.every(isFields);
}
