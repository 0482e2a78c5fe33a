import { isDeepStrictEqual } from 'node:util';
import { ExpectedError } from '../util/errors';
import { ApiError } from './apiErrors';
import { type ApplyProblem, applyProblemOf } from './applyProblem';
import { type Json, record, text } from './json';
import { type ObjectPath, pathOf } from './resources';
import type { Transport } from './transport';
import { type Seen, send, type WriteContext } from './write/door';
import type { TrialPermit, WritePermit } from './write/permit';
import { t } from '../util/l10n';

interface Applying {
  /** One object as the manifest has it. */
  readonly object: Json;
  /** For an object that names none itself. */
  readonly namespace: string;
  /** Take over fields that others own. Only when a person said so. */
  readonly force?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export type ApplyRequest = Applying &
  (
    | { readonly permit: WritePermit; readonly dryRun?: false | undefined }
    /** The server checks and answers, and stores nothing. */
    | { readonly permit: WritePermit | TrialPermit; readonly dryRun: true }
  );

export type ApplyResult =
  | {
      readonly status: 'created' | 'configured' | 'unchanged';
      /** As the server has it afterwards. */
      readonly object: Json;
      readonly warnings: readonly string[];
    }
  | { readonly status: 'refused'; readonly problem: ApplyProblem };

export interface ReadRequest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Server-side apply of exactly this object. Sent once: a write is never repeated. Throws ExpectedError when there is no
 * answer about the object: no connection, no login.
 */
export async function apply(request: ApplyRequest, context: WriteContext): Promise<ApplyResult> {
  const { object, signal, force = false } = request;
  const { transport, discovery } = context;
  const { apiVersion, kind, name } = identityOf(object);
  const resource = await discovery.kind(apiVersion, kind, signal);
  const namespace = resource.namespaced ? (text(record(object.metadata).namespace) ?? request.namespace) : undefined;
  const what = namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
  const at: ObjectPath = { api: resource.api, plural: resource.plural, namespace, name };
  const before = await readAt(at, { transport, action: t`read ${what}`, signal }).catch(unlessForbidden);
  try {
    const write = { verb: 'apply', object: bodyOf(object, namespace), force, seen: seenIn(before) } as const;
    const target = { apiVersion, kind, namespace, name };
    const { status, body, warnings } = request.dryRun
      ? await send({ write, target, permit: request.permit, dryRun: true, signal }, context)
      : await send({ write, target, permit: request.permit, signal }, context);
    const after = record(body);
    if (status === 201) return { status: 'created', object: after, warnings };
    const same = before !== undefined && isDeepStrictEqual(contentOf(before), contentOf(after));
    return { status: same ? 'unchanged' : 'configured', object: after, warnings };
  } catch (error) {
    const problem = error instanceof ApiError ? applyProblemOf(error, what) : undefined;
    if (problem) return { status: 'refused', problem };
    throw error;
  }
}

/** The object as the server has it; `undefined` when there is none. */
export async function read(request: ReadRequest, { transport, discovery }: WriteContext): Promise<Json | undefined> {
  const { apiVersion, kind, name, signal } = request;
  const { api, plural, namespaced } = await discovery.kind(apiVersion, kind, signal);
  const namespace = namespaced ? request.namespace : undefined;
  return readAt({ api, plural, namespace, name }, { transport, action: t`read ${kind} ${name}`, signal });
}

interface Reading {
  readonly transport: Transport;
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

function seenIn(object: Json | undefined): Seen | undefined {
  const uid = text(record(object?.metadata).uid);
  return uid === undefined ? undefined : { uid };
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
