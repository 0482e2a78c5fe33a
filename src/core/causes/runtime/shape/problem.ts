import type { FieldPath } from '../../../fieldPath';
import type { RuleFinding } from '../../rule';
import { t } from '../../../../util/l10n';

/** What the shape of a manifest can get wrong; each has its page. */
export type ShapeCode =
  | 'field-unknown'
  | 'field-type'
  | 'field-missing'
  | 'value-invalid'
  | 'fields-conflict'
  | 'name-duplicate'
  | 'probe-invalid'
  | 'strategy-invalid';

export interface ShapeProblem extends RuleFinding {
  readonly code: ShapeCode;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Judges one object of a type by the fields that it has together. */
export type TypeCheck = (fields: Fields, path: FieldPath) => Iterable<ShapeProblem>;

/** Two fields that exclude each other, or one that has no place here. */
export function conflict(path: FieldPath, message: string, code: ShapeCode = 'fields-conflict'): ShapeProblem {
  return { code, path, message };
}

export function duplicate(path: FieldPath, message: string): ShapeProblem {
  return conflict(path, message, 'name-duplicate');
}

export function missing(path: FieldPath, message: string): ShapeProblem {
  return conflict(path, message, 'field-missing');
}

/** A field is there unless it is null, which the server drops. */
export function has(fields: Fields, name: string): boolean {
  return fields[name] !== undefined && fields[name] !== null;
}

/** Fields of which one at most may be set. */
export function* onlyOne(
  fields: Fields,
  path: FieldPath,
  names: readonly string[],
  code?: ShapeCode,
): Generator<ShapeProblem> {
  const [first, second] = names.filter((name) => has(fields, name));
  if (first === undefined || second === undefined) return;
  yield conflict([...path, second], t`${first} and ${second} exclude each other.`, code);
}
