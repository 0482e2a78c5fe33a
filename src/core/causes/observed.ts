import type { FieldPath } from '../fieldPath';
import type { KubeEvent, Pod, PodContainer } from '../objects';
import { ordinalOf, revisionOf } from '../rollout/rollout';
import { parseTime } from '../time';
import type { Observation } from './rule';

/** The container's path in the workload, by name: a webhook may have added containers that the manifest lacks. */
export function containerPath({ init, name }: Pick<PodContainer, 'init' | 'name'>): FieldPath {
  return ['spec', 'template', 'spec', init ? 'initContainers' : 'containers', { name }];
}

/**
 * The pods whose trouble says something about the newest template, or about a revision that a partition keeps. An old
 * pod that is about to be replaced may be as unwell as it likes.
 */
export function podsThatCount({ workload, pods, replicaSets }: Observation): readonly Pod[] {
  const alive = pods.filter(({ deleting }) => deleting === undefined);
  if (workload.kind === 'Deployment') {
    const newest = replicaSets.find(({ revision }) => revision !== undefined && revision === workload.revision);
    return newest ? alive.filter(({ ownerUid }) => ownerUid === newest.uid) : alive;
  }
  const held = workload.firstOrdinal + (workload.partition ?? 0);
  return alive.filter(
    (pod) => revisionOf(pod) === workload.updateRevision || (ordinalOf(workload.name, pod.name) ?? 0) < held,
  );
}

/** Events of one pod (this one, not a namesake before it), newest first. */
export function eventsOfPod(pod: Pod, events: readonly KubeEvent[]): readonly KubeEvent[] {
  return events
    .filter(({ involved }) => involved.kind === 'Pod' && involved.uid === pod.uid)
    .sort((a, b) => timeOf(b.last) - timeOf(a.last));
}

/** Whether an event is about this container: `spec.containers{app}`; `app-proxy` is another one. */
export function isOfContainer({ involved }: KubeEvent, name: string): boolean {
  return (involved.fieldPath ?? '').includes(`{${name}}`);
}

export function timeOf(time: string | undefined): number {
  return parseTime(time) ?? 0;
}

/** The lowest of the causes' own words, fit for the middle of a sentence: one line, without a full stop. */
export function oneLine(text: string, most = 300): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
