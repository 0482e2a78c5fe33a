import { isDeepEqual } from '../deepEqual';
import { type FieldPath, type FieldStep, valueAt } from '../fieldPath';
import { managedFieldsOf, ownedPaths } from './managedFields';
import { asFields, asText, type Fields } from './readers';

export interface OverwrittenField {
  readonly path: FieldPath;
  readonly seen: unknown;
  readonly live: unknown;
  /** `undefined`: the apply takes the field away. */
  readonly applied: unknown;
}

export interface Overwriting {
  /** The object when the person last looked. */
  readonly seen: Fields;
  /** As it is; `undefined`: it is gone, or may not be read. */
  readonly live: Fields | undefined;
  readonly applied: Fields;
  /** Whose fields an apply takes away when they are no longer in the manifest. */
  readonly manager: string;
}

/**
 * What somebody has changed since and this apply would change again: the server guards the fields of other managers, but
 * two people with the same tool are one manager to it. Empty where the manifest already says what they wrote.
 */
export function overwrittenFields({ seen, live, applied, manager }: Overwriting): readonly OverwrittenField[] {
  if (!live) return [];
  const own = managedFieldsOf(live).filter((entry) => entry.manager === manager && entry.operation === 'Apply');
  const paths = new Map<string, FieldPath>();
  for (const path of [...leavesOf(applied), ...own.flatMap(({ fieldsV1 }) => ownedPaths(live, fieldsV1))])
    paths.set(JSON.stringify(path), path);
  return [...paths.values()]
    .map((path) => ({ path, seen: valueAt(seen, path), live: valueAt(live, path), applied: valueAt(applied, path) }))
    .filter(({ path: [first, second] }) => first !== 'metadata' || !SERVERS.has(second))
    .filter((field) => !isDeepEqual(field.seen, field.live) && !isDeepEqual(field.live, field.applied));
}

const SERVERS: ReadonlySet<unknown> = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'namespace',
]);

/** The fields at which a manifest sets a value; list items by name where they have one. */
export function leavesOf(value: unknown, path: readonly FieldStep[] = []): readonly FieldPath[] {
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    if (items.length === 0 || items.some((item) => typeof item !== 'object' || item === null)) return [path];
    return items.flatMap((item, index) => {
      const name = asText(asFields(item).name);
      return leavesOf(item, [...path, name === undefined ? index : { name }]);
    });
  }
  const entries = Object.entries(asFields(value));
  if (entries.length === 0) return [path];
  return entries.flatMap(([key, below]) => leavesOf(below, [...path, key]));
}
