import { compareQuantities, parseQuantity } from '../kube/quantity';
import type { FieldPath } from '../fieldPath';

/**
 * The first field that `wanted` sets and `live` has differently; `undefined` when there is none. What only `live` has
 * does not count: the server's defaults, and fields that others manage. Lists of named items are compared by name.
 */
export function firstDifference(wanted: unknown, live: unknown, path: FieldPath = []): FieldPath | undefined {
  if (Array.isArray(wanted)) return listDifference(wanted, live, path);
  if (isObject(wanted)) {
    if (!isObject(live)) return Object.keys(wanted).length === 0 ? undefined : path;
    for (const [key, value] of Object.entries(wanted)) {
      const difference = firstDifference(value, live[key], [...path, key]);
      if (difference) return difference;
    }
    return undefined;
  }
  return sameScalar(wanted, live, path) ? undefined : path;
}

function listDifference(wanted: readonly unknown[], live: unknown, path: FieldPath): FieldPath | undefined {
  const others: readonly unknown[] = Array.isArray(live) ? live : [];
  if (wanted.length > 0 && others.length !== wanted.length && !wanted.every(nameOf)) return path;
  for (const [index, item] of wanted.entries()) {
    const name = nameOf(item);
    const other = name === undefined ? others[index] : others.find((each) => nameOf(each) === name);
    const difference = other === undefined ? [...path, index] : firstDifference(item, other, [...path, index]);
    if (difference) return difference;
  }
  // An item that the manifest no longer has is taken away with it.
  return others.length > wanted.length ? path : undefined;
}

function nameOf(item: unknown): string | undefined {
  return isObject(item) && typeof item.name === 'string' ? item.name : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `1000m` is `1`, and an empty value is an absent one. */
function sameScalar(wanted: unknown, live: unknown, path: FieldPath): boolean {
  if (wanted === live || wanted === null || wanted === undefined) return true;
  if (wanted === '' && live === undefined) return true;
  if (!path.some((step) => step === 'requests' || step === 'limits' || step === 'sizeLimit')) return false;
  const [a, b] = [parseQuantity(scalarText(wanted)), parseQuantity(scalarText(live))];
  return a !== undefined && b !== undefined && compareQuantities(a, b) === 0;
}

function scalarText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
