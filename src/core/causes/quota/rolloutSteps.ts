import { resolveIntOrString } from '../../kube/intOrString';
import type { WorkloadSpec } from '../../kube/workloadSpec';
import type { Pod } from '../../objects';
import { ordinalOf } from '../../rollout/rollout';
import { isFinished } from '../../rollout/slot';
import type { Step } from './quotaArithmetic';
import { t } from '../../../util/l10n';

/** An apply, as far as it makes and ends pods. */
export interface Move {
  readonly workload: WorkloadSpec;
  /** `undefined`: the workload is new. */
  readonly live: WorkloadSpec | undefined;
  readonly pods: readonly Pod[];
  /** The template changes, so that pods are replaced. */
  readonly changed: boolean;
}

/** What pods cost of one resource of a quota. */
export interface Cost {
  /** A pod of the new template; of a StatefulSet with the claims that this ordinal does not have yet. */
  needs(ordinal: number | undefined): bigint;
  /** A pod of the live template, which a partition keeps. */
  keeps(ordinal: number): bigint;
  /** What the end of this pod gives back. */
  frees(pod: Pod): bigint;
}

/** The pods that go and come, in the controller's order. */
export function rolloutSteps(move: Move, cost: Cost): readonly Step[] {
  return move.workload.kind === 'StatefulSet' ? stepsOfStatefulSet(move, cost) : stepsOfDeployment(move, cost);
}

/**
 * Missing ordinals come first, from the lowest up: among them those whose pod is terminating, which still counts, or has
 * ended. Then each pod is replaced, from the highest down to the partition.
 */
function stepsOfStatefulSet({ workload, live, pods, changed }: Move, cost: Cost): Step[] {
  const name = workload.name ?? '';
  const start = workload.firstOrdinal;
  const end = start + (workload.replicas ?? live?.replicas ?? 1);
  const liveEnd = live ? live.firstOrdinal + (live.replicas ?? 1) : end;
  const held = start + (workload.partition ?? 0);
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(name, pod.name), pod]));
  const steps: Step[] = [];
  for (const [ordinal, pod] of byOrdinal) {
    if (ordinal === undefined || (ordinal >= start && ordinal < end)) continue;
    steps.push({ pod: pod.name, frees: cost.frees(pod), needs: 0n, scale: true });
  }
  const comes = (pod: Pod | undefined): boolean => !pod || pod.deleting !== undefined || isFinished(pod);
  for (let ordinal = start; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (!comes(pod)) continue;
    // Below the partition the old template stays.
    const needs = live && ordinal < held ? cost.keeps(ordinal) : cost.needs(ordinal);
    const frees = pod ? cost.frees(pod) : 0n;
    steps.push({ pod: `${name}-${ordinal}`, frees, needs, scale: ordinal >= liveEnd });
  }
  if (!changed || workload.strategy === 'OnDelete') return steps;
  for (let ordinal = end - 1; ordinal >= held; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (!pod || comes(pod)) continue;
    steps.push({ pod: pod.name, frees: cost.frees(pod), needs: cost.needs(ordinal), scale: false });
  }
  return steps;
}

/** New pods come on top of the old ones as far as maxSurge allows; what maxUnavailable allows goes before. */
function stepsOfDeployment({ workload, live, pods, changed }: Move, cost: Cost): Step[] {
  const liveReplicas = live?.replicas ?? 1;
  const replicas = workload.replicas ?? liveReplicas;
  const needs = cost.needs(undefined);
  const ending = pods.filter((pod) => pod.deleting !== undefined);
  const present = pods.filter((pod) => pod.deleting === undefined && !isFinished(pod));
  const ended: Step[] = ending.map((pod) => ({ pod: pod.name, frees: cost.frees(pod), needs: 0n, scale: false }));
  const scale = live !== undefined && replicas > liveReplicas;
  const added: Step = { pod: scale ? t`one of the added pods` : t`one of the pods`, frees: 0n, needs, scale };
  const extra = Array.from({ length: Math.max(0, replicas - present.length) }, () => added);
  if (!changed || present.length === 0 || replicas === 0) return [...ended, ...extra];
  const all = (some: readonly Pod[]): bigint => some.reduce((sum, pod) => sum + cost.frees(pod), 0n);
  if (workload.strategy === 'Recreate') {
    const first: Step = { pod: t`one of the new pods`, frees: all(present), needs, scale: false };
    return [...ended, first, ...Array.from({ length: Math.max(0, replicas - 1) }, () => ({ ...first, frees: 0n }))];
  }
  const gone = resolveIntOrString(workload.maxUnavailable ?? '25%', replicas, 'down') ?? 0;
  const surge: Step = { pod: t`the first new pod`, frees: all(present.slice(0, gone)), needs, scale: false };
  // Each pod after that comes for one that goes.
  const others = present
    .slice(gone, gone + Math.max(0, Math.min(present.length, replicas) - 1))
    .map((pod): Step => ({ pod: t`one of the new pods`, frees: cost.frees(pod), needs, scale: false }));
  return [...ended, surge, ...others, ...extra];
}
