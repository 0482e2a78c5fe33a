import { ApiError } from './apiErrors';
import { ExpectedError } from '../util/errors';
import { record, records, text } from './json';
import { pathOf, pods } from './resources';
import type { Transport } from './transport';
import { t } from '../util/l10n';

export interface DeletePod {
  readonly namespace: string;
  readonly name: string;
  /** The pod that the user saw: another one of the same name is not touched. */
  readonly uid: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Logs {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Of the run before the last restart. */
  readonly previous?: boolean;
  /** 20 when left out. */
  readonly tailLines?: number;
  readonly signal?: AbortSignal | undefined;
}

const MOST_LOG_BYTES = 1 << 18;

/** Resolves when the server has taken the deletion, also when the pod is already gone. */
export async function deletePod({ namespace, name, uid, signal }: DeletePod, transport: Transport): Promise<void> {
  try {
    await transport.request({
      method: 'DELETE',
      path: pathOf({ ...pods, namespace, name }),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } },
      action: t`delete pod ${namespace}/${name}`,
      signal,
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) return;
    if (error.status !== 409) throw error;
    throw new ExpectedError(t`Pod ${namespace}/${name} was not deleted: it has been replaced by a new one meanwhile.`, {
      cause: error,
    });
  }
}

/** The last lines that a container wrote. */
export async function readLogs(request: Logs, transport: Transport): Promise<readonly string[]> {
  const { namespace, pod, container, previous = false, tailLines = 20, signal } = request;
  const { body } = await transport.request({
    path: `${pathOf({ ...pods, namespace, name: pod })}/log`,
    query: {
      container,
      tailLines: String(tailLines),
      limitBytes: String(MOST_LOG_BYTES),
      ...(previous ? { previous: 'true' } : {}),
    },
    action: t`read the log of ${namespace}/${pod}, container ${container}`,
    signal,
  });
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  return content === '' ? [] : content.replace(/\r?\n$/, '').split(/\r?\n/);
}

/** By name. Throws ApiError when the user may not list them. */
export async function listNamespaces(
  transport: Transport,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const { body } = await transport.request({ path: '/api/v1/namespaces', action: t`list namespaces`, signal });
  return records(record(body).items)
    .flatMap(({ metadata }) => text(record(metadata).name) ?? [])
    .sort();
}
