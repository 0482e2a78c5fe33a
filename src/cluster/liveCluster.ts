import type { Deployment, KubeEvent, LiveWorkload, ObjectKey, Pod, ReplicaSet } from '../core/objects';
import { isSettled } from '../core/rollout/rollout';
import { type Disposable, DisposableStore, MutableDisposable, toDisposable } from '../util/disposable';
import { Emitter, type Event } from '../util/event';
import { ChangeGatherer, type LiveChange } from './changeGatherer';
import type { Clock } from './clock';
import { type ConnectionState, connectionStateOf } from './connectionState';
import { type Interest, Interests } from './interests';
import { NamespaceDetails, type StreamRequest } from './namespaceDetails';
import { Reflector } from './reflector';
import { deployments, pathOf, statefulSets } from './resources';
import { RestTimer } from './restTimer';
import type { Transport } from './transport';
import { WorkloadIndex } from './workloadIndex';

/** What one namespace of a context runs, or all of them, kept current by watches. Whoever made it disposes it. */
export interface LiveCluster extends Disposable {
  readonly context: string;
  /** `undefined`: all. */
  readonly namespace: string | undefined;
  readonly connectionState: ConnectionState;
  readonly onDidChangeConnection: Event<ConnectionState>;
  /** Gathered: at most every 30 ms, every 250 ms while very many change. */
  readonly onDidChange: Event<LiveChange>;
  /** Whether all workloads that may be read have come. */
  readonly synced: boolean;
  /** Those that have workloads, by name. */
  readonly namespaces: readonly string[];
  /** StatefulSets first, then by name. */
  workloads(namespace: string): readonly LiveWorkload[];
  workload(key: ObjectKey): LiveWorkload | undefined;
  /** By name; `undefined` while they are not watched, not known yet, or may not be read. */
  podsOf(workload: LiveWorkload): readonly Pod[] | undefined;
  /** Why there are no pods of it: `User dev may not watch pods in namespace db.` */
  podsRefusal(workload: LiveWorkload): string | undefined;
  replicaSetsOf(deployment: Deployment): readonly ReplicaSet[];
  /** Of the workload, its ReplicaSets, pods and claims, those that are gone included; oldest first. */
  eventsOf(workload: LiveWorkload): readonly KubeEvent[];
  /** Its pods, ReplicaSets and events are watched from now on, and a minute longer than somebody asks. */
  watchPods(key: ObjectKey, interest: Interest): Disposable;
  /** Somebody looks. Some minutes after nobody does and nothing moves, it rests: no connection, until somebody looks again. */
  hold(): Disposable;
  /** Everything anew, also after a failure. */
  refresh(): void;
}

export interface LiveClusterOptions {
  readonly transport: Transport;
  readonly context: string;
  readonly namespace: string | undefined;
  readonly clock: Clock;
  readonly listOnly: Set<string>;
  readonly onDispose: () => void;
}

const HEARTBEAT_MS = 20_000;
const SLEPT_MS = 30_000;

export function createLiveCluster(options: LiveClusterOptions): LiveCluster {
  return new Live(options);
}

class Live implements LiveCluster {
  readonly context: string;
  readonly namespace: string | undefined;
  readonly #options: LiveClusterOptions;
  readonly #disposables = new DisposableStore();
  readonly #connection = this.#disposables.add(new Emitter<ConnectionState>());
  readonly #heartbeat = this.#disposables.add(new MutableDisposable());
  readonly onDidChangeConnection = this.#connection.event;
  readonly onDidChange: Event<LiveChange>;
  readonly #changes: ChangeGatherer;
  readonly #index = new WorkloadIndex();
  readonly #statefulSets;
  readonly #deployments;
  readonly #interests: Interests;
  readonly #details = new Map<string, NamespaceDetails>();
  readonly #rest: RestTimer;
  #state: ConnectionState = { kind: 'connecting' };

  constructor(options: LiveClusterOptions) {
    this.#options = options;
    this.context = options.context;
    this.namespace = options.namespace;
    this.#changes = this.#disposables.add(new ChangeGatherer(options.clock));
    this.onDidChange = this.#changes.onDidChange;
    const update = (): void => {
      this.#updateDetails();
    };
    this.#interests = this.#disposables.add(new Interests(options.clock, update));
    const onRest = (resting: boolean): void => {
      for (const reflector of this.#reflectors()) if (resting) reflector.pause();
      for (const reflector of this.#reflectors()) if (!resting) reflector.start();
      this.#stateChanged();
    };
    this.#rest = this.#disposables.add(new RestTimer(options.clock, onRest));
    const { namespace } = options;
    const onChange = (before: LiveWorkload | undefined, after: LiveWorkload | undefined): void => {
      this.#workloadChanged(before, after);
    };
    this.#statefulSets = this.#disposables.add(this.#reflect({ resource: statefulSets, namespace, onChange }));
    this.#deployments = this.#disposables.add(this.#reflect({ resource: deployments, namespace, onChange }));
    this.#beat();
  }

  get connectionState(): ConnectionState {
    return this.#state;
  }

  get synced(): boolean {
    return [this.#statefulSets, this.#deployments].every(({ synced, state }) => synced || state.kind === 'forbidden');
  }

  get namespaces(): readonly string[] {
    return this.#index.namespaces;
  }

  workloads(namespace: string): readonly LiveWorkload[] {
    return this.#index.of(namespace);
  }

  workload(key: ObjectKey): LiveWorkload | undefined {
    return this.#index.get(key);
  }

  podsOf(workload: LiveWorkload): readonly Pod[] | undefined {
    return this.#details.get(workload.namespace)?.podsOf(workload);
  }

  podsRefusal({ namespace }: LiveWorkload): string | undefined {
    return this.#details.get(namespace)?.podsRefusal;
  }

  replicaSetsOf(deployment: Deployment): readonly ReplicaSet[] {
    return this.#details.get(deployment.namespace)?.replicaSetsOf(deployment) ?? [];
  }

  eventsOf(workload: LiveWorkload): readonly KubeEvent[] {
    return this.#details.get(workload.namespace)?.eventsOf(workload) ?? [];
  }

  watchPods(key: ObjectKey, interest: Interest): Disposable {
    if (this.namespace !== undefined && key.namespace !== this.namespace) return toDisposable(() => undefined);
    return this.#interests.add(key, interest);
  }

  hold(): Disposable {
    return this.#rest.hold();
  }

  refresh(): void {
    if (!this.#disposables.disposed) for (const reflector of this.#reflectors()) reflector.restart();
  }

  dispose(): void {
    this.#disposables.dispose();
    for (const details of this.#details.values()) details.dispose();
    this.#details.clear();
    this.#options.onDispose();
  }

  #reflectors(): NamespaceDetails['reflectors'] {
    const details = [...this.#details.values()].flatMap(({ reflectors }) => reflectors);
    return [this.#statefulSets, this.#deployments, ...details];
  }

  #reflect<T>({ resource, namespace, labelSelector, onChange, onState }: StreamRequest<T>): Reflector<T> {
    const { transport, clock, listOnly } = this.#options;
    const reflector = new Reflector<T>({
      ...{ transport, namespace, clock, listOnly, onChange },
      ...(labelSelector === undefined ? {} : { selector: { labelSelector } }),
      resource: resource.fullName,
      path: pathOf({ ...resource, namespace }),
      project: resource.project,
      onState: () => {
        onState?.();
        this.#stateChanged(namespace);
      },
    });
    if (!this.#rest.resting) reflector.start();
    return reflector;
  }

  #workloadChanged(before: LiveWorkload | undefined, after: LiveWorkload | undefined): void {
    const workload = after ?? before;
    if (!workload) return;
    if (after) this.#index.put(after);
    else this.#index.remove(workload);
    if (before?.uid !== after?.uid) {
      this.#details.get(workload.namespace)?.forgetOwners();
      this.#changes.markNamespace(workload.namespace);
      if (this.#interests.has(workload)) this.#updateDetails();
    }
    if (after && !isSettled(after)) this.#rest.moved();
    this.#changes.mark(workload);
  }

  #updateDetails(): void {
    if (this.#disposables.disposed) return;
    const wanted = this.#interests.wanted.map((key) => this.workload(key)).filter((workload) => workload !== undefined);
    const byNamespace = new Map<string, LiveWorkload[]>();
    for (const workload of wanted) {
      const { namespace } = workload;
      byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), workload]);
    }
    for (const [namespace, workloads] of byNamespace) {
      const details = this.#details.get(namespace) ?? this.#newDetails(namespace);
      details.want(workloads);
    }
    for (const [namespace, details] of this.#details) {
      if (byNamespace.has(namespace)) continue;
      details.dispose();
      this.#details.delete(namespace);
      this.#stateChanged(namespace);
    }
  }

  #newDetails(namespace: string): NamespaceDetails {
    const details = new NamespaceDetails({
      namespace,
      reflect: (request) => this.#reflect(request),
      workloads: () => this.#index.of(namespace),
      onChange: (workload) => {
        this.#changes.mark(workload);
      },
    });
    this.#details.set(namespace, details);
    return details;
  }

  /** Of a stream of this namespace: pods that are known for the first time, or no longer, change the rows that show them. */
  #stateChanged(namespace?: string): void {
    if (this.#disposables.disposed) return;
    if (namespace !== undefined) for (const workload of this.#index.of(namespace)) this.#changes.mark(workload);
    const details = [...this.#details.values()].flatMap(({ states }) => states);
    const state: ConnectionState = this.#rest.resting
      ? { kind: 'resting' }
      : connectionStateOf([this.#statefulSets.state, this.#deployments.state], details);
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
