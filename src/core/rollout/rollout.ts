import type { Deployment, LiveWorkload, Pod, ReplicaSet, StatefulSet } from '../objects';
import { isFinished, podState, restartsOf, type Slot } from './slot';

/**
 * - `complete`: every pod that should is at the newest revision and ready.
 * - `observing`: the controller has not seen the newest spec yet.
 * - `progressing`: pods are being replaced or started.
 * - `blocked`: it does not go on by itself; a finding says why.
 * - `paused`: a paused Deployment.
 * - `waitingForDelete`: `OnDelete`: pods are replaced when somebody deletes them.
 */
export type Phase = 'complete' | 'observing' | 'progressing' | 'blocked' | 'paused' | 'waitingForDelete';

/** A rollout as a value: derived again from scratch on each change, never patched. */
export interface Rollout {
  readonly kind: LiveWorkload['kind'];
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly phase: Phase;
  /** Pods wanted. */
  readonly replicas: number;
  /** Of the wanted pods, those at the newest revision. */
  readonly updated: number;
  readonly ready: number;
  /** How many are meant to reach the newest revision: less than `replicas` under a partition. */
  readonly toUpdate: number;
  /** In ordinal order, missing ones included; a Deployment's pods newest revision first. */
  readonly slots: readonly Slot[];
  /** The pod that moves or should move now; `undefined` when nothing moves. */
  readonly current: Slot | undefined;
  /** The ordinal that is replaced after `current`, and waits for it; `undefined` when there is none. */
  readonly next: Slot | undefined;
  /** OrderedReady: this pod of an older revision is not settled, so a corrected template never reaches it. */
  readonly deadlock: Slot | undefined;
}

export interface RolloutInput {
  readonly workload: LiveWorkload;
  /** `undefined`: not known, since nobody watches them; then the workload's own counters have to do. */
  readonly pods: readonly Pod[] | undefined;
  readonly replicaSets: readonly ReplicaSet[];
  /** Something is known to keep the rollout from going on (an error among the explainers' findings). */
  readonly blocked: boolean;
}

export function deriveRollout({ workload, pods, replicaSets, blocked }: RolloutInput): Rollout {
  if (pods === undefined) return rolloutOfCounters(workload, blocked);
  return workload.kind === 'StatefulSet'
    ? rolloutOfStatefulSet(workload, { pods, blocked })
    : rolloutOfDeployment(workload, { pods, replicaSets, blocked });
}

function rolloutOfCounters(workload: LiveWorkload, blocked: boolean): Rollout {
  const { kind, namespace, name, uid, replicas, readyReplicas } = workload;
  const settled = isSettled(workload);
  const onDelete = workload.kind === 'StatefulSet' && workload.updateStrategy === 'OnDelete';
  const held = workload.kind === 'StatefulSet' ? Math.min(replicas, workload.partition ?? 0) : 0;
  // `updatedReplicas` of a finished StatefulSet may be 0 when nothing was ever updated with a partition.
  const updated = settled ? Math.max(workload.updatedReplicas, replicas - held) : workload.updatedReplicas;
  return {
    ...{ kind, namespace, name, uid, replicas },
    phase: phaseOf(workload, { settled, blocked, onDelete: onDelete && readyReplicas === replicas }),
    updated: Math.min(updated, replicas),
    ready: readyReplicas,
    toUpdate: replicas - held,
    slots: [],
    current: undefined,
    next: undefined,
    deadlock: undefined,
  };
}

interface PodsInput {
  readonly pods: readonly Pod[];
  readonly blocked: boolean;
}

/** The ordinal at the end of a pod's name, if the pod belongs to a StatefulSet of this name. */
export function ordinalOf(set: string, podName: string): number | undefined {
  const suffix = podName.startsWith(`${set}-`) ? podName.slice(set.length + 1) : '';
  return /^\d+$/.test(suffix) ? Number(suffix) : undefined;
}

export function revisionOf(pod: Pod): string | undefined {
  return pod.labels['controller-revision-hash'] ?? pod.labels['pod-template-hash'];
}

/**
 * The StatefulSet controller's order (pkg/controller/statefulset/stateful_set_control.go): replicas are created and
 * awaited from the lowest ordinal up; then outdated pods are deleted from the highest ordinal down to the partition.
 */
function rolloutOfStatefulSet(set: StatefulSet, { pods, blocked }: PodsInput): Rollout {
  const slots = slotsOfStatefulSet(set, pods);
  const wanted = slots.filter(({ condemned }) => !condemned);
  const partition = set.partition ?? 0;
  // The update loop counts indexes, not ordinals: partition 2 with ordinals.start 5 spares 5 and 6.
  const toUpdate = wanted.slice(partition);
  const outdated = toUpdate.filter(({ updated }) => updated === false);
  const unsettled = wanted.find(({ state }) => state !== 'ready');
  const deadlock = set.podManagementPolicy === 'OrderedReady' ? deadlockedSlot(unsettled, outdated) : undefined;
  const last = outdated.at(-1);
  const onDelete = set.updateStrategy === 'OnDelete' && outdated.length > 0;
  const current = unsettled ?? (onDelete ? undefined : last);
  const settled =
    unsettled === undefined && slots.length === wanted.length && outdated.length === 0 && current === undefined;
  return {
    kind: set.kind,
    namespace: set.namespace,
    name: set.name,
    uid: set.uid,
    phase: phaseOf(set, { settled, blocked: blocked || deadlock !== undefined, onDelete: onDelete && !unsettled }),
    replicas: set.replicas,
    updated: wanted.filter(({ updated }) => updated === true).length,
    ready: wanted.filter(({ state }) => state === 'ready').length,
    toUpdate: toUpdate.length,
    slots,
    current,
    next: current && !onDelete ? outdated.findLast((slot) => slot !== current) : undefined,
    deadlock,
  };
}

/**
 * A pod that does not become Ready and is of an older revision is never replaced by the newer template: the loop that
 * would delete it is reached only when every pod is Ready (kubernetes/kubernetes#67250). It may heal by itself while it
 * merely starts, so only a pod that cannot run counts; one that has ended (Evicted) is made again by the controller.
 */
function deadlockedSlot(unsettled: Slot | undefined, outdated: readonly Slot[]): Slot | undefined {
  if (!unsettled?.pod || !outdated.includes(unsettled) || isFinished(unsettled.pod)) return undefined;
  return unsettled.state === 'failed' ? unsettled : undefined;
}

function slotsOfStatefulSet(set: StatefulSet, pods: readonly Pod[]): Slot[] {
  const byOrdinal = new Map<number, Pod>();
  for (const pod of pods) {
    const ordinal = ordinalOf(set.name, pod.name);
    if (ordinal !== undefined) byOrdinal.set(ordinal, pod);
  }
  const end = set.firstOrdinal + set.replicas;
  const ordinals = new Set(byOrdinal.keys());
  for (let ordinal = set.firstOrdinal; ordinal < end; ordinal++) ordinals.add(ordinal);
  return [...ordinals]
    .sort((a, b) => a - b)
    .map((ordinal) => {
      const pod = byOrdinal.get(ordinal);
      const condemned = ordinal < set.firstOrdinal || ordinal >= end;
      const hash = pod && revisionOf(pod);
      return {
        ...slotOf(pod, `${set.name}-${ordinal}`),
        ordinal,
        // Before the controller has written the first one, there is no older one.
        updated: pod && (set.updateRevision === '' || hash === set.updateRevision),
        revision: hash?.slice(hash.lastIndexOf('-') + 1),
        condemned,
      };
    });
}

function rolloutOfDeployment(
  deployment: Deployment,
  { pods, replicaSets, blocked }: PodsInput & { readonly replicaSets: readonly ReplicaSet[] },
): Rollout {
  const newest = replicaSets.find(({ revision }) => revision !== undefined && revision === deployment.revision);
  const slots = pods
    .map((pod) => ({
      ...slotOf(pod, pod.name),
      ordinal: undefined,
      updated: newest !== undefined && pod.ownerUid === newest.uid,
      revision: replicaSets.find(({ uid }) => uid === pod.ownerUid)?.revision,
      condemned: false,
    }))
    .sort((a, b) => Number(b.revision ?? 0) - Number(a.revision ?? 0) || compareText(a.podName, b.podName));
  // Counters of the status are exact here: the Deployment controller counts by ReplicaSet.
  const settled =
    deployment.updatedReplicas >= deployment.replicas &&
    deployment.existingReplicas <= deployment.updatedReplicas &&
    deployment.availableReplicas >= deployment.updatedReplicas;
  return {
    kind: deployment.kind,
    namespace: deployment.namespace,
    name: deployment.name,
    uid: deployment.uid,
    phase: phaseOf(deployment, { settled, blocked: blocked || deadlineExceeded(deployment), onDelete: false }),
    replicas: deployment.replicas,
    updated: Math.min(deployment.updatedReplicas, deployment.replicas),
    // Surplus pods of an older revision may be ready as well.
    ready: Math.min(deployment.readyReplicas, deployment.replicas),
    toUpdate: deployment.replicas,
    slots,
    current: settled ? undefined : slots.find(({ state, updated }) => updated && state !== 'ready'),
    next: undefined,
    deadlock: undefined,
  };
}

function deadlineExceeded({ conditions }: Deployment): boolean {
  return conditions.some(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded');
}

function slotOf(
  pod: Pod | undefined,
  podName: string,
): Pick<Slot, 'podName' | 'pod' | 'state' | 'reason' | 'restarts'> {
  if (pod === undefined) return { podName, pod, state: 'missing', reason: undefined, restarts: 0 };
  return { podName, pod, ...podState(pod), restarts: restartsOf(pod) };
}

function phaseOf(
  workload: LiveWorkload,
  { settled, blocked, onDelete }: { settled: boolean; blocked: boolean; onDelete: boolean },
): Phase {
  if (workload.observedGeneration < workload.generation) return 'observing';
  if (settled) return 'complete';
  if (blocked) return 'blocked';
  if (workload.kind === 'Deployment' && workload.paused) return 'paused';
  return onDelete ? 'waitingForDelete' : 'progressing';
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether the counters alone, without pods, say that nothing moves: what a row needs before pods are watched. */
export function isSettled(workload: LiveWorkload): boolean {
  const { replicas, readyReplicas, existingReplicas, updatedReplicas } = workload;
  if (workload.observedGeneration < workload.generation) return false;
  if (readyReplicas !== replicas || existingReplicas !== replicas) return false;
  if (workload.kind === 'Deployment') return updatedReplicas === replicas && workload.availableReplicas === replicas;
  if (workload.updateStrategy === 'OnDelete') return workload.currentRevision === workload.updateRevision;
  return updatedReplicas >= replicas - Math.min(replicas, workload.partition ?? 0);
}
