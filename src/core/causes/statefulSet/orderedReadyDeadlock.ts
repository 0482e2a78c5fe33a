import type { FieldPath } from '../../fieldPath';
import type { WorkloadSpec } from '../../kube/workloadSpec';
import type { Pod } from '../../objects';
import { deriveRollout, revisionOf } from '../../rollout/rollout';
import { isFinished } from '../../rollout/slot';
import { stateText } from '../stateText';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';
import { firstDifference } from '../../kube/sameFields';

/**
 * With OrderedReady the controller waits for the lowest pod that is not Ready before it replaces anything
 * (stateful_set_control.go, processReplica; kubernetes/kubernetes#67250). A pod that cannot run and will not be of the
 * revision that this apply makes is therefore never replaced, however good the new template is. One that runs and is not
 * Ready may still become so: that is a warning.
 */
export const orderedReadyDeadlock: Rule<'liveObject' | 'liveWorkload' | 'pods'> = {
  code: 'ordered-ready-deadlock',
  cause: 'statefulSet',
  severity: 'error',
  rows: ['S21', 'S22'],
  summary: 'A correct template that will never reach a broken pod',
  needs: ['liveObject', 'liveWorkload', 'pods'],
  whole: true,
  *check({ manifest, workload, facts: { liveObject, liveWorkload: live, pods } }) {
    if (live?.kind !== 'StatefulSet' || live.podManagementPolicy !== 'OrderedReady') return;
    if (live.updateStrategy === 'OnDelete') return;
    const { current } = deriveRollout({ workload: live, pods, replicaSets: [], blocked: false });
    const pod = current?.pod;
    if (!current || !pod || isFinished(pod) || (current.state !== 'failed' && current.state !== 'notReady')) return;
    const index = (current.ordinal ?? 0) - live.firstOrdinal;
    if (index < (workload.partition ?? live.partition ?? 0)) return;
    const changed = firstDifference(templateOf(manifest.object), templateOf(liveObject)) !== undefined;
    if (!changed && revisionOf(pod) === live.updateRevision) return;
    if (current.state === 'notReady') {
      yield {
        severity: 'warning',
        path: pathOf(workload, pod),
        message: t`${pod.name} runs and is not ready; while it is not, this template will not reach it: the controller waits for it before it replaces any pod.`,
        advice: t`Unless it becomes ready by itself: apply, then delete the pod ${pod.name}; it comes back with this template.`,
      };
      return;
    }
    yield {
      path: pathOf(workload, pod),
      message: t`${pod.name} cannot run (${stateText(current)}), and this template will not reach it: the controller waits for it to become ready before it replaces any pod.`,
      advice: t`Apply, then delete the pod ${pod.name} (Recover Stuck Rollout in the tree): it comes back with this template.`,
    };
  },
};

/** The image that was put right, where that is what changed. */
function pathOf({ template }: WorkloadSpec, pod: Pod): FieldPath {
  for (const { path, name, image } of template.containers) {
    const running = pod.containers.find((container) => container.name === name);
    if (running && image !== undefined && running.image !== image) return [...path, 'image'];
  }
  return ['metadata', 'name'];
}

function templateOf(object: Readonly<Record<string, unknown>> | null): unknown {
  return (object?.spec as Record<string, unknown> | undefined)?.template;
}
