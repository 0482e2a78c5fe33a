import { readWorkloadSpec } from '../kube/readWorkloadSpec';
import type { WorkloadSpec } from '../kube/workloadSpec';
import type { Pod } from '../objects';
import { ordinalOf } from '../rollout/rollout';
import { changesTemplate } from './templateChange';

type Json = Readonly<Record<string, unknown>>;

export interface PodsToCome {
  readonly live: WorkloadSpec | undefined;
  /** Pods are replaced by ones of a new template. */
  readonly changed: boolean;
  readonly replicas: number;
  /** Ordinals of the pods that this apply makes; of a Deployment their places. */
  readonly places: readonly number[];
}

/** Which pods an apply makes: where it makes none, nothing that keeps pods from coming matters. */
export function podsToCome(
  { object, workload }: { readonly object: Json; readonly workload: WorkloadSpec },
  { liveObject, pods }: { readonly liveObject: Json | null; readonly pods: readonly Pod[] },
): PodsToCome {
  const live = liveObject === null ? undefined : readWorkloadSpec(liveObject);
  const changed = liveObject !== null && changesTemplate(object, liveObject);
  const replicas = workload.replicas ?? live?.replicas ?? 1;
  const { firstOrdinal: first, kind, name = '' } = workload;
  const all = Array.from({ length: Math.min(replicas, 10_000) }, (_, index) => first + index);
  const held = kind === 'StatefulSet' ? first + (workload.partition ?? 0) : 0;
  const replaced = changed && workload.strategy !== 'OnDelete' && !workload.paused;
  const present = new Set(
    pods.flatMap((pod, index) => (kind === 'StatefulSet' ? (ordinalOf(name, pod.name) ?? []) : first + index)),
  );
  const places = all.filter((place) => !present.has(place) || (replaced && place >= held));
  return { live, changed: replaced, replicas, places };
}
