import { compareQuantities, parseQuantity } from './quantity';
import type { FieldPath } from '../fieldPath';

/**
 * The first field that `wanted` sets and `live` has differently; `undefined` when there is none. What only `live` has
 * does not count: the server's defaults, and fields that others manage. Items of lists are matched as the server merges
 * them: by their key where they have one, else by their place.
 */
export function firstDifference(wanted: unknown, live: unknown, path: FieldPath = []): FieldPath | undefined {
  if (Array.isArray(wanted)) return listDifference(wanted, live, path);
  if (!isObject(wanted)) return sameScalar(wanted, live, path) ? undefined : path;
  if (live !== undefined && live !== null && !isObject(live)) return path;
  const entries = Object.entries(wanted);
  if (entries.length === 0 && !isObject(live) && MEANT_EMPTY.has(fieldOf(path))) return path;
  for (const [key, value] of entries) {
    const difference = firstDifference(value, isObject(live) ? live[key] : undefined, [...path, key]);
    if (difference) return difference;
  }
  return undefined;
}

/** Empty objects that say something by being there. */
const MEANT_EMPTY = new Set(['emptyDir', 'labelSelector', 'namespaceSelector']);

/** The merge keys of a workload's lists (patchMergeKey in staging/src/k8s.io/api/core/v1/types.go). */
const KEYS = new Map<string, (item: Fields) => string>([
  ...['containers', 'initContainers', 'env', 'volumes', 'imagePullSecrets', 'resourceClaims'].map(
    (list) => [list, ({ name }: Fields) => text(name)] as const,
  ),
  ['volumeMounts', ({ mountPath }) => text(mountPath)],
  ['volumeDevices', ({ devicePath }) => text(devicePath)],
  ['ports', ({ containerPort, protocol }) => `${text(containerPort)}/${text(protocol ?? 'TCP')}`],
]);

/** How the server tells the items of this list apart; `undefined` when it does so by their place. */
export function itemKeyOf(list: string): ((item: Fields) => string) | undefined {
  return KEYS.get(list);
}

function listDifference(wanted: readonly unknown[], live: unknown, path: FieldPath): FieldPath | undefined {
  const others: readonly unknown[] = Array.isArray(live) ? live : [];
  const keyOf = KEYS.get(fieldOf(path));
  if (!keyOf && wanted.length > 0 && others.length !== wanted.length) return path;
  const key = (item: unknown): string | undefined => (keyOf && isObject(item) ? keyOf(item) : undefined);
  for (const [index, item] of wanted.entries()) {
    const own = key(item);
    const other = own === undefined ? others[index] : others.find((each) => key(each) === own);
    const difference = other === undefined ? [...path, index] : firstDifference(item, other, [...path, index]);
    if (difference) return difference;
  }
  // An item that the manifest no longer has is taken away with it.
  return others.length > wanted.length ? path : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldOf(path: FieldPath): string {
  const last = path.at(-1);
  return typeof last === 'string' ? last : '';
}

/**
 * Fields of which the server keeps no `false` and no 0: in core/v1 and apps/v1 they are no pointers, and `omitempty`.
 * Elsewhere (`runAsUser: 0`, `automountServiceAccountToken: false`) such a value means something.
 */
const DROPPED = new Set([
  ...['hostNetwork', 'hostPID', 'hostIPC', 'stdin', 'stdinOnce', 'tty', 'readOnly', 'paused'],
  ...['hostPort', 'initialDelaySeconds', 'minReadySeconds'],
]);

/** `1000m` is `1`, and an empty value is an absent one, but for a storage class: `''` asks for none. */
export function sameScalar(wanted: unknown, live: unknown, path: FieldPath): boolean {
  if (wanted === live || wanted === null || wanted === undefined) return true;
  if (live === undefined || live === null) {
    if (wanted === '') return fieldOf(path) !== 'storageClassName';
    return (wanted === false || wanted === 0) && DROPPED.has(fieldOf(path));
  }
  if (!path.some((step) => step === 'requests' || step === 'limits' || step === 'sizeLimit')) return false;
  const [a, b] = [parseQuantity(text(wanted)), parseQuantity(text(live))];
  return a !== undefined && b !== undefined && compareQuantities(a, b) === 0;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
