import { isDeepStrictEqual } from 'node:util';
import { ExpectedError } from '../util/errors';
import { ApiError } from './apiErrors';
import { type ApplyProblem, applyProblemOf } from './applyProblem';
import type { Discovery } from './discovery';
import { type Json, record, text } from './json';
import { type ObjectPath, pathOf } from './resources';
import type { Transport } from './transport';
import { t } from '../util/l10n';

export interface ApplyRequest {
  /** One object as the manifest has it. */
  readonly object: Json;
  /** For an object that names none itself. */
  readonly namespace: string;
  /** Take over fields that others own. Only when a person said so. */
  readonly force?: boolean;
  /** The server checks and answers, and stores nothing. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal | undefined;
}

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

export interface ApplyContext {
  readonly transport: Transport;
  readonly discovery: Discovery;
}

/** Who we are in `managedFields`. */
export const FIELD_MANAGER = 'ordinal';

/**
 * Server-side apply of exactly this object. Sent once: a write is never repeated. Throws ExpectedError when there is no
 * answer about the object: no connection, no login.
 */
export async function apply(request: ApplyRequest, { transport, discovery }: ApplyContext): Promise<ApplyResult> {
  const { object, signal } = request;
  const { apiVersion, kind, name } = identityOf(object);
  const resource = await discovery.kind(apiVersion, kind, signal);
  const namespace = resource.namespaced ? (text(record(object.metadata).namespace) ?? request.namespace) : undefined;
  const what = namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
  const at: ObjectPath = { api: resource.api, plural: resource.plural, namespace, name };
  const before = await readAt(at, { transport, action: t`read ${what}`, signal }).catch(unlessForbidden);
  try {
    const { status, body, warnings } = await transport.request({
      method: 'PATCH',
      path: pathOf(at),
      query: {
        fieldManager: FIELD_MANAGER,
        fieldValidation: 'Strict',
        force: String(request.force === true),
        ...(request.dryRun ? { dryRun: 'All' } : {}),
      },
      body: bodyOf(object, namespace),
      contentType: 'application/apply-patch+yaml',
      action: t`apply ${what}`,
      signal,
    });
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
export async function read(request: ReadRequest, { transport, discovery }: ApplyContext): Promise<Json | undefined> {
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
