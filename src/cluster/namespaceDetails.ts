import type { Deployment, KubeEvent, LiveWorkload, Pod, ReplicaSet } from '../core/objects';
import { type Disposable, DisposableStore } from '../util/disposable';
import type { StreamState } from './connectionState';
import { selectorText } from './podFacts';
import { Ownership, groupByOwner } from './ownership';
import type { Reflector } from './reflector';
import { type Resource, events, pods, replicaSets } from './resources';

export interface StreamRequest<T> {
  readonly resource: Resource<T>;
  /** `undefined`: all. */
  readonly namespace: string | undefined;
  readonly labelSelector?: string;
  readonly onChange: (before: T | undefined, after: T | undefined) => void;
  readonly onState?: () => void;
}

export interface NamespaceDetailsOptions {
  readonly namespace: string;
  readonly reflect: <T>(request: StreamRequest<T>) => Reflector<T>;
  /** All workloads of the namespace. */
  workloads(): Iterable<LiveWorkload>;
  /** What belongs to this workload has changed. */
  onChange(workload: LiveWorkload): void;
}

/** Of more workloads than this in one namespace, the pods come in one stream of the whole namespace. */
const MOST_OWN_STREAMS = 5;
const MOST_EVENTS = 500;

const byName = new Intl.Collator('en', { numeric: true });

/** Pods, ReplicaSets and events of those workloads of one namespace that somebody wants to know more of. */
export class NamespaceDetails implements Disposable {
  readonly #options: NamespaceDetailsOptions;
  readonly #disposables = new DisposableStore();
  readonly #podsByUid = new Map<string, Reflector<Pod>>();
  readonly #events: Reflector<KubeEvent>;
  #allPods: Reflector<Pod> | undefined;
  #replicaSets: Reflector<ReplicaSet> | undefined;
  // Made when asked for, thrown away when what they are made of changes.
  #ownership: Ownership | undefined;
  #podsByOwner: ReadonlyMap<string, readonly Pod[]> | undefined;
  #replicaSetsByOwner: ReadonlyMap<string, readonly ReplicaSet[]> | undefined;
  #eventsByOwner: ReadonlyMap<string, readonly KubeEvent[]> | undefined;

  constructor(options: NamespaceDetailsOptions) {
    this.#options = options;
    const { namespace } = options;
    const onChange = (before: KubeEvent | undefined, after: KubeEvent | undefined): void => {
      this.#eventChanged(after ?? before);
    };
    this.#events = this.#disposables.add(options.reflect({ resource: events, namespace, onChange }));
  }

  get states(): readonly StreamState[] {
    return this.reflectors.map(({ state }) => state);
  }

  get reflectors(): readonly Pick<Reflector<unknown>, 'state' | 'start' | 'pause' | 'restart' | 'reconnect'>[] {
    const optional = [this.#allPods, this.#replicaSets].filter((reflector) => reflector !== undefined);
    return [this.#events, ...this.#podsByUid.values(), ...optional];
  }

  /** From now on these; what is no longer among them is forgotten. */
  want(workloads: readonly LiveWorkload[]): void {
    const { namespace, reflect } = this.#options;
    if (workloads.some(({ kind }) => kind === 'Deployment')) {
      this.#replicaSets ??= this.#disposables.add(
        reflect({
          resource: replicaSets,
          namespace,
          onChange: (before, after) => {
            this.#replicaSetChanged(before, after);
          },
        }),
      );
    }
    // One stream of all stays to the end: going back and forth would cost more than it saves.
    if (this.#allPods || workloads.length > MOST_OWN_STREAMS) this.#allPods ??= this.#podStream(undefined);
    else this.#watchEach(workloads);
  }

  /** By name; `undefined` while they are not watched, not known yet, or may not be read. */
  podsOf({ kind, uid }: LiveWorkload): readonly Pod[] | undefined {
    const own = this.#podsByUid.get(uid);
    if (!own?.synced && !this.#allPods?.synced) return undefined;
    // Without its ReplicaSets nobody knows which pods are a Deployment's.
    if (kind === 'Deployment' && !this.#replicaSets?.synced) return undefined;
    this.#podsByOwner ??= groupByOwner(
      [...this.#pods()].sort((a, b) => byName.compare(a.name, b.name)),
      (pod) => this.#owners().ofPod(pod)?.uid,
    );
    return this.#podsByOwner.get(uid) ?? [];
  }

  get podsRefusal(): string | undefined {
    const streams = this.#allPods ? [this.#allPods] : [...this.#podsByUid.values()];
    return streams.map(({ state }) => state).find((state) => state.kind === 'forbidden')?.message;
  }

  replicaSetsOf({ uid }: Deployment): readonly ReplicaSet[] {
    this.#replicaSetsByOwner ??= groupByOwner(this.#replicaSets?.values() ?? [], ({ ownerUid }) => ownerUid);
    return this.#replicaSetsByOwner.get(uid) ?? [];
  }

  eventsOf({ uid, created }: LiveWorkload): readonly KubeEvent[] {
    this.#eventsByOwner ??= groupByOwner(
      [...this.#events.values()].sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1)),
      (event) => this.#owners().ofEvent(event)?.uid,
    );
    // Pods of a set that was deleted and made again have the same names.
    return this.#eventsByOwner.get(uid)?.filter((event) => timeOf(event) >= created) ?? [];
  }

  /** Workloads came or went, or are others under the same name. */
  forgetOwners(): void {
    this.#ownership = undefined;
    this.#podsByOwner = undefined;
    this.#eventsByOwner = undefined;
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#endOwnStreams();
  }

  #endOwnStreams(): void {
    for (const reflector of this.#podsByUid.values()) reflector.dispose();
    this.#podsByUid.clear();
    this.#podsByOwner = undefined;
  }

  /** Each pod once, also while one stream takes over from several. */
  #pods(): Iterable<Pod> {
    if (this.#allPods?.synced) return this.#allPods.values();
    const found = new Map<string, Pod>();
    for (const reflector of this.#podsByUid.values()) for (const pod of reflector.values()) found.set(pod.uid, pod);
    return found.values();
  }

  #watchEach(workloads: readonly LiveWorkload[]): void {
    const uids = new Set(workloads.map(({ uid }) => uid));
    for (const [uid, reflector] of this.#podsByUid) {
      if (uids.has(uid)) continue;
      reflector.dispose();
      this.#podsByUid.delete(uid);
      this.#podsByOwner = undefined;
    }
    for (const { uid, selector } of workloads) {
      if (!this.#podsByUid.has(uid)) this.#podsByUid.set(uid, this.#podStream(selectorText(selector)));
    }
  }

  #podStream(labelSelector: string | undefined): Reflector<Pod> {
    const onChange = (before: Pod | undefined, after: Pod | undefined): void => {
      this.#podsByOwner = undefined;
      for (const each of [before, after]) if (each) this.#changed(this.#owners().ofPod(each));
    };
    const { namespace, reflect } = this.#options;
    const request = { resource: pods, namespace, onChange };
    if (labelSelector !== undefined) return reflect({ ...request, labelSelector });
    const onState = (): void => {
      if (this.#allPods?.synced) this.#endOwnStreams();
    };
    return this.#disposables.add(reflect({ ...request, onState }));
  }

  #owners(): Ownership {
    return (this.#ownership ??= new Ownership(this.#options.workloads(), this.#replicaSets?.values() ?? []));
  }

  #changed(workload: LiveWorkload | undefined): void {
    if (workload) this.#options.onChange(workload);
  }

  #replicaSetChanged(before: ReplicaSet | undefined, after: ReplicaSet | undefined): void {
    this.#replicaSetsByOwner = undefined;
    if (before?.uid !== after?.uid) this.forgetOwners();
    for (const each of [before, after]) if (each) this.#changed(this.#owners().ofReplicaSet(each));
  }

  #eventChanged(event: KubeEvent | undefined): void {
    this.#eventsByOwner = undefined;
    if (event) this.#changed(this.#owners().ofEvent(event));
    if (this.#events.size < 2 * MOST_EVENTS) return;
    const oldestFirst = [...this.#events.entries()].sort(([, a], [, b]) => (timeOf(a) < timeOf(b) ? -1 : 1));
    for (const [name] of oldestFirst.slice(0, -MOST_EVENTS)) this.#events.drop(name);
  }
}

function timeOf({ last, first }: KubeEvent): string {
  return last ?? first ?? '';
}
