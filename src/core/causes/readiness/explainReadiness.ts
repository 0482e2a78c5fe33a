import { formatPath } from '../../fieldPath';
import type { Pod } from '../../objects';
import type { Finding } from '../finding';
import { containerPath, oneLine, podsThatCount } from '../observed';
import type { Explainer, Observation } from '../rule';
import { killedByProbe, probeFailures } from './probeFailures';
import { t } from '../../../util/l10n';

/** A probe that fails while a program starts is how probes work: so long, or so often, is another matter. */
const PATIENCE_MS = 30_000;
const PATIENCE_COUNT = 5;

export const explainReadiness: Explainer = {
  cause: 'readiness',
  *explain(observation) {
    for (const pod of podsThatCount(observation)) {
      const killed = new Set<string>();
      for (const finding of kills(pod, observation)) {
        killed.add(formatPath(finding.path));
        yield finding;
      }
      for (const { container, field, text, count, running } of probeFailures(pod, observation)) {
        if (killed.has(formatPath([...containerPath(container), field]))) continue;
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

/** A container that its own probe restarts over and over: the line is the probe's, not the program's. */
function* kills(pod: Pod, observation: Observation): Generator<Omit<Finding, 'cause' | 'origin'>> {
  for (const container of pod.containers) {
    const kill = container.ready ? undefined : killedByProbe(pod, container, observation);
    if (!kill) continue;
    const { name, restarts } = container;
    const met = kill.text === '' ? '' : `: ${oneLine(kill.text, 160)}`;
    yield {
      code: 'probe-kills',
      severity: restarts > 1 ? 'error' : 'warning',
      path: [...containerPath(container), kill.field],
      pod: pod.name,
      message: t`${pod.name}: the ${kill.field} kills ${name} again and again (restarts: ${restarts})${met}.`,
      advice: t`Give the program more time (a startupProbe with a higher failureThreshold), or correct what the probe asks.`,
    };
  }
}

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
