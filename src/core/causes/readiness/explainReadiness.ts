import type { Pod } from '../../objects';
import type { Finding } from '../finding';
import { containerPath, oneLine, podsThatCount } from '../observed';
import type { Explainer } from '../rule';
import { probeFailures } from './probeFailures';
import { t } from '../../../util/l10n';

/** A probe that fails while a program starts is how probes work: so long, or so often, is another matter. */
const PATIENCE_MS = 30_000;
const PATIENCE_COUNT = 5;

export const explainReadiness: Explainer = {
  cause: 'readiness',
  *explain(observation) {
    for (const pod of podsThatCount(observation)) {
      for (const { container, field, text, count, running } of probeFailures(pod, observation)) {
        yield {
          code: 'probe-fails',
          severity: count >= PATIENCE_COUNT || running > PATIENCE_MS ? 'error' : 'warning',
          path: [...containerPath(container), field],
          pod: pod.name,
          message: t`${pod.name} runs and is not ready: the ${field} of ${container.name} fails, ${oneLine(text)}.`,
          advice: t`Check path, port and timing of the probe, and what the program answers there.`,
        };
      }
      yield* gates(pod);
    }
  },
};

function* gates(pod: Pod): Generator<Omit<Finding, 'cause' | 'origin'>> {
  const ready = pod.conditions.find(({ type }) => type === 'Ready');
  if (ready?.reason !== 'ReadinessGatesNotReady') return;
  yield {
    code: 'readiness-gate-open',
    severity: 'warning',
    path: ['spec', 'template', 'spec', 'readinessGates'],
    pod: pod.name,
    message: t`${pod.name} runs and waits for a readiness gate: ${oneLine(ready.message ?? '')}.`,
    advice: t`The controller that sets this condition has not done so; check that it runs.`,
  };
}
