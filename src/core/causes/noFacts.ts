import type { Facts } from './facts';

export type DryRunFacts = Pick<Facts, 'workloadDryRun' | 'podDryRun' | 'claimDryRuns'>;

/** What is known of a cluster that nobody asked: nothing, and why. */
export function noFacts(reason: string): Omit<Facts, 'sameFile'> {
  const unavailable = { state: 'unavailable', reason } as const;
  return {
    serverVersion: unavailable,
    liveObject: unavailable,
    liveWorkload: unavailable,
    pods: unavailable,
    quotas: unavailable,
    limitRanges: unavailable,
    serviceAccounts: unavailable,
    configMaps: unavailable,
    secrets: unavailable,
    access: unavailable,
    rights: unavailable,
    namespace: unavailable,
    namespacePods: unavailable,
    services: unavailable,
    claims: unavailable,
    volumes: unavailable,
    storageClasses: unavailable,
    priorityClasses: unavailable,
    runtimeClasses: unavailable,
    nodes: unavailable,
    ...noDryRuns(reason),
  };
}

export function noDryRuns(reason: string): DryRunFacts {
  const unavailable = { state: 'unavailable', reason } as const;
  return { workloadDryRun: unavailable, podDryRun: unavailable, claimDryRuns: unavailable };
}
