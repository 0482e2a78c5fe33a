import { type FieldPath, formatPath } from '../core/fieldPath';
import type { OverwrittenField } from '../core/kube/overwritten';
import { t } from '../util/l10n';
import type { ApiError } from './apiErrors';
import { records, text } from './json';
import { parseServerPath } from './serverPath';
import { nameOfTarget, type WriteTarget } from './write/permit';

/** Why the server did not take the manifest. */
export interface ApplyProblem {
  /** `changed`: the object is no longer what the person saw, and their change would be overwritten. */
  readonly kind: 'conflict' | 'changed' | 'invalid' | 'forbidden' | 'unknownField' | 'other';
  /** For a person: what was refused, and why. */
  readonly message: string;
  readonly fields: readonly RefusedField[];
  /** Conflict: who owns the fields (`kubectl-client-side-apply`, `helm`); else empty. */
  readonly managers: readonly string[];
}

export interface RefusedField {
  readonly path: FieldPath;
  /** The path as the server writes it. */
  readonly text: string;
  readonly message: string;
  /** Conflict: who owns it. */
  readonly owner?: string;
}

/**
 * `undefined` when the error says nothing about the manifest: the login, the server, the way to it. Conflicts with those
 * whose fields are `taken` over are none; a conflict without fields is left when there are no others.
 */
export function applyProblemOf(error: ApiError, what: string, taken: readonly string[] = []): ApplyProblem | undefined {
  const { status, serverMessage } = error;
  return (
    schemaProblem(error, what) ??
    conflict(error, what, taken) ??
    (status === 403
      ? problem('forbidden', error.right === undefined ? refused(error, what) : error.message)
      : undefined) ??
    invalid(error, what) ??
    // A webhook denies with whatever status it likes; one that does not answer is a 500 of the API server.
    ((status >= 400 && status < 500 && status !== 401 && status !== 429) || /failed calling webhook/.test(serverMessage)
      ? problem('other', refused(error, what))
      : undefined)
  );
}

function problem(kind: ApplyProblem['kind'], message: string, fields: readonly RefusedField[] = []): ApplyProblem {
  return { kind, message, fields, managers: [] };
}

function refused({ serverMessage, status }: ApiError, what: string): string {
  return t`${what} was refused: ${serverMessage === '' ? `HTTP ${status}` : serverMessage}`;
}

/**
 * A field that the schema does not have, or a value of the wrong type, is an error of server-side apply itself: HTTP 500
 * without a reason (kubernetes/kubernetes#122480; 400 in the future), whatever `fieldValidation` says.
 */
function schemaProblem(error: ApiError, what: string): ApplyProblem | undefined {
  const { serverMessage, status } = error;
  if (status !== 500 && status !== 400) return undefined;
  const typed = /^failed to create typed patch object \([^)]*\): (.*)$/s.exec(serverMessage);
  if (typed) {
    const said = typed[1] ?? '';
    // `errors:` and one indented line each when there are several.
    const fields = [...said.matchAll(/^\s*(\.\S+?): (.+)$/gm)].map(([, path = '', message = '']) =>
      fieldOf(path, message),
    );
    const unknown = fields.every(({ message }) => message === 'field not declared in schema');
    const list = fields
      .map(({ text: path, message }) => (unknown ? plain(path) : `${plain(path)}: ${message}`))
      .join(', ');
    if (fields.length === 0) return problem('other', refused(error, what));
    return unknown
      ? problem('unknownField', t`${what} was refused: there is no field ${list}`, fields)
      : problem('invalid', t`${what} was refused: ${list}`, fields);
  }
  const strict = /strict decoding error: (.*)$/s.exec(serverMessage);
  if (!strict) return undefined;
  const fields = [...(strict[1] ?? '').matchAll(/(unknown|duplicate) field "([^"]+)"/g)].map(([message, , path = '']) =>
    fieldOf(path, message),
  );
  return problem('unknownField', refused(error, what), fields);
}

/** Of an optimistic lock, not of field managers: the object has changed since it was read, and nothing was done. */
export function isVersionConflict(error: ApiError): boolean {
  if (error.status !== 409) return false;
  return !records(error.details.causes).some(({ reason }) => reason === 'FieldManagerConflict');
}

function conflict(error: ApiError, what: string, taken: readonly string[]): ApplyProblem | undefined {
  if (error.status !== 409) return undefined;
  const causes = records(error.details.causes).filter(({ reason }) => reason === 'FieldManagerConflict');
  if (causes.length === 0) return undefined;
  const fields = causes
    .map(({ field, message }) => {
      const owner = /^conflict with "((?:[^"\\]|\\.)*)"/.exec(text(message) ?? '')?.[1] ?? '';
      return { ...fieldOf(text(field) ?? '', text(message) ?? ''), owner };
    })
    .filter(({ owner }) => !taken.includes(owner));
  const managers = [...new Set(fields.map(({ owner }) => owner))];
  const list = [...new Set(fields.map(({ text: path }) => plain(path)))].join(', ');
  const message = t`${what} was refused: ${list} belongs to ${managers.join(', ')}. Apply with force to take over these fields.`;
  return { kind: 'conflict', message, fields, managers };
}

/** Somebody with the same tool, whom the server cannot tell from us. */
export function problemOfOverwriting(overwritten: readonly OverwrittenField[], target: WriteTarget): ApplyProblem {
  const what = nameOfTarget(target);
  const secret = target.kind === 'Secret';
  const fields = overwritten.map(({ path, seen, live }) => {
    const [before, now] = [shortOf(seen), shortOf(live)];
    const message = secret
      ? t`somebody has changed it meanwhile`
      : t`somebody has changed it meanwhile, from ${before} to ${now}`;
    return { path, text: formatPath(path), message };
  });
  const list = fields.map(({ text: path }) => path).join(', ');
  const message = t`${what} was not applied: somebody has changed ${list} since you last saw it.`;
  return { kind: 'changed', message, fields, managers: [] };
}

function shortOf(value: unknown): string {
  const json = value === undefined ? '–' : JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 57)}…` : json;
}

function invalid(error: ApiError, what: string): ApplyProblem | undefined {
  if (error.status !== 422) return undefined;
  const fields = records(error.details.causes).map(({ field, message }) =>
    fieldOf(text(field) ?? '', text(message) ?? ''),
  );
  return problem('invalid', refused(error, what), fields);
}

/** `.spec.replicas` is `spec.replicas` to people. */
function plain(path: string): string {
  return path.replace(/^\./, '');
}

function fieldOf(path: string, message: string): RefusedField {
  return { path: parseServerPath(path), text: path, message };
}
