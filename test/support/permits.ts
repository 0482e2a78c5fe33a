import type {
  ApplyResult,
  ChangedWorkload,
  Cluster,
  PlannedWrite,
  WritePermit,
  WriteRecord,
} from '../../src/cluster/main';
import type { DryRunFacts } from '../../src/core/causes/noFacts';

/** What the gate of the user interface gives, without its questions: tests of the floors below have no person. */
export function permitFor(
  context: string,
  planned: readonly PlannedWrite[],
  record: (entry: WriteRecord) => void = () => undefined,
): WritePermit {
  const grant = { context, planned, record } satisfies Omit<WritePermit, symbol>;
  return grant as WritePermit;
}

type Unpermitted<T> = T extends unknown ? Omit<T, 'permit'> : never;
type Requests = {
  readonly [K in 'apply' | 'deletePod' | 'dryRun' | 'changeWorkload']: Unpermitted<Parameters<Cluster[K]>[0]>;
};

/** A cluster that makes the permit for each write itself. */
export interface FreeCluster extends Omit<Cluster, keyof Requests> {
  readonly records: readonly WriteRecord[];
  apply(request: Omit<Requests['apply'], 'dryRun'> & { readonly dryRun?: boolean }): Promise<ApplyResult>;
  deletePod(request: Requests['deletePod']): Promise<void>;
  dryRun(request: Requests['dryRun']): Promise<DryRunFacts>;
  changeWorkload(
    request: Omit<Requests['changeWorkload'], 'dryRun'> & { readonly dryRun?: boolean },
  ): Promise<ChangedWorkload>;
}

export function freely(cluster: Cluster): FreeCluster {
  const records: WriteRecord[] = [];
  const permit = (planned: readonly PlannedWrite[]): WritePermit =>
    permitFor(cluster.context.name, planned, (entry) => records.push(entry));
  return {
    ...cluster,
    records,
    apply: (request) => {
      const { apiVersion, kind, metadata } = request.object as {
        apiVersion: string;
        kind: string;
        metadata: { name: string; namespace?: string };
      };
      const target = { apiVersion, kind, namespace: metadata.namespace ?? request.namespace, name: metadata.name };
      const planned = { verb: 'apply', target, force: request.force === true } as const;
      return cluster.apply({ ...request, permit: permit([planned]) });
    },
    deletePod: (request) => {
      const target = { apiVersion: 'v1', kind: 'Pod', namespace: request.namespace, name: request.name };
      return cluster.deletePod({ ...request, permit: permit([{ verb: 'delete', target }]) });
    },
    changeWorkload: ({ dryRun, ...request }) => {
      const { seen, subresource } = request;
      const target = { apiVersion: 'apps/v1', ...seen.key, ...(subresource ? { subresource } : {}) };
      const granted = permit([{ verb: 'patch', target }]);
      return cluster.changeWorkload(dryRun ? { ...request, permit: granted, dryRun } : { ...request, permit: granted });
    },
    dryRun: (request) => cluster.dryRun({ ...request, permit: trialFor(cluster.context.name) }),
  };
}

export function trialFor(context: string): Parameters<Cluster['dryRun']>[0]['permit'] {
  const grant: Omit<Parameters<Cluster['dryRun']>[0]['permit'], symbol> = { context };
  return grant as Parameters<Cluster['dryRun']>[0]['permit'];
}
