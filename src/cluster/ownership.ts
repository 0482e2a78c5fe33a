import type { KubeEvent, LiveWorkload, ObjectKey, Pod, ReplicaSet } from '../core/objects';

/** What belongs to which workload. Made anew when asked for after a change of workloads or ReplicaSets. */
export class Ownership {
  readonly #byUid = new Map<string, LiveWorkload>();
  readonly #byName = new Map<string, LiveWorkload>();
  readonly #replicaSetOwner = new Map<string, LiveWorkload>();

  constructor(workloads: Iterable<LiveWorkload>, replicaSets: Iterable<ReplicaSet>) {
    for (const workload of workloads) {
      this.#byUid.set(workload.uid, workload);
      this.#byName.set(`${workload.kind}/${workload.name}`, workload);
    }
    for (const { uid, ownerUid, name } of replicaSets) {
      const owner = this.#byUid.get(ownerUid ?? '');
      if (!owner) continue;
      this.#byUid.set(uid, owner);
      this.#replicaSetOwner.set(name, owner);
    }
  }

  ofPod({ ownerUid }: Pod): LiveWorkload | undefined {
    return ownerUid === undefined ? undefined : this.#byUid.get(ownerUid);
  }

  ofReplicaSet({ ownerUid }: ReplicaSet): LiveWorkload | undefined {
    return ownerUid === undefined ? undefined : this.#byUid.get(ownerUid);
  }

  /** Also of pods and claims that are gone or not watched, by the names that the controllers give. */
  ofEvent({ involved: { kind, name, uid } }: KubeEvent): LiveWorkload | undefined {
    const known = this.#byUid.get(uid);
    if (known) return known;
    switch (kind) {
      case 'StatefulSet':
      case 'Deployment':
        return this.#byName.get(`${kind}/${name}`);
      case 'ReplicaSet':
        return this.#replicaSetOwner.get(name);
      case 'Pod':
        return this.#statefulSetOf(name) ?? this.#replicaSetOwner.get(name.replace(/-[a-z0-9]+$/, ''));
      case 'PersistentVolumeClaim':
        return this.#claimOwner(name);
      default:
        return undefined;
    }
  }

  /** A pod of a StatefulSet is named `<set>-<ordinal>`. */
  #statefulSetOf(name: string): LiveWorkload | undefined {
    const match = /^(.+)-\d+$/.exec(name);
    return match ? this.#byName.get(`StatefulSet/${match[1]}`) : undefined;
  }

  /** A claim of a StatefulSet is named `<template>-<set>-<ordinal>`, and both names may hold dashes. */
  #claimOwner(name: string): LiveWorkload | undefined {
    for (let dash = name.indexOf('-'); dash >= 0; dash = name.indexOf('-', dash + 1)) {
      const owner = this.#statefulSetOf(name.slice(dash + 1));
      if (owner?.kind === 'StatefulSet' && owner.claimTemplates.includes(name.slice(0, dash))) return owner;
    }
    return undefined;
  }
}

/** Values by the uid of their owner, in the order given; those without an owner are left out. */
export function groupByOwner<T>(
  values: Iterable<T>,
  ownerOf: (value: T) => string | undefined,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const uid = ownerOf(value);
    if (uid === undefined) continue;
    const group = groups.get(uid);
    if (group) group.push(value);
    else groups.set(uid, [value]);
  }
  return groups;
}

export function keyOf({ kind, namespace, name }: LiveWorkload): ObjectKey {
  return { kind, namespace, name };
}
