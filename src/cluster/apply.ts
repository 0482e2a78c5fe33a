import { isDeepEqual } from '../core/deepEqual';
import { clientSideAppliers, managedFieldsOf, takeOver, takeOwn } from '../core/kube/managedFields';
import { overwrittenFields } from '../core/kube/overwritten';
import { ExpectedError } from '../util/errors';
import { t } from '../util/l10n';
import { ApiError } from './apiErrors';
import { type ApplyProblem, applyProblemOf, isVersionConflict, problemOfOverwriting } from './applyProblem';
import { type Json, record, text } from './json';
import { type ObjectPath, pathOf } from './resources';
import { asTakenOver } from './write/asTakenOver';
import { FIELD_MANAGER, type Seen, send, type WriteContext } from './write/door';
import { mayHaveBeenDone } from './write/outcome';
import { nameOfTarget, type Permitted, type WriteTarget } from './write/permit';

interface Applying {
  /** One object as the manifest has it. */
  readonly object: Json;
  /** For an object that names none itself. */
  readonly namespace: string;
  /** Take over fields that others own. Only when a person said so. */
  readonly force?: boolean;
  /** The object as the person last saw it: what others have changed since is not overwritten. `undefined`: not asked. */
  readonly seen?: Json | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type ApplyRequest = Applying & Permitted;

export interface Applied {
  readonly status: 'created' | 'configured' | 'unchanged';
  /** As the server had it before; `undefined`: there was none, or it may not be read. */
  readonly before: Json | undefined;
  /** As the server has it afterwards. */
  readonly object: Json;
  readonly warnings: readonly string[];
}

export type ApplyResult =
  | Applied
  | { readonly status: 'refused'; readonly problem: ApplyProblem }
  /** The request was sent, no answer came, and the object does not tell either. */
  | { readonly status: 'unknown'; readonly message: string };

export interface ReadRequest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
}

/** How often the object may change under our hands, by a controller's status, before we give up. */
const MOST_ROUNDS = 8;
/** Milliseconds to look what became of a request without an answer. */
const LOOK_MS = 5_000;

interface Task {
  readonly request: ApplyRequest;
  readonly context: WriteContext;
  readonly target: WriteTarget;
  readonly path: ObjectPath;
  readonly body: Json;
  readonly what: string;
}

/**
 * Server-side apply of exactly this object, with the version that was read as a precondition, so that nobody's change is
 * overwritten unseen; what kubectl's client-side apply owned is taken over first. A write without an answer is never
 * repeated. Throws ExpectedError when nothing is known about the object, and nothing was sent: no connection, no login.
 */
export async function apply(request: ApplyRequest, context: WriteContext): Promise<ApplyResult> {
  const { object, signal, seen } = request;
  const { apiVersion, kind, name } = identityOf(object);
  const resource = await context.discovery.kind(apiVersion, kind, signal);
  const namespace = resource.namespaced ? (text(record(object.metadata).namespace) ?? request.namespace) : undefined;
  const target: WriteTarget = { apiVersion, kind, namespace, name };
  const path: ObjectPath = { api: resource.api, plural: resource.plural, namespace, name };
  const body = bodyOf(object, namespace);
  const task: Task = { request, context, target, path, body, what: nameOfTarget(target) };
  for (let round = 1; ; round++) {
    const before = await readAt(path, { ...context, action: t`read ${task.what}`, signal }).catch(unlessForbidden);
    const overwritten = seen ? overwrittenFields({ seen, live: before, applied: body, manager: FIELD_MANAGER }) : [];
    if (overwritten.length > 0) return refusal(problemOfOverwriting(overwritten, target));
    try {
      return await applyTo(before, task);
    } catch (error) {
      const moved = error instanceof ApiError && isVersionConflict(error) && versionOf(object) === undefined;
      if (moved && round < MOST_ROUNDS) continue;
      const problem = error instanceof ApiError ? applyProblemOf(error, task.what) : undefined;
      if (problem) return refusal(problem);
      if (request.dryRun || !mayHaveBeenDone(error)) throw error;
      return whatBecame(before, task);
    }
  }
}

function refusal(problem: ApplyProblem): ApplyResult {
  return { status: 'refused', problem };
}

async function applyTo(before: Json | undefined, task: Task): Promise<ApplyResult> {
  const { request } = task;
  const managedFields = before && ownersAfter(before, task.body);
  if (!before || !managedFields) return applyOnce(before, task);
  // What the server would refuse is found before anything is changed; kubectl's own fields are no conflict.
  const appliers = clientSideAppliers(managedFieldsOf(before));
  const trial = await tryWithout([...appliers, FIELD_MANAGER], before, task);
  if (trial.status === 'refused' || trial.status === 'unknown') return trial;
  if (request.dryRun) {
    // Only with fields of others that go: of our own, what is not applied stays.
    if (appliers.length === 0) return trial;
    const object = await asTakenOver(trial.object, { before, applied: task.body, ...task, permit: request.permit });
    return applied(before, { ...trial, object });
  }
  const { context, target } = task;
  const { permit, signal } = request;
  const { uid, resourceVersion } = seenIn(before);
  const write = { verb: 'own', managedFields, seen: { uid, resourceVersion } } as const;
  const { body } = await send({ write, target, permit, signal }, context);
  const owned = record(body);
  return applied(before, await applyOnce(owned, task));
}

/** `undefined`: nothing is to be taken over. */
function ownersAfter(before: Json, body: Json): readonly Json[] | undefined {
  const entries = managedFieldsOf(before);
  const own = takeOwn(entries, FIELD_MANAGER, body);
  return takeOver(own, FIELD_MANAGER) ?? (own === entries ? undefined : own);
}

async function tryWithout(taken: readonly string[], before: Json, task: Task): Promise<ApplyResult> {
  const { request } = task;
  const trial = { ...task, request: { ...request, dryRun: true as const } };
  if (request.force) return applyOnce(before, trial);
  try {
    return await applyOnce(before, trial);
  } catch (error) {
    const problem = error instanceof ApiError ? applyProblemOf(error, task.what, taken) : undefined;
    if (problem?.kind !== 'conflict') throw error;
    if (problem.fields.length > 0) return refusal(problem);
    return applyOnce(before, { ...trial, request: { ...trial.request, force: true } });
  }
}

async function applyOnce(before: Json | undefined, { request, context, target, body }: Task): Promise<Applied> {
  const { force = false, signal } = request;
  const seen = before && { ...seenIn(before), resourceVersion: versionOf(body) ?? seenIn(before).resourceVersion };
  const write = { verb: 'apply', object: body, force, seen } as const;
  const answer = request.dryRun
    ? await send({ write, target, permit: request.permit, dryRun: true, signal }, context)
    : await send({ write, target, permit: request.permit, signal }, context);
  const object = record(answer.body);
  if (answer.status === 201) return { status: 'created', before, object, warnings: answer.warnings };
  return applied(before, { object, warnings: answer.warnings });
}

function applied(before: Json | undefined, after: Pick<Applied, 'object' | 'warnings'>): Applied {
  const same = before !== undefined && isDeepEqual(contentOf(before), contentOf(after.object));
  return { status: same ? 'unchanged' : 'configured', before, object: after.object, warnings: after.warnings };
}

/** There was no answer: the object may tell. A version that has not moved proves that nothing was done. */
async function whatBecame(before: Json | undefined, { path, context, what, body }: Task): Promise<ApplyResult> {
  const signal = AbortSignal.timeout(LOOK_MS);
  const unknown = t`The connection was lost before ${what} was answered for: it may have been applied or not. Applying again is safe and tells.`;
  const now = await readAt(path, { ...context, action: t`read ${what}`, signal }).catch(() => null);
  if (now === null) return { status: 'unknown', message: unknown };
  const unmoved = before ? now && versionOf(now) === versionOf(before) : now === undefined;
  if (unmoved) {
    // The request may still be on its way.
    return {
      status: 'unknown',
      message: t`The connection was lost before ${what} was answered for. The cluster shows no change so far; the request may still be on its way.`,
    };
  }
  const ours = managedFieldsOf(now ?? {}).some(
    ({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply',
  );
  if (!now || !ours || overwrittenFields({ seen: body, live: now, applied: body, manager: FIELD_MANAGER }).length > 0)
    return { status: 'unknown', message: unknown };
  return before
    ? applied(before, { object: now, warnings: [] })
    : { status: 'created', before, object: now, warnings: [] };
}

/** The object as the server has it; `undefined` when there is none. */
export async function read(request: ReadRequest, { transport, discovery }: WriteContext): Promise<Json | undefined> {
  const { apiVersion, kind, name, signal } = request;
  const { api, plural, namespaced } = await discovery.kind(apiVersion, kind, signal);
  const namespace = namespaced ? request.namespace : undefined;
  return readAt({ api, plural, namespace, name }, { transport, action: t`read ${kind} ${name}`, signal });
}

interface Reading extends Pick<WriteContext, 'transport'> {
  readonly action: string;
  readonly signal: AbortSignal | undefined;
}

async function readAt(path: ObjectPath, { transport, action, signal }: Reading): Promise<Json | undefined> {
  try {
    return record((await transport.request({ path: pathOf(path), action, signal })).body);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** Who may change an object but not read it is still served; only `unchanged` cannot be told then. */
function unlessForbidden(error: unknown): undefined {
  if (!(error instanceof ApiError) || error.status !== 403) throw error;
}

function seenIn({ metadata }: Json): Required<Seen> {
  const { uid, resourceVersion } = record(metadata);
  return { uid: text(uid) ?? '', resourceVersion: text(resourceVersion) ?? '' };
}

/** In a manifest it is its author's own precondition. */
function versionOf({ metadata }: Json): string | undefined {
  return text(record(metadata).resourceVersion);
}

function identityOf(object: Json): { readonly apiVersion: string; readonly kind: string; readonly name: string } {
  const apiVersion = text(object.apiVersion);
  const kind = text(object.kind);
  const name = text(record(object.metadata).name);
  if (!apiVersion || !kind)
    throw new ExpectedError(t`The manifest cannot be applied: it needs an apiVersion and a kind.`);
  if (!name) throw new ExpectedError(t`The ${kind} cannot be applied: it needs a name in metadata.name.`);
  return { apiVersion, kind, name };
}

/** What the user wrote, without what only the server may write: `managedFields` must be absent in an apply. */
export function bodyOf(object: Json, namespace: string | undefined): Json {
  const body: Record<string, unknown> = { ...object };
  delete body.status;
  const metadata: Record<string, unknown> = { ...record(object.metadata) };
  delete metadata.managedFields;
  if (namespace !== undefined) metadata.namespace = namespace;
  body.metadata = metadata;
  return body;
}

/** What an apply can change. A controller may write the status, and with it the version, between our two requests. */
function contentOf(object: Json): Json {
  const metadata = { ...record(object.metadata), resourceVersion: undefined, managedFields: undefined };
  return { ...object, status: undefined, metadata };
}
