import type { FieldPath, FieldStep } from '../fieldPath';
import { isDeepEqual } from '../deepEqual';
import { asFields, asList, asText, type Fields } from './readers';

/** Who set which fields of an object: the entries of `metadata.managedFields`, and sets of fields in the form FieldsV1. */

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export function managedFieldsOf(object: Fields): readonly Fields[] {
  return asList(asFields(object.metadata).managedFields).map(asFields);
}

/** Names under which `kubectl apply` without `--server-side` owns fields of the object: it wrote its annotation. */
export function clientSideAppliers(entries: readonly Fields[]): readonly string[] {
  const owners = entries.filter(
    ({ operation, fieldsV1 }) => operation === 'Update' && has(fieldsV1, ['metadata', 'annotations', LAST_APPLIED]),
  );
  return [...new Set(owners.flatMap(({ manager }) => asText(manager) ?? []))];
}

/**
 * The entries after a server-side applier has taken over from client-side apply: what kubectl does with its own
 * (client-go/util/csaupgrade, UpgradeManagedFields). `undefined`: there is nothing to take over.
 */
export function takeOver(entries: readonly Fields[], manager: string): readonly Fields[] | undefined {
  let after = entries;
  for (const from of clientSideAppliers(entries)) after = upgraded(after, from, manager);
  return isDeepEqual(after, entries) ? undefined : after;
}

function upgraded(entries: readonly Fields[], from: string, manager: string): readonly Fields[] {
  const isOf = (entry: Fields, name: string, operation: string): boolean =>
    entry.manager === name && entry.operation === operation && (entry.subresource ?? '') === '';
  const own = entries.findIndex((entry) => isOf(entry, manager, 'Apply'));
  // The server sorts by time, so the first is the most recent.
  const index = own >= 0 ? own : entries.findIndex((entry) => isOf(entry, from, 'Update'));
  const target = entries[index];
  if (!target) return entries;
  const taken: Fields = own >= 0 ? target : { ...target, operation: 'Apply', manager };
  const source = entries.find((entry) => isOf(entry, from, 'Update') && entry.apiVersion === taken.apiVersion);
  const fieldsV1 = source ? union(asFields(taken.fieldsV1), asFields(source.fieldsV1)) : taken.fieldsV1;
  return entries
    .map((entry, each) => (each === index ? { ...taken, fieldsV1 } : entry))
    .filter((entry) => !isOf(entry, from, 'Update'));
}

/**
 * The entries after what we changed by other ways than an apply (undo, scale) has become part of ours, as far as it is
 * applied: else an apply conflicts with ourselves. What is not applied stays where it is, since an apply would take it away.
 */
export function takeOwn(entries: readonly Fields[], manager: string, applied: Fields): readonly Fields[] {
  let after = entries;
  for (const entry of entries) {
    if (entry.manager !== manager || entry.operation !== 'Update' || entry.subresource === 'status') continue;
    const { common, rest } = split(asFields(entry.fieldsV1), applied);
    if (isEmpty(common)) continue;
    const own = after.find((each) => each.manager === manager && each.operation === 'Apply');
    const { apiVersion, fieldsType, time } = entry;
    const taken: Fields = own ?? { ...{ manager, operation: 'Apply', apiVersion, fieldsType, time }, fieldsV1: {} };
    after = [
      ...after.filter((each) => each !== own && each !== entry),
      { ...taken, fieldsV1: union(asFields(taken.fieldsV1), common) },
      ...(isEmpty(rest) ? [] : [{ ...entry, fieldsV1: rest }]),
    ];
  }
  return after;
}

/** The fields that a value has, and the others. */
function split(fields: Fields, value: unknown): { readonly common: Fields; readonly rest: Fields } {
  const common: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [key, below] of Object.entries(fields)) {
    const step = key === '.' ? undefined : stepIn(key, value);
    if (key === '.') common[key] = below;
    else if (step === undefined) rest[key] = below;
    else if (isEmpty(asFields(below))) common[key] = below;
    else {
      const parts = split(asFields(below), childOf(value, step));
      if (!isEmpty(parts.common)) common[key] = parts.common;
      if (!isEmpty(parts.rest)) rest[key] = parts.rest;
    }
  }
  return { common, rest };
}

function isEmpty(fields: Fields): boolean {
  return Object.keys(fields).length === 0;
}

function union(a: Fields, b: Fields): Fields {
  const all: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) all[key] = union(asFields(a[key]), asFields(value));
  return all;
}

function has(fields: unknown, path: readonly string[]): boolean {
  let node = fields;
  for (const step of path) {
    const next = asFields(node)[`f:${step}`];
    if (next === undefined) return false;
    node = next;
  }
  return true;
}

/** Where a step of FieldsV1 leads in a value: a key, or the place of a list's item; `undefined` where it is not there. */
function stepIn(key: string, value: unknown): string | number | undefined {
  if (key.startsWith('f:')) {
    const name = key.slice(2);
    return Object.hasOwn(asFields(value), name) ? name : undefined;
  }
  const items = asList(value);
  const index = items.findIndex((item) => isItem(key, item));
  return index < 0 ? undefined : index;
}

/** `k:{"name":"app"}` names an item by its keys, `v:"a"` by its value. */
function isItem(key: string, item: unknown): boolean {
  const wanted = parsed(key.slice(2));
  if (key.startsWith('v:')) return isDeepEqual(item, wanted);
  if (!key.startsWith('k:')) return false;
  // A manifest may leave the protocol of a port to its default.
  const valueOf = (name: string): unknown => asFields(item)[name] ?? (name === 'protocol' ? 'TCP' : undefined);
  return Object.entries(asFields(wanted)).every(([name, value]) => valueOf(name) === value);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** The fields of this set that the object has, at their ends; items by name where they have one. */
export function ownedPaths(object: Fields, fieldsV1: unknown): readonly FieldPath[] {
  const paths: FieldPath[] = [];
  const walk = (fields: Fields, value: unknown, path: readonly FieldStep[]): void => {
    const keys = Object.keys(fields).filter((key) => key !== '.');
    if (keys.length === 0) paths.push(path);
    for (const key of keys) {
      const step = stepIn(key, value);
      if (step === undefined) continue;
      const below = typeof step === 'number' ? asList(value)[step] : asFields(value)[step];
      const name = typeof step === 'number' ? asText(asFields(below).name) : undefined;
      walk(asFields(fields[key]), below, [...path, name === undefined ? step : { name }]);
    }
  };
  walk(asFields(fieldsV1), object, []);
  return paths;
}

export interface Dropping {
  /** What was owned. */
  readonly owned: unknown;
  /** The object that is applied now: what it has stays. */
  readonly applied: unknown;
  /** The fields of everybody else: what they own stays. */
  readonly others: readonly unknown[];
}

/** The value without what its owner no longer wants and nobody else owns: what the server takes away in an apply. */
export function withoutDropped(value: unknown, { owned, applied, others }: Dropping): unknown {
  let result = value;
  const steps = Object.keys(asFields(owned))
    .filter((key) => key !== '.')
    .flatMap((key) => {
      const step = stepIn(key, value);
      return step === undefined ? [] : [{ key, step }];
    });
  // From the end, so that the places of list items stay.
  steps.sort((a, b) => (typeof a.step === 'number' && typeof b.step === 'number' ? b.step - a.step : 0));
  for (const { key, step } of steps) {
    const below = asFields(asFields(owned)[key]);
    const appliedStep = stepIn(key, applied);
    const rest: Dropping = {
      owned: below,
      applied: appliedStep === undefined ? undefined : childOf(applied, appliedStep),
      others: others.flatMap((other) => asFields(other)[key] ?? []),
    };
    const isOwnField = Object.keys(below).length === 0 || '.' in below;
    if (appliedStep === undefined && isOwnField && rest.others.length === 0) result = without(result, step);
    else result = withChild(result, step, withoutDropped(childOf(value, step), rest));
  }
  return result;
}

function childOf(value: unknown, step: string | number): unknown {
  return typeof step === 'number' ? asList(value)[step] : asFields(value)[step];
}

function without(value: unknown, step: string | number): unknown {
  if (typeof step === 'number') return asList(value).filter((_, index) => index !== step);
  return Object.fromEntries(Object.entries(asFields(value)).filter(([key]) => key !== step));
}

function withChild(value: unknown, step: string | number, child: unknown): unknown {
  if (typeof step === 'number') return asList(value).map((item, index) => (index === step ? child : item));
  return { ...asFields(value), [step]: child };
}
