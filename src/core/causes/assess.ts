import type { LiveWorkload } from '../objects';
import { deriveRollout, type Rollout } from '../rollout/rollout';
import { explainWorkload } from './explainWorkload';
import type { Finding } from './finding';
import type { Observation } from './rule';

/** Everything the views show of one live workload: derived as a whole, so that they always agree. */
export interface Assessment {
  readonly workload: LiveWorkload;
  readonly rollout: Rollout;
  /** Observed causes, the primary one first. */
  readonly findings: readonly Finding[];
}

export function assess(
  observation: Omit<Observation, 'pods'> & { readonly pods: Observation['pods'] | undefined },
): Assessment {
  const findings = explainWorkload({ ...observation, pods: observation.pods ?? [] });
  const { workload, pods, replicaSets } = observation;
  const blocked = findings.some(({ severity }) => severity === 'error');
  return { workload, rollout: deriveRollout({ workload, pods, replicaSets, blocked }), findings };
}
