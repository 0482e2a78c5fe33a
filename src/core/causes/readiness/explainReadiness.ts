import type { KubeEvent, Pod, PodContainer } from '../../objects';
import { containerPath, eventsOfPod, oneLine, podsThatCount, timeOf } from '../observed';
import type { Explainer } from '../rule';

/** A probe that fails while a program starts is how probes work: so long, or so often, is another matter. */
const PATIENCE_MS = 30_000;
const PATIENCE_COUNT = 5;

export const explainReadiness: Explainer = {
  cause: 'readiness',
  *explain(observation) {
    const { events, now } = observation;
    for (const pod of podsThatCount(observation)) {
      const unhealthy = eventsOfPod(pod, events).filter(({ reason }) => reason === 'Unhealthy');
      for (const container of pod.containers) {
        const { state, ready, name } = container;
        if (state?.kind !== 'running' || ready) continue;
        const since = timeOf(state.startedAt);
        const event = unhealthy.find((each) => speaksOf(each, container) && timeOf(each.last) >= since);
        if (!event) continue;
        const [, kind = 'Readiness', text = event.message] = /^(\w+) probe [^:]*: ([\s\S]*)/.exec(event.message) ?? [];
        const field = kind === 'Startup' ? 'startupProbe' : kind === 'Liveness' ? 'livenessProbe' : 'readinessProbe';
        const long = event.count >= PATIENCE_COUNT || now - since > PATIENCE_MS;
        yield {
          code: 'probe-fails',
          severity: long ? 'error' : 'warning',
          path: [...containerPath(container), field],
          pod: pod.name,
          message: `${pod.name} runs and is not ready: the ${field} of ${name} fails, ${oneLine(text)}.`,
          advice: 'Check path, port and timing of the probe, and what the program answers there.',
        };
      }
      yield* gates(pod);
    }
  },
};

function speaksOf({ involved, message }: KubeEvent, { name }: PodContainer): boolean {
  return (involved.fieldPath ?? '').includes(`{${name}}`) && !message.startsWith('Liveness');
}

function* gates(pod: Pod): ReturnType<Explainer['explain']> extends Iterable<infer Item> ? Generator<Item> : never {
  const ready = pod.conditions.find(({ type }) => type === 'Ready');
  if (ready?.reason !== 'ReadinessGatesNotReady') return;
  yield {
    code: 'readiness-gate-open',
    severity: 'warning',
    path: ['spec', 'template', 'spec', 'readinessGates'],
    pod: pod.name,
    message: `${pod.name} runs and waits for a readiness gate: ${oneLine(ready.message ?? '')}.`,
    advice: 'The controller that sets this condition has not done so; check that it runs.',
  };
}
