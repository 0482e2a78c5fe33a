import type { KubeEvent, Pod, PodContainer } from '../../objects';
import { eventsOfPod, isOfContainer, timeOf } from '../observed';

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

/** How the recorder of events begins the text of many that are alike (client-go, tools/record). */
const COMBINED = /^\(combined from similar events\): /;

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
    const own = unhealthy.filter((each) => speaksOf(each, container) && timeOf(each.last) >= since);
    const [event] = own;
    if (!event) return [];
    const message = event.message.replace(COMBINED, '');
    const [, kind = 'Readiness', text = message] = /^(\w+) probe [^:]*: ([\s\S]*)/.exec(message) ?? [];
    const field = kind === 'Startup' ? 'startupProbe' : kind === 'Liveness' ? 'livenessProbe' : 'readinessProbe';
    // The same failure may have another text each time: an id, a port.
    const count = own.reduce((sum, each) => sum + each.count, 0);
    return [{ container, field, text, count, running: now - since }];
  });
}

function speaksOf(event: KubeEvent, { name }: PodContainer): boolean {
  return isOfContainer(event, name) && !event.message.replace(COMBINED, '').startsWith('Liveness');
}

/** Which probe has killed the container's last run: `Killing` (pkg/kubelet/kuberuntime, computePodActions). */
export function killedByProbe(
  pod: Pod,
  { name, restarts }: PodContainer,
  { events }: { readonly events: readonly KubeEvent[] },
): { readonly field: 'livenessProbe' | 'startupProbe'; readonly text: string } | undefined {
  if (restarts === 0) return undefined;
  const own = eventsOfPod(pod, events).filter((event) => isOfContainer(event, name));
  const kill = own.find(({ reason }) => reason === 'Killing');
  const [, kind] = /failed (liveness|startup) probe/.exec(kill?.message ?? '') ?? [];
  if (kind === undefined) return undefined;
  const field = kind === 'liveness' ? 'livenessProbe' : 'startupProbe';
  const seen = own.find(({ reason, message }) => reason === 'Unhealthy' && message.toLowerCase().startsWith(kind));
  return { field, text: seen?.message.replace(/^\w+ probe [^:]*: /, '') ?? '' };
}
