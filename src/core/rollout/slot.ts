import type { Pod, PodContainer } from '../objects';

/**
 * - `missing`: the ordinal has no pod.
 * - `terminating`: deletion was asked for.
 * - `pending`: not on a node yet.
 * - `starting`: on a node, not every container has run.
 * - `notReady`: runs, and is not Ready.
 * - `ready`: Ready.
 * - `failed`: cannot run as it is (image, crash, configuration), or the pod has ended.
 */
export type SlotState = 'missing' | 'terminating' | 'pending' | 'starting' | 'notReady' | 'ready' | 'failed';

/** A place that a pod takes: an ordinal of a StatefulSet, or one pod of a Deployment. */
export interface Slot {
  /** `undefined` for a Deployment's pod. */
  readonly ordinal: number | undefined;
  readonly podName: string;
  readonly pod: Pod | undefined;
  readonly state: SlotState;
  /** Runs the newest revision; `undefined` without a pod. */
  readonly updated: boolean | undefined;
  /** Name of the revision without the workload's name: `7c9f4d`; `undefined` without a pod. */
  readonly revision: string | undefined;
  readonly restarts: number;
  /** Kubernetes' own word for what is wrong: `ImagePullBackOff`, `OOMKilled`; `undefined` when nothing is. */
  readonly reason: string | undefined;
  /** A StatefulSet's pod that is going away because of a scale-down. */
  readonly condemned: boolean;
}

/** Waiting reasons that a container passes through on its way to running (kubelet, kuberuntime_manager.go). */
const TRANSIENT_WAITING = new Set(['ContainerCreating', 'PodInitializing', '']);

export function isReady(pod: Pod): boolean {
  return pod.conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

/** Ended for good: a StatefulSet's controller deletes such a pod and makes it again by itself (processReplica). */
export function isFinished({ phase }: Pod): boolean {
  return phase === 'Failed' || phase === 'Succeeded';
}

export function restartsOf(pod: Pod): number {
  return pod.containers.reduce((sum, container) => sum + container.restarts, 0);
}

export function podState(pod: Pod): { readonly state: SlotState; readonly reason: string | undefined } {
  if (pod.deleting !== undefined) return { state: 'terminating', reason: undefined };
  if (isFinished(pod)) {
    return { state: 'failed', reason: pod.reason ?? lastReason(pod) ?? pod.phase };
  }
  const trouble = troubleOf(pod);
  if (trouble !== undefined) return { state: 'failed', reason: trouble };
  if (isReady(pod)) return { state: 'ready', reason: undefined };
  if (pod.node === undefined) return { state: 'pending', reason: unschedulableReason(pod) };
  const running = pod.containers.some(({ init, state }) => !init && state?.kind === 'running');
  return running ? { state: 'notReady', reason: undefined } : { state: 'starting', reason: undefined };
}

/** What keeps a container from running; init containers come first, because the others wait for them. */
function troubleOf(pod: Pod): string | undefined {
  for (const container of pod.containers) {
    const reason = containerTrouble(container);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function containerTrouble({ state, last, init, ready }: PodContainer): string | undefined {
  if (state?.kind === 'waiting' && !TRANSIENT_WAITING.has(state.reason)) {
    // CrashLoopBackOff says that it crashed, not why: out of memory is worth naming.
    return state.reason === 'CrashLoopBackOff' && last?.reason === 'OOMKilled' ? 'OOMKilled' : state.reason;
  }
  if (state?.kind === 'terminated' && !ready && !(init && state.exitCode === 0)) return state.reason;
  return undefined;
}

function lastReason(pod: Pod): string | undefined {
  for (const { state } of pod.containers) if (state?.kind === 'terminated') return state.reason;
  return undefined;
}

function unschedulableReason(pod: Pod): string | undefined {
  return pod.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')?.reason;
}
