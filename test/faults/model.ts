import type { LiveCluster } from '../../src/cluster/main';
import type { LiveWorkload } from '../../src/core/objects';
import type { ApiObject } from '../cluster/apiClient';
import { expectOk } from '../cluster/apiClient';
import type { Cluster } from '../cluster/cluster';

interface ObjectList {
  readonly items?: readonly ApiObject[];
}

/** One object in a line: what a view shows is of this object, in this version. */
type Lines = readonly string[];

/** What a list of everything says, as the administrator reads it from etcd. */
export async function listed(cluster: Cluster, namespace: string): Promise<Lines> {
  const collections = {
    deployments: 'apis/apps/v1',
    statefulsets: 'apis/apps/v1',
    replicasets: 'apis/apps/v1',
    pods: 'api/v1',
  };
  const parts = await Promise.all(
    Object.entries(collections).map(async ([plural, api]) => {
      const path = `/${api}/namespaces/${namespace}/${plural}`;
      const { items = [] } = await expectOk<ObjectList>(cluster.api('GET', path), path);
      return items.map(({ metadata = {} }) => `${plural} ${lineOf(metadata)}`);
    }),
  );
  return parts.flat().sort();
}

/** The same of what a live cluster holds. */
export function held(live: LiveCluster): Lines {
  return live
    .workloads(live.namespace ?? '')
    .flatMap((workload) => linesOf(live, workload))
    .sort();
}

function linesOf(live: LiveCluster, workload: LiveWorkload): Lines {
  const sets = workload.kind === 'Deployment' ? live.replicaSetsOf(workload) : [];
  return [
    `${workload.kind.toLowerCase()}s ${lineOf(workload)}`,
    ...sets.map((each) => `replicasets ${lineOf(each)}`),
    ...(live.podsOf(workload) ?? []).map((pod) => `pods ${lineOf(pod)}`),
  ];
}

function lineOf({ name, uid, resourceVersion }: { name?: string; uid?: string; resourceVersion?: string }): string {
  return `${name ?? ''} ${uid ?? ''} ${resourceVersion ?? ''}`;
}

/** What somebody holds who looks only at what he is told has changed, as the views do. */
export class Mirror {
  readonly #live: LiveCluster;
  readonly #lines = new Map<string, Lines>();

  constructor(live: LiveCluster) {
    this.#live = live;
    live.onDidChange(({ keys }) => {
      for (const key of keys) {
        const workload = live.workload(key);
        const id = `${key.kind}/${key.name}`;
        if (workload) this.#lines.set(id, linesOf(this.#live, workload));
        else this.#lines.delete(id);
      }
    });
  }

  get lines(): Lines {
    return [...this.#lines.values()].flat().sort();
  }
}
