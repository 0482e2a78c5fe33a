import type { Pod, StatefulSet } from '../../objects';
import { deriveRollout, revisionOf } from '../../rollout/rollout';
import type { Slot } from '../../rollout/slot';
import type { Finding } from '../finding';
import { oneLine, timeOf } from '../observed';
import { probeFailures } from '../readiness/probeFailures';
import type { Explainer, Observation } from '../rule';
import { stateText } from '../stateText';
import { t } from '../../../util/l10n';

/** Longer than its grace period by this much, a deletion is no longer a deletion under way. */
const LATE_MS = 30_000;

/** A slow start is no deadlock: a probe must have failed this often, in a container that has run this long. */
const PATIENCE_COUNT = 5;
const PATIENCE_MS = 60_000;

/** Without events (they may not be read): not Ready for this long. */
const SILENT_MS = 300_000;

type Observed = Omit<Finding, 'cause' | 'origin'>;

export const explainStatefulSet: Explainer = {
  cause: 'statefulSet',
  *explain(observation) {
    for (const pod of observation.pods) yield* lateDeletion(pod, observation.now);
    if (observation.workload.kind === 'StatefulSet') yield* deadlock(observation.workload, observation);
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
    message: t`${name} should have ended ${Math.round(late / 1000)} s ago and is still terminating${node === undefined ? '' : t` on ${node}`}.`,
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

/** The first pod that is not ready is one that the update should replace, and does not since it waits for it. */
function waitsInVain(
  { podManagementPolicy, updateStrategy, firstOrdinal, partition }: StatefulSet,
  { state, updated, ordinal }: Slot,
): boolean {
  if (podManagementPolicy !== 'OrderedReady' || updateStrategy === 'OnDelete') return false;
  return state === 'notReady' && updated === false && (ordinal ?? 0) >= firstOrdinal + (partition ?? 0);
}

function unreadiness(
  pod: Pod,
  { events, now }: Observation,
): { readonly text: string; readonly severity: Finding['severity'] } | undefined {
  const [failure] = probeFailures(pod, { events, now }).filter(
    ({ count, running }) => count >= PATIENCE_COUNT && running > PATIENCE_MS,
  );
  if (failure) {
    const { container, field, text, count } = failure;
    const often = t`${count} times: ${oneLine(text, 160)}`;
    return { text: t`is not ready (the ${field} of ${container.name} failed ${often})`, severity: 'error' };
  }
  const since = pod.conditions.find(({ type, status }) => type === 'Ready' && status !== 'True')?.since;
  const long = since === undefined ? 0 : now - timeOf(since);
  if (long < SILENT_MS) return undefined;
  return { text: t`has not been ready for ${Math.round(long / 60_000)} min`, severity: 'warning' };
}
