import type { Cluster, ConnectionState, LiveChange, PermittedNamespaces } from '../cluster/main';
import { idOf, type ObjectKey } from '../core/objects';
import { DisposableStore, type Disposable } from '../util/disposable';
import { errorMessage, isAbort } from '../util/errors';
import { Emitter } from '../util/event';
import { LiveRollouts } from './liveRollouts';
import { log } from './log';

/** What the tree shows of a context. */
export interface Scope {
  /** `undefined`: all, and then there is one `LiveRollouts` for them. */
  readonly namespaces: readonly string[] | undefined;
  readonly rollouts: readonly LiveRollouts[];
  /** Why it is not all that was asked for: `User dev may not list statefulsets.apps.` */
  readonly narrowed: string | undefined;
}

/** One context that is looked at: its cluster, what is shown of it, and the live rollouts by namespace. */
export class Connection implements Disposable {
  readonly cluster: Cluster;
  readonly #disposables = new DisposableStore();
  readonly #abort = new AbortController();
  readonly #onDidChange = this.#disposables.add(new Emitter<undefined>());
  readonly #onDidChangeRollouts = this.#disposables.add(new Emitter<LiveChange>());
  readonly #own = new Map<string, LiveRollouts>();
  readonly #holds = new Map<LiveRollouts, Disposable>();
  #all: LiveRollouts | undefined;
  #shown: readonly string[] | undefined;
  #permitted: PermittedNamespaces | 'asked' | undefined;
  #viewVisible = false;
  #visible: readonly ObjectKey[] = [];
  /** Workloads of visible manifests: their pods are watched as those of open rows are. */
  readonly #seen = new Map<string, { readonly rollouts: LiveRollouts; readonly watch: Disposable }>();

  /** What is shown, or how it reaches us. */
  readonly onDidChange = this.#onDidChange.event;
  readonly onDidChangeRollouts = this.#onDidChangeRollouts.event;

  /** `shown`: the namespaces that the tree shows; `undefined`: all. */
  constructor(cluster: Cluster, shown: readonly string[] | undefined) {
    this.cluster = this.#disposables.add(cluster);
    this.#shown = shown;
  }

  get context(): string {
    return this.cluster.context.name;
  }

  show(namespaces: readonly string[] | undefined): void {
    this.#shown = namespaces;
    if (namespaces) this.#closeAll();
    this.#changed();
  }

  /** Watches what it answers from the first call on. */
  scope(): Scope {
    if (this.#shown) return this.#scopeOf(this.#shown, undefined);
    const all = (this.#all ??= this.#open(undefined));
    const { connectionState } = all.live;
    if (connectionState.kind !== 'forbidden') return { namespaces: undefined, rollouts: [all], narrowed: undefined };
    this.#permitted ??= this.#askPermitted();
    if (this.#permitted === 'asked') return { namespaces: undefined, rollouts: [all], narrowed: undefined };
    const { namespaces } = this.#permitted;
    return this.#scopeOf(
      namespaces.length > 0 ? namespaces : [this.cluster.context.namespace],
      connectionState.message,
    );
  }

  #scopeOf(namespaces: readonly string[], narrowed: string | undefined): Scope {
    return { namespaces, rollouts: namespaces.map((namespace) => this.#ownOf(namespace)), narrowed };
  }

  /** Those of one namespace, watched from the first call on: by the stream of all where there is one that flows. */
  rollouts(namespace: string): LiveRollouts {
    const own = this.#own.get(namespace);
    const state = this.#all?.live.connectionState.kind;
    if (this.#all && (state === 'live' || (!own && state !== 'forbidden' && state !== 'resting'))) return this.#all;
    return own ?? this.#ownOf(namespace);
  }

  /** What somebody has before his eyes: the view, and manifests of these workloads. */
  look(viewVisible: boolean, visible: readonly ObjectKey[]): void {
    this.#viewVisible = viewVisible;
    this.#visible = visible;
    this.#updateHolds();
  }

  #updateHolds(): void {
    const seen = new Set(this.#viewVisible ? this.scope().rollouts : []);
    for (const { namespace } of this.#visible) seen.add(this.rollouts(namespace));
    for (const rollouts of seen) if (!this.#holds.has(rollouts)) this.#holds.set(rollouts, rollouts.live.hold());
    for (const [rollouts, hold] of this.#holds) {
      if (seen.has(rollouts)) continue;
      this.#holds.delete(rollouts);
      hold.dispose();
    }
    this.#updateSeen();
  }

  #updateSeen(): void {
    const visible = new Map(this.#visible.map((key) => [idOf(key), key]));
    for (const [id, key] of visible) {
      const rollouts = this.rollouts(key.namespace);
      const known = this.#seen.get(id);
      if (known?.rollouts === rollouts) continue;
      this.#seen.set(id, { rollouts, watch: rollouts.live.watchPods(key, 'seen') });
      known?.watch.dispose();
    }
    for (const [id, { watch }] of this.#seen) {
      if (visible.has(id)) continue;
      this.#seen.delete(id);
      watch.dispose();
    }
  }

  #ownOf(namespace: string): LiveRollouts {
    const known = this.#own.get(namespace);
    if (known) return known;
    const rollouts = this.#open(namespace);
    this.#own.set(namespace, rollouts);
    return rollouts;
  }

  #open(namespace: string | undefined): LiveRollouts {
    const rollouts = new LiveRollouts(this.cluster, namespace);
    rollouts.onDidChange((change) => this.#onDidChangeRollouts.fire(change));
    rollouts.live.onDidChangeConnection((state) => this.#stateChanged(rollouts, state));
    return rollouts;
  }

  #stateChanged(rollouts: LiveRollouts, { kind }: ConnectionState): void {
    const { namespace } = rollouts.live;
    // What rests and is no longer shown is not worth its memory.
    if (kind === 'resting' && namespace !== undefined && !this.#shown?.includes(namespace)) {
      this.#own.delete(namespace);
      rollouts.dispose();
    }
    this.#changed();
  }

  #changed(): void {
    this.#updateHolds();
    this.#onDidChange.fire(undefined);
  }

  #askPermitted(): 'asked' {
    const known = (permitted: PermittedNamespaces): void => {
      this.#permitted = permitted;
      this.#changed();
    };
    this.cluster.permittedNamespaces(this.#abort.signal).then(known, (error: unknown) => {
      if (isAbort(error)) return;
      log.warn(errorMessage(error));
      known({ namespaces: [], missing: undefined });
    });
    return 'asked';
  }

  #closeAll(): void {
    if (!this.#all) return;
    this.#holds.get(this.#all)?.dispose();
    this.#holds.delete(this.#all);
    this.#all.dispose();
    this.#all = undefined;
    this.#permitted = undefined;
  }

  dispose(): void {
    this.#abort.abort();
    this.#closeAll();
    for (const hold of this.#holds.values()) hold.dispose();
    for (const { watch } of this.#seen.values()) watch.dispose();
    for (const rollouts of this.#own.values()) rollouts.dispose();
    this.#holds.clear();
    this.#seen.clear();
    this.#own.clear();
    this.#disposables.dispose();
  }
}
