import type { KubeEvent, Pod, PodContainer } from '../../objects';
import { eventsOfPod, timeOf } from '../observed';

/** A probe that keeps a running container from being ready, as the pod's `Unhealthy` events tell it. */
export interface ProbeFailure {
  readonly container: PodContainer;
  readonly field: 'startupProbe' | 'livenessProbe' | 'readinessProbe';
  /** What the probe met. */
  readonly text: string;
  readonly count: number;
  /** Milliseconds that the container has been running. */
  readonly running: number;
}

export function probeFailures(
  pod: Pod,
  { events, now }: { readonly events: readonly KubeEvent[]; readonly now: number },
): readonly ProbeFailure[] {
  const unhealthy = eventsOfPod(pod, events).filter(({ reason }) => reason === 'Unhealthy');
  return pod.containers.flatMap((container): ProbeFailure[] => {
    const { state, ready } = container;
    if (state?.kind !== 'running' || ready) return [];
    const since = timeOf(state.startedAt);
    // An older event is about the container before this one.
    const event = unhealthy.find((each) => speaksOf(each, container) && timeOf(each.last) >= since);
    if (!event) return [];
    const [, kind = 'Readiness', text = event.message] = /^(\w+) probe [^:]*: ([\s\S]*)/.exec(event.message) ?? [];
    const field = kind === 'Startup' ? 'startupProbe' : kind === 'Liveness' ? 'livenessProbe' : 'readinessProbe';
    return [{ container, field, text, count: event.count, running: now - since }];
  });
}

function speaksOf({ involved, message }: KubeEvent, { name }: PodContainer): boolean {
  return (involved.fieldPath ?? '').includes(`{${name}}`) && !message.startsWith('Liveness');
}
