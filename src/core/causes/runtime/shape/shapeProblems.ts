import { formatPath, type FieldPath } from '../../../fieldPath';
import { isPlaceholder } from '../../../kube/placeholder';
import { parseQuantity } from '../../../kube/quantity';
import { labelValue, qualifiedName, valueForms } from '../../../kube/valueForms';
import { schemaType, type SchemaField, type SchemaType } from '../../../kube/workloadSchema';
import { nearest } from './nearest';
import { missing, type Fields, type ShapeProblem } from './problem';
import { typeChecks } from './typeChecks';
import { t } from '../../../../util/l10n';

const known = new WeakMap<object, readonly ShapeProblem[]>();

/**
 * What the API server refuses in a StatefulSet or Deployment by its shape alone. One walk for all rules about it; kept by
 * the object, which an edit makes anew.
 */
export function shapeProblems(object: Fields): readonly ShapeProblem[] {
  const before = known.get(object);
  if (before) return before;
  const found: ShapeProblem[] = [];
  if (typeof object.kind === 'string') walk(object, [{ type: object.kind, path: [] }], found);
  known.set(object, found);
  return found;
}

/** The objects around a field, outermost first. */
type Chain = readonly { readonly type: string; readonly path: FieldPath }[];

function walk(fields: Fields, chain: Chain, found: ShapeProblem[]): void {
  const { type = '', path = [] } = chain.at(-1) ?? {};
  const schema = schemaType(type);
  if (!schema) return;
  for (const [name, value] of Object.entries(fields)) {
    // `$patch` and the like steer a strategic merge.
    if (value === null || value === undefined || name.startsWith('$')) continue;
    const field = schema.get(name);
    if (field) judge(value, { field, chain, path: [...path, name] }, found);
    else if (!isPlaceholder(name)) found.push(unknownField(name, chain, schema));
  }
  for (const [name, { required }] of schema) {
    if (required && isAbsent(fields[name])) found.push(missing([...path, name], t`${ownerOf(path)} needs ${name}.`));
  }
  found.push(...(typeChecks[type]?.(fields, path) ?? []));
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

interface Place {
  readonly field: SchemaField;
  readonly chain: Chain;
  readonly path: FieldPath;
}

function judge(value: unknown, place: Place, found: ShapeProblem[]): void {
  const { field, chain, path } = place;
  const { kind, type } = field;
  const wanted = value === null ? undefined : wantedOf(value, kind);
  if (wanted !== undefined) {
    if (!isPlaceholder(value)) found.push(typeProblem(value, wanted, path));
  } else if (kind === '.' && type !== undefined) {
    if (value !== null) walk(value as Fields, [...chain, { type, path }], found);
  } else if (kind === '[' || kind === '[#') {
    const item: SchemaField = { ...field, kind: type !== undefined ? '.' : kind === '[#' ? '#' : '' };
    for (const [index, each] of (value as readonly unknown[]).entries()) {
      judge(each, { field: item, chain, path: [...path, index] }, found);
    }
  } else if (kind === '{' || kind === '{=') {
    for (const [key, each] of Object.entries(value as Fields))
      judgeEntry(key, each, { ...place, path: [...path, key] }, found);
  } else if (value !== null && !isPlaceholder(value)) {
    const wrong = wrongValue(value as string | number, field);
    if (wrong !== undefined) found.push(valueProblem(wrong, path));
  }
}

/** What the value should have been; `undefined` when it is. */
function wantedOf(value: unknown, kind: SchemaField['kind']): string | undefined {
  const text = typeof value === 'string';
  const whole = Number.isInteger(value);
  const list = Array.isArray(value);
  switch (kind) {
    case '':
      return text ? undefined : 'a text';
    case '?':
      return typeof value === 'boolean' ? undefined : t`true or false`;
    case '#':
      return whole ? undefined : t`a whole number`;
    case '%':
      return text || whole ? undefined : t`a whole number or a text`;
    case '=':
      return text || typeof value === 'number' ? undefined : 'a quantity';
    case '[':
    case '[#':
      return list ? undefined : 'a list';
    case '~':
      return undefined;
    case '.':
    case '{':
    case '{=':
      return typeof value === 'object' && !list ? undefined : 'a map';
  }
}

/** An entry of a map: labels and annotations have names of their own form. */
function judgeEntry(key: string, value: unknown, { field: { kind, form }, path }: Place, found: ShapeProblem[]): void {
  const wanted = value === null ? undefined : wantedOf(value, kind === '{=' ? '=' : '');
  if (wanted !== undefined && !isPlaceholder(value)) found.push(typeProblem(value, wanted, path));
  if (form === undefined || isPlaceholder(key) || isPlaceholder(value)) return;
  // Annotations are compared in lower case.
  const wrong = qualifiedName(form === 'a' ? key.toLowerCase() : key);
  if (wrong !== undefined) found.push(valueProblem(wrong, path));
  const wrongLabel = form === 'l' && typeof value === 'string' ? labelValue(value) : undefined;
  if (wrongLabel !== undefined) found.push(valueProblem(wrongLabel, path));
}

function wrongValue(value: string | number, { kind, oneOf, form }: SchemaField): string | undefined {
  if (oneOf) {
    if (value === '' || oneOf.includes(String(value))) return undefined;
    return t`${JSON.stringify(value)} is not one of ${oneOf.join(', ')}.`;
  }
  if (kind === '=') return parseQuantity(String(value)) ? undefined : t`${JSON.stringify(value)} is no quantity.`;
  // A word in capitals stands for something else: `name: NAME`, `APP-data`.
  if (form === undefined || /(?:^|[-./])[A-Z]{3,}(?:$|[-./])|^[A-Z]+$/.test(String(value))) return undefined;
  return valueForms[form]?.(value);
}

function valueProblem(message: string, path: FieldPath): ShapeProblem {
  return { code: 'value-invalid', path, message };
}

function typeProblem(value: unknown, wanted: string, path: FieldPath): ShapeProblem {
  const scalar = typeof value === 'number' || typeof value === 'boolean';
  const is = scalar
    ? t`the ${typeof value} ${String(value)}`
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'string'
        ? 'a text'
        : 'a map';
  return {
    code: 'field-type',
    path,
    message: t`${formatPath(path.slice(-1))} must be ${wanted}, not ${is}.`,
    ...(wanted === 'a text' && scalar ? { advice: t`Put it in quotes.` } : {}),
  };
}

/** A misspelt field, or one at the wrong level: a strict apply is refused, any other loses it without a word. */
function unknownField(name: string, chain: Chain, schema: SchemaType): ShapeProblem {
  const path = chain.at(-1)?.path ?? [];
  const near = nearest(name, [...schema.keys()]);
  const advice = near === undefined ? belongsTo(name, chain, schema) : t`Did you mean ${near}?`;
  return {
    code: 'field-unknown',
    path: [...path, name],
    message: t`${ownerOf(path)} has no field ${name}: the apply is refused, or loses it without a word.`,
    ...(advice === undefined ? {} : { advice }),
  };
}

function belongsTo(name: string, chain: Chain, schema: SchemaType): string | undefined {
  const above = chain.findLast(({ type }) => schemaType(type)?.has(name));
  if (above) return t`It belongs to ${ownerOf(above.path)}.`;
  const below = [...schema].find(([, { type }]) => type !== undefined && schemaType(type)?.has(name));
  return below ? t`It belongs below ${below[0]}.` : undefined;
}

function ownerOf(path: FieldPath): string {
  return path.length === 0 ? t`The manifest` : formatPath(path);
}
