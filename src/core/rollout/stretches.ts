import type { Pod } from '../objects';
import { parseTime } from '../time';
import type { Stretch } from './timeline';

/**
 * How a pod came to where it is, from its own record (creation, conditions, containers): what happened before anybody
 * looked. The server's clock may differ from ours: no stretch begins after `now`, and each begins where the last ended.
 */
export function firstStretches(pod: Pod, last: Omit<Stretch, 'from' | 'to'>, now: number): readonly Stretch[] {
  const scheduled = since(pod, 'PodScheduled');
  const ready = since(pod, 'Ready');
  const started = latest(
    pod.containers.map(({ init, state }) => (!init && state?.kind === 'running' ? state.startedAt : undefined)),
  );
  const steps: { readonly at: number | undefined; readonly state: Stretch['state'] }[] = [
    { at: parseTime(pod.created), state: 'pending' },
    { at: scheduled, state: 'starting' },
    { at: started, state: 'notReady' },
    { at: ready, state: 'ready' },
  ];
  const stretches: Stretch[] = [];
  for (const { at, state } of steps) {
    if (at === undefined || at > now) continue;
    const previous = stretches.at(-1);
    const from = Math.max(at, previous?.from ?? at);
    if (previous) stretches[stretches.length - 1] = { ...previous, to: from };
    stretches.push({ ...last, state, reason: undefined, from, to: undefined });
  }
  const current = stretches.at(-1);
  if (current?.state === last.state) stretches[stretches.length - 1] = { ...current, ...last };
  else {
    // The end of the record is as near as we get to the beginning of a state that no condition dates.
    const begin = Math.max(current?.from ?? 0, Math.min(now, ended(pod) ?? now));
    if (current) stretches[stretches.length - 1] = { ...current, to: begin };
    stretches.push({ ...last, from: begin, to: undefined });
  }
  return stretches.filter(({ from, to }) => to === undefined || to > from);
}

function since({ conditions }: Pod, type: string): number | undefined {
  const condition = conditions.find((each) => each.type === type && each.status === 'True');
  return parseTime(condition?.since);
}

/** When a container ended, or deletion was asked for: the latest such time. */
function ended({ containers, deleting, graceSeconds = 0 }: Pod): number | undefined {
  // The server writes the end of the grace period, not the moment of the request.
  const end = parseTime(deleting);
  if (end !== undefined) return end - graceSeconds * 1000;
  return latest(
    containers.map(({ state, last }) => (state?.kind === 'terminated' ? state.finishedAt : last?.finishedAt)),
  );
}

function latest(times: readonly (string | undefined)[]): number | undefined {
  const known = times.map(parseTime).filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
