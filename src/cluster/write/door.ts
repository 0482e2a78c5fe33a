import { isAbort } from '../../util/errors';
import { ApiError } from '../apiErrors';
import type { Discovery } from '../discovery';
import { type Json, record } from '../json';
import { type ObjectPath, deployments, pathOf, pods, statefulSets } from '../resources';
import type { ApiRequest, ApiResponse, Transport } from '../transport';
import { mayHaveBeenDone } from './outcome';
import {
  isSameTarget,
  nameOfTarget,
  type PlannedWrite,
  type Permitted,
  type WritePermit,
  type WriteRecord,
  type WriteTarget,
} from './permit';

/** Who we are in `managedFields`. */
export const FIELD_MANAGER = 'ordinal';

/**
 * The object as a person saw it: one that was made anew under its name is not touched, and with a version not one that
 * anybody has changed since, be it its status only.
 */
export interface Seen {
  readonly uid: string;
  readonly resourceVersion?: string | undefined;
}

export interface JsonPatchStep {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** What is sent, with what must still hold for it; the door puts the condition into the request. */
export type Write =
  | {
      readonly verb: 'apply';
      /** As `bodyOf` makes it. */
      readonly object: Json;
      readonly force?: boolean;
      /** `FIELD_MANAGER` when left out. */
      readonly manager?: string;
      /** `undefined`: there was none, or it may not be read; fields of others are guarded by the server all the same. */
      readonly seen: Seen | undefined;
    }
  | { readonly verb: 'own'; readonly managedFields: readonly Json[]; readonly seen: Required<Seen> }
  | { readonly verb: 'create'; readonly object: Json }
  | { readonly verb: 'replace'; readonly object: Json; readonly seen: Required<Seen> }
  | {
      readonly verb: 'patch';
      readonly patch:
        | { readonly type: 'merge' | 'strategic'; readonly body: Json }
        | { readonly type: 'json'; readonly steps: readonly JsonPatchStep[] };
      readonly seen: Seen;
    }
  | {
      readonly verb: 'delete';
      readonly seen: Seen;
      readonly propagation?: 'Orphan' | 'Background' | 'Foreground';
      readonly graceSeconds?: number;
    };

interface Asked {
  readonly write: Write;
  readonly target: WriteTarget;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
}

export type WriteRequest = Asked & Permitted;

export interface WriteContext {
  readonly context: string;
  readonly transport: Transport;
  readonly discovery: Discovery;
}

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;

/**
 * The only way of this program to change a cluster. Sent once, never again by itself; every request that may store
 * something leaves a record. Throws ApiError, ConnectionError, and an Error when the permit is for something else.
 */
export async function send(request: WriteRequest, context: WriteContext): Promise<ApiResponse> {
  const { write, target, permit, dryRun = false, signal, timeout } = request;
  if (permit.context !== context.context)
    throw new Error(`A permit for ${permit.context} was used for ${context.context}.`);
  const at = await pathTo(target, context, signal);
  const message: ApiRequest = {
    ...requestOf(write, target),
    path: `${pathOf(write.verb === 'create' ? collectionOf(at) : at)}${target.subresource === undefined ? '' : `/${target.subresource}`}`,
    query: { ...queryOf(write), ...(dryRun ? { dryRun: 'All' } : {}) },
    action: `${dryRun ? 'try to ' : ''}${write.verb} ${nameOfTarget({ ...target, namespace: at.namespace })}`,
    ...(timeout === undefined ? {} : { timeout }),
    signal,
  };
  if (request.dryRun) return context.transport.request(message);
  const done: PlannedWrite = {
    verb: write.verb,
    target: { ...target, namespace: at.namespace },
    ...(write.verb === 'apply' && write.force ? { force: true } : {}),
  };
  use(request.permit, done);
  const log = (outcome: WriteRecord['outcome'], answer: string): void => {
    request.permit.record({ ...done, context: context.context, outcome, answer, precondition: conditionOf(write) });
  };
  try {
    const answer = await context.transport.request(message);
    log('done', String(answer.status));
    return answer;
  } catch (error) {
    if (mayHaveBeenDone(error)) log('unknown', isAbort(error) ? 'cancelled' : 'no answer');
    else {
      giveBack(request.permit, done);
      if (error instanceof ApiError) log('refused', `${error.status} ${error.reason}`.trim());
      else log('notSent', 'no connection');
    }
    throw error;
  }
}

/** Writes that a permit was used for; what the server refused was not done. */
const used = new WeakMap<WritePermit, PlannedWrite[]>();

function use(permit: WritePermit, write: PlannedWrite): void {
  const isSame = (each: PlannedWrite): boolean =>
    each.verb === write.verb &&
    (each.force === true || write.force !== true) &&
    isSameTarget(each.target, write.target);
  const what = `${write.verb} ${nameOfTarget(write.target)}`;
  const isPlanned = ({ verb, ...each }: PlannedWrite): boolean =>
    isSame({ ...each, verb: write.verb === 'own' && verb === 'apply' ? 'own' : verb });
  if (!permit.planned.some(isPlanned)) throw new Error(`There is no permit to ${what}.`);
  const before = used.get(permit) ?? [];
  if (before.some(isSame)) throw new Error(`The permit to ${what} has been used.`);
  used.set(permit, [...before, write]);
}

function giveBack(permit: WritePermit, write: PlannedWrite): void {
  used.set(permit, used.get(permit)?.filter((each) => each !== write) ?? []);
}

/** Without a question to the server for what is written most. */
const KNOWN = new Map(
  Object.entries({
    'apps/v1 StatefulSet': statefulSets,
    'apps/v1 Deployment': deployments,
    'v1 Pod': pods,
    'v1 PersistentVolumeClaim': { api: '/api/v1', plural: 'persistentvolumeclaims' },
  }),
);

async function pathTo(target: WriteTarget, { discovery }: WriteContext, signal?: AbortSignal): Promise<ObjectPath> {
  const { apiVersion, kind, namespace, name } = target;
  const known = KNOWN.get(`${apiVersion} ${kind}`);
  if (known) return { api: known.api, plural: known.plural, namespace, name };
  const { api, plural, namespaced } = await discovery.kind(apiVersion, kind, signal);
  return { api, plural, namespace: namespaced ? namespace : undefined, name };
}

function collectionOf({ api, plural, namespace }: ObjectPath): ObjectPath {
  return { api, plural, namespace };
}

function queryOf(write: Write): Readonly<Record<string, string>> {
  if (write.verb === 'delete') return {};
  const strict = { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' };
  if (write.verb !== 'apply') return strict;
  return { ...strict, fieldManager: write.manager ?? FIELD_MANAGER, force: String(write.force === true) };
}

type Message = Pick<ApiRequest, 'method' | 'body' | 'contentType'>;

function requestOf(write: Write, target: WriteTarget): Message {
  switch (write.verb) {
    case 'apply':
      return {
        method: 'PATCH',
        body: conditioned(write.object, write.seen),
        contentType: 'application/apply-patch+yaml',
      };
    case 'own': {
      const steps = [{ op: 'replace', path: '/metadata/managedFields', value: write.managedFields }] as const;
      return patchOf({ verb: 'patch', patch: { type: 'json', steps }, seen: write.seen }, target);
    }
    case 'create':
      return { method: 'POST', body: write.object };
    case 'replace':
      return { method: 'PUT', body: conditioned(write.object, write.seen) };
    case 'patch':
      return patchOf(write, target);
    case 'delete': {
      const { seen: preconditions, propagation, graceSeconds } = write;
      const options = {
        ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
        ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
      };
      return { method: 'DELETE', body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions, ...options } };
    }
  }
}

function patchOf({ patch, seen }: Extract<Write, { readonly verb: 'patch' }>, { subresource }: WriteTarget): Message {
  const contentType = PATCH_TYPES[patch.type];
  if (patch.type !== 'json') return { method: 'PATCH', body: conditioned(patch.body, seen), contentType };
  // The uid of a subresource's object is that of its parent.
  const conditions = [
    { op: 'test', path: '/metadata/uid', value: seen.uid },
    ...(seen.resourceVersion === undefined || subresource === 'status'
      ? []
      : [{ op: 'replace', path: '/metadata/resourceVersion', value: seen.resourceVersion }]),
  ];
  return { method: 'PATCH', body: [...conditions, ...patch.steps], contentType };
}

/** A server that has another uid or version under this name answers 409 and changes nothing. */
function conditioned(object: Json, seen: Seen | undefined): Json {
  if (!seen) return object;
  const { uid, resourceVersion } = seen;
  const condition = { uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  return { ...object, metadata: { ...record(object.metadata), ...condition } };
}

function conditionOf(write: Write): string {
  if (write.verb === 'create') return 'no such object';
  const { seen } = write;
  if (!seen) return 'fields of others';
  return `uid ${seen.uid}${seen.resourceVersion === undefined ? '' : `, resourceVersion ${seen.resourceVersion}`}`;
}
