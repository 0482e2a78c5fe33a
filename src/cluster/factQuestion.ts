import type { Fact, Facts } from '../core/causes/facts';
import type { WorkloadSpec } from '../core/kube/workloadSpec';
import type { LiveWorkload } from '../core/objects';
import type { LiveCluster } from './liveCluster';
import type { Resource } from './resources';

export interface FactsRequest {
  readonly workload: WorkloadSpec;
  /** For a workload that names none itself. */
  readonly namespace: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until what has not come is given up; 5000 when left out. */
  readonly deadline?: number;
  /** Watches that may save requests. */
  readonly live?: LiveCluster | undefined;
}

/** What only the file knows, and what is asked about an exact text, is added by whoever has it. */
export type ClusterFacts = Omit<Facts, 'sameFile' | 'workloadDryRun' | 'podDryRun' | 'claimDryRuns'>;

/** What one asking is about. */
export interface Question {
  readonly workload: WorkloadSpec;
  readonly resource: Resource<LiveWorkload>;
  readonly namespace: string;
  /** On the clock, when to give up. */
  readonly end: number;
  readonly live: LiveCluster | undefined;
}

export function mapFact<T, U>(fact: Fact<T>, map: (value: T) => U): Fact<U> {
  return fact.state === 'known' ? { state: 'known', value: map(fact.value) } : fact;
}
