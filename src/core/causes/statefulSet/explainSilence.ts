import type { StatefulSet } from '../../objects';
import { deriveRollout } from '../../rollout/rollout';
import type { Finding } from '../finding';
import { timeOf } from '../observed';
import type { Explainer, Observation } from '../rule';
import { t } from '../../../util/l10n';

/** A busy controller takes its time. */
const NOT_CREATED_MS = 120_000;

/** The last of the questions: nothing has said anything. */
export const explainSilence: Explainer = {
  cause: 'statefulSet',
  *explain(observation) {
    if (observation.workload.kind === 'StatefulSet') yield* notCreated(observation.workload, observation);
  },
};

/** Nothing is written when a foreign pod has the name, or a stale claim is still there (stateful_pod_control.go). */
function* notCreated(
  set: StatefulSet,
  { pods, events, now }: Observation,
): Generator<Omit<Finding, 'cause' | 'origin'>> {
  const { current } = deriveRollout({ workload: set, pods, replicaSets: [], blocked: false });
  if (!current || current.state !== 'missing' || set.observedGeneration < set.generation) return;
  if (events.some(({ reason, message }) => reason === 'FailedCreate' && message.includes(current.podName))) return;
  const moved = [
    set.created,
    ...pods.flatMap(({ created, conditions }) => [created, ...conditions.map(({ since }) => since)]),
    ...events.map(({ last }) => last),
  ];
  const silent = now - Math.max(...moved.map(timeOf));
  if (silent < NOT_CREATED_MS) return;
  yield {
    code: 'pod-not-created',
    severity: 'warning',
    path: ['metadata', 'name'],
    pod: current.podName,
    message: t`${current.podName} has not been created for ${Math.floor(silent / 60_000)} min, and its controller says nothing.`,
    advice: t`Look for a foreign pod of that name, for a claim of it that is being deleted, and whether the controller runs.`,
  };
}
