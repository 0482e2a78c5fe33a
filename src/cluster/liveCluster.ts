import type { Deployment, KubeEvent, LiveWorkload, ObjectKey, Pod, ReplicaSet } from '../core/objects';
import { type Disposable, DisposableStore, MutableDisposable, toDisposable } from '../util/disposable';
import { Emitter, type Event } from '../util/event';
import { ChangeGatherer, type LiveChange } from './changeGatherer';
import type { Clock } from './clock';
import { type ConnectionState, connectionStateOf } from './connectionState';
import { Ownership, groupByOwner, isSettled } from './ownership';
import { Reflector } from './reflector';
import { type Resource, deployments, events, pathOf, pods, replicaSets, statefulSets } from './resources';
import type { Transport } from './transport';

/** What one namespace of one context runs, kept current by watches. Whoever made it disposes it. */
export interface LiveCluster extends Disposable {
  readonly context: string;
  readonly namespace: string;
  readonly connectionState: ConnectionState;
  readonly onDidChangeConnection: Event<ConnectionState>;
  /** Gathered: at most every 30 ms, every 250 ms while very many change. */
  readonly onDidChange: Event<LiveChange>;
  /** Whether all workloads that may be read have come. */
  readonly synced: boolean;
  /** By kind, then by name. */
  workloads(): readonly LiveWorkload[];
  workload(key: ObjectKey): LiveWorkload | undefined;
  /** By name; `undefined` while pods are not watched, not known yet, or may not be read. */
  podsOf(workload: LiveWorkload): readonly Pod[] | undefined;
  replicaSetsOf(deployment: Deployment): readonly ReplicaSet[];
  /** Of the workload, its ReplicaSets, pods and claims, those that are gone included; oldest first. */
  eventsOf(workload: LiveWorkload): readonly KubeEvent[];
  /** Pods and events are watched while somebody asks for them, or while a workload is not at rest. */
  watchPods(key: ObjectKey): Disposable;
  /** Everything anew, also after a failure. */
  refresh(): void;
}

export interface LiveClusterOptions {
  readonly transport: Transport;
  readonly context: string;
  readonly namespace: string;
  readonly clock: Clock;
  readonly listOnly: Set<string>;
}

/** Pods and events are kept this long after the last interest: a rollout pauses, a node is collapsed and opened again. */
const LINGER_MS = 60_000;
const MOST_EVENTS = 500;
const HEARTBEAT_MS = 20_000;
const SLEPT_MS = 30_000;

export function createLiveCluster(options: LiveClusterOptions): LiveCluster {
  return new Live(options);
}

class Live implements LiveCluster {
  readonly context: string;
  readonly namespace: string;
  readonly #options: LiveClusterOptions;
  readonly #disposables = new DisposableStore();
  readonly #connection = this.#disposables.add(new Emitter<ConnectionState>());
  readonly #lingering = this.#disposables.add(new MutableDisposable());
  readonly #heartbeat = this.#disposables.add(new MutableDisposable());
  readonly onDidChangeConnection = this.#connection.event;
  readonly onDidChange: Event<LiveChange>;
  readonly #changes: ChangeGatherer;
  readonly #statefulSets;
  readonly #deployments;
  readonly #replicaSets;
  readonly #pods = this.#disposables.add(new MutableDisposable<Reflector<Pod>>());
  readonly #events = this.#disposables.add(new MutableDisposable<Reflector<KubeEvent>>());
  readonly #unsettled = new Set<string>();
  #interest = 0;
  // Made when asked for, thrown away when what they are made of changes.
  #sorted: readonly LiveWorkload[] | undefined;
  #ownership: Ownership | undefined;
  #podsByOwner: ReadonlyMap<string, readonly Pod[]> | undefined;
  #replicaSetsByOwner: ReadonlyMap<string, readonly ReplicaSet[]> | undefined;
  #eventsByOwner: ReadonlyMap<string, readonly KubeEvent[]> | undefined;
  #state: ConnectionState = { kind: 'connecting' };
  #wasSynced = false;

  constructor(options: LiveClusterOptions) {
    this.#options = options;
    this.context = options.context;
    this.namespace = options.namespace;
    this.#changes = this.#disposables.add(new ChangeGatherer(options.clock));
    this.onDidChange = this.#changes.onDidChange;
    const workloadChanged = (before: LiveWorkload | undefined, after: LiveWorkload | undefined): void => {
      this.#workloadChanged(before, after);
    };
    this.#statefulSets = this.#disposables.add(this.#reflect(statefulSets, workloadChanged));
    this.#deployments = this.#disposables.add(this.#reflect(deployments, workloadChanged));
    this.#replicaSets = this.#disposables.add(
      this.#reflect(replicaSets, (before, after) => {
        this.#replicaSetChanged(before, after);
      }),
    );
    this.#beat();
  }

  get connectionState(): ConnectionState {
    return this.#state;
  }

  get synced(): boolean {
    return [this.#statefulSets, this.#deployments].every(({ synced, state }) => synced || state.kind === 'forbidden');
  }

  workloads(): readonly LiveWorkload[] {
    const byName = (a: LiveWorkload, b: LiveWorkload): number => (a.name < b.name ? -1 : 1);
    return (this.#sorted ??= [
      ...[...this.#deployments.values()].sort(byName),
      ...[...this.#statefulSets.values()].sort(byName),
    ]);
  }

  workload({ kind, namespace, name }: ObjectKey): LiveWorkload | undefined {
    if (namespace !== this.namespace) return undefined;
    if (kind === 'StatefulSet') return this.#statefulSets.get(name);
    return kind === 'Deployment' ? this.#deployments.get(name) : undefined;
  }

  podsOf({ uid }: LiveWorkload): readonly Pod[] | undefined {
    const reflector = this.#pods.value;
    if (!reflector?.synced) return undefined;
    this.#podsByOwner ??= groupByOwner(
      [...reflector.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
      (pod) => this.#owners().ofPod(pod)?.uid,
    );
    return this.#podsByOwner.get(uid) ?? [];
  }

  replicaSetsOf({ uid }: Deployment): readonly ReplicaSet[] {
    this.#replicaSetsByOwner ??= groupByOwner(this.#replicaSets.values(), ({ ownerUid }) => ownerUid);
    return this.#replicaSetsByOwner.get(uid) ?? [];
  }

  eventsOf({ uid, created }: LiveWorkload): readonly KubeEvent[] {
    this.#eventsByOwner ??= groupByOwner(
      [...(this.#events.value?.values() ?? [])].sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1)),
      (event) => this.#owners().ofEvent(event)?.uid,
    );
    // Pods of a set that was deleted and made again have the same names.
    return this.#eventsByOwner.get(uid)?.filter((event) => timeOf(event) >= created) ?? [];
  }

  watchPods(key: ObjectKey): Disposable {
    if (key.namespace !== this.namespace) return toDisposable(() => undefined);
    this.#interest++;
    this.#updateInterest();
    return toDisposable(() => {
      this.#interest--;
      this.#updateInterest();
    });
  }

  refresh(): void {
    if (!this.#disposables.disposed) for (const reflector of this.#reflectors()) reflector.restart();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #reflectors(): readonly Reflector<unknown>[] {
    const lazy = [this.#pods.value, this.#events.value].filter((reflector) => reflector !== undefined);
    return [this.#statefulSets, this.#deployments, this.#replicaSets, ...lazy] as readonly Reflector<unknown>[];
  }

  #reflect<T>(resource: Resource<T>, onChange: (before: T | undefined, after: T | undefined) => void): Reflector<T> {
    const { transport, namespace, clock, listOnly } = this.#options;
    const reflector = new Reflector<T>({
      transport,
      namespace,
      clock,
      listOnly,
      resource: resource.fullName,
      path: pathOf({ ...resource, namespace }),
      project: resource.project,
      onChange,
      onState: () => {
        this.#stateChanged();
      },
    });
    reflector.start();
    return reflector;
  }

  #owners(): Ownership {
    return (this.#ownership ??= new Ownership(this.workloads(), this.#replicaSets.values()));
  }

  #workloadChanged(before: LiveWorkload | undefined, after: LiveWorkload | undefined): void {
    const workload = after ?? before;
    if (!workload) return;
    this.#sorted = undefined;
    if (before?.uid !== after?.uid) {
      this.#forgetOwners();
      this.#changes.markList();
    }
    const key = `${workload.kind}/${workload.name}`;
    if (after && !isSettled(after)) this.#unsettled.add(key);
    else this.#unsettled.delete(key);
    this.#updateInterest();
    this.#changes.mark(workload);
  }

  #replicaSetChanged(before: ReplicaSet | undefined, after: ReplicaSet | undefined): void {
    this.#replicaSetsByOwner = undefined;
    if (before?.uid !== after?.uid) this.#forgetOwners();
    for (const each of [before, after]) if (each) this.#changes.mark(this.#owners().ofReplicaSet(each));
  }

  #forgetOwners(): void {
    this.#ownership = undefined;
    this.#podsByOwner = undefined;
    this.#eventsByOwner = undefined;
  }

  #podChanged(before: Pod | undefined, after: Pod | undefined): void {
    this.#podsByOwner = undefined;
    for (const each of [before, after]) if (each) this.#changes.mark(this.#owners().ofPod(each));
  }

  #eventChanged(event: KubeEvent | undefined): void {
    this.#eventsByOwner = undefined;
    if (event) this.#changes.mark(this.#owners().ofEvent(event));
    const reflector = this.#events.value;
    if (!reflector || reflector.size < 2 * MOST_EVENTS) return;
    const oldestFirst = [...reflector.entries()].sort(([, a], [, b]) => (timeOf(a) < timeOf(b) ? -1 : 1));
    for (const [name] of oldestFirst.slice(0, -MOST_EVENTS)) reflector.drop(name);
  }

  #updateInterest(): void {
    if (this.#disposables.disposed) return;
    if (this.#interest > 0 || this.#unsettled.size > 0) {
      this.#lingering.clear();
      this.#pods.value ??= this.#reflect(pods, (before, after) => {
        this.#podChanged(before, after);
      });
      this.#events.value ??= this.#reflect(events, (before, after) => {
        this.#eventChanged(after ?? before);
      });
    } else if (this.#pods.value && !this.#lingering.value) {
      this.#lingering.value = this.#options.clock.after(LINGER_MS, () => {
        this.#lingering.clear();
        this.#pods.clear();
        this.#events.clear();
        this.#forgetOwners();
        this.#stateChanged();
      });
    }
  }

  #stateChanged(): void {
    if (this.#disposables.disposed) return;
    const [sets, deploys, ...others] = this.#reflectors().map(({ state }) => state);
    if (!sets || !deploys) return;
    const state = connectionStateOf([sets, deploys], others);
    if (this.synced && !this.#wasSynced) {
      this.#wasSynced = true;
      this.#changes.markList();
    }
    // Pods that are known for the first time, or are no longer to be had, change every row that shows them.
    for (const workload of this.workloads()) this.#changes.mark(workload);
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    this.#connection.fire(state);
  }

  /** A machine that has slept comes back with connections that look alive. */
  #beat(): void {
    const { clock } = this.#options;
    const last = clock.now();
    this.#heartbeat.value = clock.after(HEARTBEAT_MS, () => {
      if (clock.now() - last > HEARTBEAT_MS + SLEPT_MS)
        for (const reflector of this.#reflectors()) reflector.reconnect();
      this.#beat();
    });
  }
}

function timeOf({ last, first }: KubeEvent): string {
  return last ?? first ?? '';
}
