import type { LiveWorkload, ObjectKey } from '../core/objects';

/** Workloads by namespace, so that what one of them changes costs nothing for the others. */
export class WorkloadIndex {
  readonly #namespaces = new Map<string, Map<string, LiveWorkload>>();
  // Made when asked for, thrown away when what they are made of changes.
  readonly #sorted = new Map<string, readonly LiveWorkload[]>();
  #names: readonly string[] | undefined;

  /** Namespaces that have workloads, by name. */
  get namespaces(): readonly string[] {
    return (this.#names ??= [...this.#namespaces.keys()].sort());
  }

  /** StatefulSets first, then by name. */
  of(namespace: string): readonly LiveWorkload[] {
    const known = this.#sorted.get(namespace);
    if (known) return known;
    const sorted = [...(this.#namespaces.get(namespace)?.values() ?? [])].sort(
      (a, b) => compare(b.kind, a.kind) || compare(a.name, b.name),
    );
    if (sorted.length > 0) this.#sorted.set(namespace, sorted);
    return sorted;
  }

  get({ kind, namespace, name }: ObjectKey): LiveWorkload | undefined {
    return this.#namespaces.get(namespace)?.get(`${kind}/${name}`);
  }

  put(workload: LiveWorkload): void {
    const { kind, namespace, name } = workload;
    let there = this.#namespaces.get(namespace);
    if (!there) {
      there = new Map();
      this.#namespaces.set(namespace, there);
      this.#names = undefined;
    }
    there.set(`${kind}/${name}`, workload);
    this.#sorted.delete(namespace);
  }

  remove({ kind, namespace, name }: ObjectKey): void {
    const there = this.#namespaces.get(namespace);
    this.#sorted.delete(namespace);
    if (!there?.delete(`${kind}/${name}`) || there.size > 0) return;
    this.#namespaces.delete(namespace);
    this.#names = undefined;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
