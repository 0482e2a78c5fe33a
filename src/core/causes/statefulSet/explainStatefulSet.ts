import type { Deployment, Pod, StatefulSet } from '../../objects';
import { deriveRollout, revisionOf } from '../../rollout/rollout';
import type { Slot } from '../../rollout/slot';
import type { Finding } from '../finding';
import { oneLine, timeOf } from '../observed';
import { probeFailures } from '../readiness/probeFailures';
import type { Explainer, Observation } from '../rule';
import { explainStart } from '../runtime/explainStart';
import { stateText } from '../stateText';
import { t } from '../../../util/l10n';

/** Longer than its grace period by this much, a deletion is no longer a deletion under way. */
const LATE_MS = 30_000;

/** A slow start is no deadlock: a probe must have failed this often, in a container that has run this long. */
const PATIENCE_COUNT = 5;
const PATIENCE_MS = 60_000;

/** Without events (they may not be read): not Ready for this long. */
const SILENT_MS = 300_000;

/** The controller's longest pause between two tries. */
const REFUSED_MS = 1_000_000;

type Observed = Omit<Finding, 'cause' | 'origin'>;

export const explainStatefulSet: Explainer = {
  cause: 'statefulSet',
  *explain(observation) {
    for (const pod of observation.pods) yield* lateDeletion(pod, observation.now);
    if (observation.workload.kind === 'Deployment') {
      yield* deadline(observation.workload);
      return;
    }
    yield* deadlock(observation.workload, observation);
    yield* refusedUpdate(observation.workload, observation);
  },
};

function* lateDeletion({ name, deleting, node }: Pod, now: number): Generator<Observed> {
  if (deleting === undefined) return;
  // deletionTimestamp already includes the grace period.
  const late = now - timeOf(deleting);
  if (late < LATE_MS) return;
  yield {
    code: 'pod-terminating-long',
    severity: 'warning',
    path: ['metadata', 'name'],
    pod: name,
    message: t`${name} should have ended ${Math.floor(late / 10_000) * 10} s ago and is still terminating${node === undefined ? '' : t` on ${node}`}.`,
    advice: t`A finalizer, a volume that cannot be unmounted, or a lost node holds it.`,
  };
}

/** kubernetes/kubernetes#67250: an older pod that is never Ready keeps the newest revision from every pod. */
function* deadlock(workload: StatefulSet, observation: Observation): Generator<Observed> {
  const rollout = deriveRollout({ workload, pods: observation.pods, replicaSets: [], blocked: false });
  const { current } = rollout;
  const slot = rollout.deadlock ?? current;
  if (!slot?.pod) return;
  const trouble = rollout.deadlock
    ? ({ text: t`cannot run (${stateText(rollout.deadlock)})`, severity: 'error' } as const)
    : waitsInVain(workload, slot)
      ? unreadiness(slot.pod, observation)
      : undefined;
  if (!trouble) return;
  yield {
    code: 'ordered-ready-deadlock-observed',
    severity: trouble.severity,
    path: ['metadata', 'name'],
    pod: slot.podName,
    message: t`${slot.podName} ${trouble.text} and is of the older revision ${revisionOf(slot.pod) ?? ''}: the controller waits for it, and never replaces it by ${workload.updateRevision}.`,
    advice: t`Delete the pod ${slot.podName}${rollout.deadlock ? t` (Recover Stuck Rollout in the tree)` : ''}: it comes back at the newest revision.`,
  };
}

/** The controller's own verdict; what its pods lack, the others say. */
function* deadline({ name, conditions, progressDeadlineSeconds = 600 }: Deployment): Generator<Observed> {
  const progressing = conditions.find(({ type }) => type === 'Progressing');
  if (progressing?.reason !== 'ProgressDeadlineExceeded') return;
  yield {
    code: 'progress-deadline',
    severity: 'error',
    path: ['spec', 'progressDeadlineSeconds'],
    message: t`${name} made no progress within ${progressDeadlineSeconds} s, and its controller calls the rollout failed.`,
    advice: t`Its old pods keep running. Apply a template that works, or go back to the revision before.`,
  };
}

/** Pods that the set has adopted lack the volumes of its claim templates (kubernetes/kubernetes#141876). */
function* refusedUpdate({ uid }: StatefulSet, { events, pods, now }: Observation): Generator<Observed> {
  const refused = events.findLast(({ reason, involved }) => reason === 'FailedUpdate' && involved.uid === uid);
  const [, name, text = ''] =
    /update Pod (\S+) in StatefulSet \S+ failed error: ([\s\S]*)/i.exec(refused?.message ?? '') ?? [];
  const pod = pods.find((each) => each.name === name);
  // The controller tries again at growing intervals, and the pod that it failed at may be another one by now.
  if (!refused || !pod || timeOf(pod.created) > timeOf(refused.last) || now - timeOf(refused.last) > REFUSED_MS) return;
  yield {
    code: 'pod-update-refused',
    severity: 'error',
    path: ['spec', 'volumeClaimTemplates'],
    pod: pod.name,
    message: t`The controller cannot give ${pod.name} what the set wants of it, and replaces no pod: ${oneLine(text, 160)}.`,
    advice: t`Delete the pod ${pod.name}: it comes back with the volumes of the claim templates.`,
  };
}

/** The first pod that is not ready is one that the update should replace, and does not since it waits for it. */
function waitsInVain(
  { podManagementPolicy, updateStrategy, firstOrdinal, partition }: StatefulSet,
  { state, updated, ordinal }: Slot,
): boolean {
  if (podManagementPolicy !== 'OrderedReady' || updateStrategy === 'OnDelete') return false;
  const waits = state === 'notReady' || state === 'pending' || state === 'starting';
  return waits && updated === false && (ordinal ?? 0) >= firstOrdinal + (partition ?? 0);
}

function unreadiness(
  pod: Pod,
  observation: Observation,
): { readonly text: string; readonly severity: Finding['severity'] } | undefined {
  const { now } = observation;
  const [failure] = probeFailures(pod, observation).filter(
    ({ count, running }) => count >= PATIENCE_COUNT && running > PATIENCE_MS,
  );
  if (failure) {
    const { container, field, text, count } = failure;
    const often = t`${count} times: ${oneLine(text, 160)}`;
    return { text: t`is not ready (the ${field} of ${container.name} failed ${often})`, severity: 'error' };
  }
  const since = pod.conditions.find(({ type, status }) => type === 'Ready' && status !== 'True')?.since;
  const [kept] = [...explainStart(pod, observation)];
  if (kept) return { text: t`cannot start`, severity: now - timeOf(pod.created) > LATE_MS ? 'error' : 'warning' };
  const long = since === undefined ? 0 : now - timeOf(since);
  if (long < SILENT_MS) return undefined;
  return { text: t`has not been ready for ${Math.round(long / 60_000)} min`, severity: 'warning' };
}
