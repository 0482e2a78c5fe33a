import { ApiError } from './apiErrors';
import { listNamespaces } from './operations';
import { deployments, statefulSets } from './resources';
import type { Transport } from './transport';
import { askForRight } from './write/rights';
import { t } from '../util/l10n';

export interface PermittedNamespaces {
  /** By name; where the user may list StatefulSets or Deployments. */
  readonly namespaces: readonly string[];
  /** What keeps us from knowing all of them: `list namespaces`. */
  readonly missing: string | undefined;
}

/** Each is a question of its own: of a cluster with more namespaces, a person has to name those of interest. */
const MOST_ASKED = 200;
const AT_ONCE = 4;

/** Where the user may look, for one who may not look everywhere. Throws ApiError and ConnectionError, except for 403. */
export async function permittedNamespaces(transport: Transport, signal?: AbortSignal): Promise<PermittedNamespaces> {
  let names: readonly string[];
  try {
    names = await listNamespaces(transport, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    return { namespaces: [], missing: error.right ?? t`list namespaces` };
  }
  const waiting = names.slice(0, MOST_ASKED);
  const permitted: string[] = [];
  const ask = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      if (await mayLook(name, transport, signal)) permitted.push(name);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return { namespaces: permitted.sort(), missing: undefined };
}

async function mayLook(namespace: string, transport: Transport, signal: AbortSignal | undefined): Promise<boolean> {
  for (const { plural } of [statefulSets, deployments]) {
    const resourceAttributes = { verb: 'list', group: 'apps', resource: plural, namespace };
    if ((await askForRight(transport, resourceAttributes, signal)).allowed) return true;
  }
  return false;
}
