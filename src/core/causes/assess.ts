import type { KubeEvent, LiveWorkload, Pod } from '../objects';
import { deriveRollout, type Rollout } from '../rollout/rollout';
import { explainWorkload } from './explainWorkload';
import type { Finding } from './finding';
import type { Observation } from './rule';

/** Also for a pod that runs and never becomes ready, which the rollout alone cannot tell from one that is slow. */
const DEADLOCK = 'ordered-ready-deadlock-observed';

/** Everything the views show of one live workload: derived as a whole, so that they always agree. */
export interface Assessment {
  readonly workload: LiveWorkload;
  readonly rollout: Rollout;
  /** Observed causes, the primary one first. */
  readonly findings: readonly Finding[];
  /** A pod of an older revision that the controller waits for in vain: deleted, it comes back at the newest one. */
  readonly inTheWay: Pod | undefined;
  /** Of the workload, its ReplicaSets and its pods. */
  readonly events: readonly KubeEvent[];
}

export function assess(
  observation: Omit<Observation, 'pods'> & { readonly pods: Observation['pods'] | undefined },
): Assessment {
  const findings = explainWorkload({ ...observation, pods: observation.pods ?? [] });
  const { workload, pods, replicaSets, events } = observation;
  const blocked = findings.some(({ severity }) => severity === 'error');
  const rollout = deriveRollout({ workload, pods, replicaSets, blocked });
  const waitedFor = findings.find(({ code, severity }) => code === DEADLOCK && severity === 'error')?.pod;
  const inTheWay = rollout.deadlock?.pod ?? pods?.find(({ name }) => name === waitedFor);
  return { workload, rollout, findings, inTheWay, events };
}
