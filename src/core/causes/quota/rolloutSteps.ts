import { resolveIntOrString } from '../../kube/intOrString';
import type { Resources } from '../../kube/podResources';
import type { WorkloadSpec } from '../../kube/workloadSpec';
import type { Pod } from '../../objects';
import { ordinalOf } from '../../rollout/rollout';
import { isFinished } from '../../rollout/slot';
import { amount, type Step } from './quotaArithmetic';

/** An apply, as far as it makes and ends pods. */
export interface Move {
  readonly workload: WorkloadSpec;
  /** `undefined`: the workload is new. */
  readonly live: WorkloadSpec | undefined;
  readonly pods: readonly Pod[];
  /** The template changes, so that pods are replaced. */
  readonly changed: boolean;
}

/** What a pod costs of one resource of a quota. */
export interface Cost {
  readonly resource: string;
  readonly before: Resources;
  readonly charge: Resources;
}

/** The pods that go and come, in the controller's order. */
export function rolloutSteps(move: Move, cost: Cost): readonly Step[] {
  return move.workload.kind === 'StatefulSet' ? stepsOfStatefulSet(move, cost) : stepsOfDeployment(move, cost);
}

/** What the end of this pod gives back: one that has ended is counted no more, but as an object (evaluator/core/pods.go). */
function freedBy(pod: Pod | undefined, { resource, before }: Cost): bigint {
  if (!pod || (isFinished(pod) && resource !== 'count/pods')) return 0n;
  return amount(before, resource);
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
  const needs = amount(cost.charge, cost.resource);
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(name, pod.name), pod]));
  const steps: Step[] = [];
  for (const [ordinal, pod] of byOrdinal) {
    if (ordinal === undefined || (ordinal >= start && ordinal < end)) continue;
    steps.push({ pod: pod.name, frees: freedBy(pod, cost), needs: 0n, scale: true });
  }
  const comes = (pod: Pod | undefined): boolean => !pod || pod.deleting !== undefined || isFinished(pod);
  for (let ordinal = start; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (!comes(pod)) continue;
    // Below the partition the old template stays.
    const own = live && ordinal < held ? amount(cost.before, cost.resource) : needs;
    steps.push({ pod: `${name}-${ordinal}`, frees: freedBy(pod, cost), needs: own, scale: ordinal >= liveEnd });
  }
  if (!changed || workload.strategy === 'OnDelete') return steps;
  for (let ordinal = end - 1; ordinal >= held; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (pod && !comes(pod)) steps.push({ pod: pod.name, frees: freedBy(pod, cost), needs, scale: false });
  }
  return steps;
}

/** New pods come on top of the old ones as far as maxSurge allows; what maxUnavailable allows goes before. */
function stepsOfDeployment({ workload, live, pods, changed }: Move, cost: Cost): Step[] {
  const liveReplicas = live?.replicas ?? 1;
  const replicas = workload.replicas ?? liveReplicas;
  const old = amount(cost.before, cost.resource);
  const needs = amount(cost.charge, cost.resource);
  const ending = pods.filter((pod) => pod.deleting !== undefined);
  const present = pods.filter((pod) => pod.deleting === undefined && !isFinished(pod)).length;
  const ended: Step[] = ending.map((pod) => ({ pod: pod.name, frees: freedBy(pod, cost), needs: 0n, scale: false }));
  const scale = live !== undefined && replicas > liveReplicas;
  const added: Step = { pod: scale ? 'one of the added pods' : 'one of the pods', frees: 0n, needs, scale };
  const extra = Array.from({ length: Math.max(0, replicas - present) }, () => added);
  if (!changed || present === 0 || replicas === 0) return [...ended, ...extra];
  if (workload.strategy === 'Recreate') {
    const first: Step = { pod: 'one of the new pods', frees: old * BigInt(present), needs, scale: false };
    return [...ended, first, ...Array.from({ length: Math.max(0, replicas - 1) }, () => ({ ...first, frees: 0n }))];
  }
  const gone = resolveIntOrString(workload.maxUnavailable ?? '25%', replicas, 'down') ?? 0;
  const surge: Step = { pod: 'the first new pod', frees: old * BigInt(Math.min(gone, present)), needs, scale: false };
  const rest: Step = { pod: 'one of the new pods', frees: old, needs, scale: false };
  const others = Array.from({ length: Math.max(0, Math.min(present, replicas) - 1) }, () => rest);
  return [...ended, surge, ...others, ...extra];
}
