import { deriveRollout, revisionOf } from '../../rollout/rollout';
import { timeOf } from '../observed';
import type { Explainer } from '../rule';
import { stateText } from '../stateText';

/** Longer than its grace period by this much, a deletion is no longer a deletion under way. */
const LATE_MS = 30_000;

export const explainStatefulSet: Explainer = {
  cause: 'statefulSet',
  *explain({ workload, pods, now }) {
    for (const pod of pods) {
      if (pod.deleting === undefined) continue;
      // deletionTimestamp already includes the grace period.
      const late = now - timeOf(pod.deleting);
      if (late < LATE_MS) continue;
      yield {
        code: 'pod-terminating-long',
        severity: 'warning',
        path: ['metadata', 'name'],
        pod: pod.name,
        message: `${pod.name} should have ended ${Math.round(late / 1000)} s ago and is still terminating${pod.node === undefined ? '' : ` on ${pod.node}`}.`,
        advice: 'A finalizer, a volume that cannot be unmounted, or a lost node holds it.',
      };
    }
    if (workload.kind !== 'StatefulSet') return;
    const { deadlock } = deriveRollout({ workload, pods, replicaSets: [], blocked: false });
    if (!deadlock?.pod) return;
    const revision = revisionOf(deadlock.pod);
    yield {
      code: 'ordered-ready-deadlock-observed',
      severity: 'error',
      path: ['metadata', 'name'],
      pod: deadlock.podName,
      message: `${deadlock.podName} cannot run (${stateText(deadlock)}) and is of the older revision ${revision ?? ''}: the controller waits for it, and never replaces it by ${workload.updateRevision}.`,
      advice: `Delete the pod ${deadlock.podName} (Recover Stuck Rollout in the tree): it comes back at the newest revision.`,
    };
  },
};
