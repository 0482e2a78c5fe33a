import type { ObjectKey } from '../core/objects';
import { ExpectedError } from '../util/errors';
import { t } from '../util/l10n';
import { ApiError } from './apiErrors';
import { type Json, record } from './json';
import { listInPages } from './pagedList';
import { selectorText } from './podFacts';
import { selectorOf } from './projection';
import { controllerRevisions, pathOf, pluralOf, pods, replicaSets } from './resources';
import type { Transport } from './transport';

/** Objects as the server sends them, for `historyOf`. */
export interface HistoryObjects {
  readonly workload: Json;
  readonly revisions: readonly Json[];
  readonly pods: readonly Json[];
  /** Why there are no pods to tell of: the right that is missing. */
  readonly podsMissing: string | undefined;
}

export interface HistoryRequest {
  readonly key: ObjectKey;
  readonly signal?: AbortSignal | undefined;
}

/** A workload with what its history is made of. Throws ExpectedError when there is no such workload, or no right to read it. */
export async function readHistory({ key, signal }: HistoryRequest, transport: Transport): Promise<HistoryObjects> {
  const workload = await readWorkload({ key, signal }, transport);
  const labelSelector = selectorText(selectorOf(record(workload.spec).selector));
  const list = async ({ plural, api, fullName }: typeof controllerRevisions): Promise<Json[]> => {
    const objects: Json[] = [];
    await listInPages({
      transport,
      path: pathOf({ api, plural, namespace: key.namespace }),
      selector: { labelSelector },
      action: `list ${fullName} in ${key.namespace}`,
      signal: signal ?? new AbortController().signal,
      onObject: (object) => objects.push(object),
    });
    return objects;
  };
  const ofDeployment = key.kind === 'Deployment';
  const [revisions, found] = await Promise.all([
    list(ofDeployment ? replicaSets : controllerRevisions),
    list(pods).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 403) return error.message;
      throw error;
    }),
  ]);
  const kind = ofDeployment ? 'ReplicaSet' : 'ControllerRevision';
  return {
    workload,
    // The items of a list do not say what they are.
    revisions: revisions.map((each) => ({ ...each, kind })),
    pods: typeof found === 'string' ? [] : found,
    podsMissing: typeof found === 'string' ? found : undefined,
  };
}

/** As the server has it now. Throws ExpectedError when it is not there. */
export async function readWorkload({ key, signal }: HistoryRequest, transport: Transport): Promise<Json> {
  const { kind, namespace, name } = key;
  const path = pathOf({ api: '/apis/apps/v1', plural: pluralOf(kind), namespace, name });
  try {
    return record((await transport.request({ path, action: `read ${kind} ${namespace}/${name}`, signal })).body);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    throw new ExpectedError(t`${kind} ${name} is not in the namespace ${namespace}.`, { cause: error });
  }
}
