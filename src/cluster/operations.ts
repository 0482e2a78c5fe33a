import { record, records, text } from './json';
import { pathOf, pods } from './resources';
import type { Transport } from './transport';
import { t } from '../util/l10n';

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
