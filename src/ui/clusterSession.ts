import * as vscode from 'vscode';
import type { Cluster, ClusterModule, LiveChange, LoadedKubeConfig } from '../cluster/main';
import type { ObjectKey } from '../core/objects';
import { DisposableStore, MutableDisposable, type Disposable } from '../util/disposable';
import { errorMessage, ExpectedError, isAbort } from '../util/errors';
import { Emitter } from '../util/event';
import type { WriteGate } from './act/main';
import { actModule } from './actModule';
import { clusterModule } from './clusterModule';
import { Connection } from './connection';
import type { LiveRollouts } from './liveRollouts';
import { log } from './log';
import { WorkspaceMemory, type Selection } from './workspaceMemory';
import { t } from '../util/l10n';

/** `idle` until somebody opens the view or asks for something: before, no file is read and no connection is made. */
export type SessionState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'open'; readonly cluster: Cluster };

/** A context in the tree; without a connection it says why there is none. */
export interface ShownContext {
  readonly context: string;
  readonly connection: Connection | undefined;
  readonly problem: string | undefined;
}

export interface RolloutChange extends LiveChange {
  readonly context: string;
}

/** The contexts that this window looks at. One of them is chosen: apply, lenses and hovers speak of it. */
export class ClusterSession {
  readonly #loadModule: () => ClusterModule;
  readonly #memory: WorkspaceMemory;
  readonly #disposables = new DisposableStore();
  readonly #watch = new MutableDisposable<Disposable>();
  /** The chosen one first. */
  readonly #contexts = new Map<string, ShownContext>();
  readonly #onDidChange = new Emitter<undefined>();
  readonly #onDidChangeRollouts = new Emitter<readonly ObjectKey[]>();
  readonly #onDidChangeAny = new Emitter<RolloutChange>();
  #state: SessionState = { kind: 'idle' };
  #kubeConfig: LoadedKubeConfig | undefined;
  #opening: Promise<Cluster> | undefined;
  #gate: WriteGate | undefined;
  /** Grows when a connection is begun or dropped: an opening that was overtaken leaves nothing behind. */
  #turn = 0;
  #viewVisible = false;
  #visible: readonly ObjectKey[] = [];

  /** State, selection, what is shown, or a connection has changed. */
  readonly onDidChange = this.#onDidChange.event;
  /** Of the chosen context. */
  readonly onDidChangeRollouts = this.#onDidChangeRollouts.event;
  /** Of every context. */
  readonly onDidChangeAny = this.#onDidChangeAny.event;

  constructor(memento: vscode.Memento, loadModule: () => ClusterModule = clusterModule) {
    this.#loadModule = loadModule;
    this.#memory = new WorkspaceMemory(memento);
    this.#disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('ordinal.kubeconfig') && this.#state.kind !== 'idle') this.#reload();
      }),
    );
  }

  get state(): SessionState {
    return this.#state;
  }

  get selection(): Selection | undefined {
    return this.#memory.selection;
  }

  /** In the order of the tree; empty while there is no connection. */
  get contexts(): readonly ShownContext[] {
    return this.#state.kind === 'open' ? [...this.#contexts.values()] : [];
  }

  /** The open connection, or a new one. Throws an `ExpectedError` that says what is missing. */
  async open(): Promise<Cluster> {
    // What was being opened when the window closed would be left open for good.
    if (this.#disposables.disposed) throw new DOMException('The session has ended', 'AbortError');
    if (this.#state.kind === 'open') return this.#state.cluster;
    if (this.#opening) return this.#opening;
    const opening = this.#open().finally(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    this.#opening = opening;
    return opening;
  }

  async #open(): Promise<Cluster> {
    const turn = ++this.#turn;
    this.#set({ kind: 'opening' });
    try {
      if (!vscode.workspace.isTrusted)
        throw new ExpectedError(t`Ordinal connects to a cluster only from a trusted workspace.`);
      const kubeConfig = await this.kubeConfig();
      const selection = this.#validSelection(kubeConfig);
      await this.#memory.select(selection);
      // Meanwhile somebody has chosen otherwise.
      if (turn !== this.#turn) return await this.open();
      const connection = this.#connect(kubeConfig, selection.context);
      for (const context of this.#memory.contextsBeside) this.#tryToConnect(kubeConfig, context);
      this.#set({ kind: 'open', cluster: connection.cluster });
      return connection.cluster;
    } catch (error) {
      if (this.#disposables.disposed) throw error;
      if (turn !== this.#turn) return this.open();
      this.#close();
      this.#set({ kind: 'failed', message: errorMessage(error) });
      throw error;
    }
  }

  /** Opens in the background: what goes wrong is a state that the tree and the status bar show. */
  openQuietly(): void {
    this.open().catch((error: unknown) => {
      if (!isAbort(error)) log.warn(errorMessage(error));
    });
  }

  #connect(kubeConfig: LoadedKubeConfig, context: string): Connection {
    const cluster = this.#loadModule().createCluster({ kubeConfig, context });
    const connection = new Connection(cluster, this.#memory.namespacesOf(cluster.context));
    this.#contexts.set(context, { context, connection, problem: undefined });
    connection.onDidChange(() => this.#onDidChange.fire(undefined));
    connection.onDidChangeRollouts((change) => {
      if (context === this.selection?.context && change.keys.length > 0) this.#onDidChangeRollouts.fire(change.keys);
      this.#onDidChangeAny.fire({ ...change, context });
    });
    this.#tellLooks(connection);
    return connection;
  }

  /** A context beside the chosen one that cannot be reached says so in its own row. */
  #tryToConnect(kubeConfig: LoadedKubeConfig, context: string): void {
    try {
      this.#connect(kubeConfig, context);
    } catch (error) {
      this.#contexts.set(context, { context, connection: undefined, problem: errorMessage(error) });
    }
  }

  async kubeConfig(): Promise<LoadedKubeConfig> {
    const options = kubeConfigOptions();
    const { loadKubeConfig, watchKubeConfig } = this.#loadModule();
    this.#watch.value ??= watchKubeConfig(options, () => this.#reload());
    this.#kubeConfig ??= await loadKubeConfig(options);
    return this.#kubeConfig;
  }

  /** A context that has gone from the kubeconfig is not used: silently taking another could hit the wrong cluster. */
  #validSelection({ contexts, currentContext, files }: LoadedKubeConfig): Selection {
    const name = this.selection?.context ?? currentContext;
    const context = contexts.find((each) => each.name === name);
    if (context) return { context: context.name, namespace: this.selection?.namespace ?? context.namespace };
    const where = files.join(', ');
    if (name === undefined) throw new ExpectedError(t`No current context is set in ${where}. Select a context.`);
    throw new ExpectedError(t`The context "${name}" is not in ${where}. Select another context.`);
  }

  async selectContext(context: string): Promise<void> {
    const { contexts } = await this.kubeConfig();
    const namespace = contexts.find(({ name }) => name === context)?.namespace ?? 'default';
    await this.#memory.select({ context, namespace });
    this.reconnect();
  }

  /** Of manifests that name none; the tree shows this one, too. */
  async selectNamespace(namespace: string): Promise<void> {
    const { context } = this.selection ?? this.#validSelection(await this.kubeConfig());
    await this.#memory.select({ context, namespace });
    await this.showNamespaces([namespace], context);
  }

  /** What the tree shows of a context; `undefined`: all namespaces. */
  async showNamespaces(namespaces: readonly string[] | undefined, context: string): Promise<void> {
    await this.#memory.show(context, namespaces);
    this.#contexts.get(context)?.connection?.show(namespaces);
    this.#onDidChange.fire(undefined);
  }

  async addContext(context: string): Promise<void> {
    await this.open();
    if (this.#contexts.has(context)) return;
    await this.#memory.addContext(context);
    this.#tryToConnect(await this.kubeConfig(), context);
    this.#onDidChange.fire(undefined);
  }

  async removeContext(context: string): Promise<void> {
    await this.#memory.removeContext(context);
    if (context === this.selection?.context) return;
    this.#contexts.get(context)?.connection?.dispose();
    this.#contexts.delete(context);
    this.#onDidChange.fire(undefined);
  }

  /** Drops the connections with all they know, and opens new ones. */
  reconnect(): void {
    this.#close();
    this.openQuietly();
  }

  #reload(): void {
    this.#kubeConfig = undefined;
    this.#watch.clear();
    this.reconnect();
  }

  /** Of a context, or of the chosen one; `undefined` while it is not connected. */
  connection(context = this.selection?.context): Connection | undefined {
    return this.#state.kind === 'open' ? this.#contexts.get(context ?? '')?.connection : undefined;
  }

  /** The live rollouts of a namespace, watched from the first call on; `undefined` while there is no connection. */
  rollouts(namespace: string, context?: string): LiveRollouts | undefined {
    return this.connection(context)?.rollouts(namespace);
  }

  /** Whether somebody sees the tree: it is watched as long, and some minutes longer. */
  lookAtView(visible: boolean): void {
    this.#viewVisible = visible;
    for (const { connection } of this.#contexts.values()) if (connection) this.#tellLooks(connection);
  }

  /** The workloads whose manifests or rollouts are visible in editors. */
  lookAtWorkloads(keys: readonly ObjectKey[]): void {
    this.#visible = keys;
    const chosen = this.connection();
    if (chosen) this.#tellLooks(chosen);
  }

  #tellLooks(connection: Connection): void {
    const chosen = connection.context === this.selection?.context;
    connection.look(this.#viewVisible, chosen ? this.#visible : []);
  }

  /** What every write, and every dry-run, asks for leave. */
  get gate(): WriteGate {
    this.#gate ??= actModule().createGate(this, log);
    return this.#gate;
  }

  hasConsent(context: string): boolean {
    return this.#memory.hasConsent(context);
  }

  async giveConsent(context: string): Promise<void> {
    await this.#memory.giveConsent(context);
  }

  #set(state: SessionState): void {
    this.#state = state;
    this.#onDidChange.fire(undefined);
  }

  #close(): void {
    for (const { connection } of this.#contexts.values()) connection?.dispose();
    this.#contexts.clear();
    this.#opening = undefined;
    this.#turn++;
    this.#state = { kind: 'idle' };
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#close();
    this.#watch.dispose();
    this.#onDidChange.dispose();
    this.#onDidChangeRollouts.dispose();
    this.#onDidChangeAny.dispose();
  }
}

function kubeConfigOptions(): { readonly path?: string } {
  const path = vscode.workspace.getConfiguration('ordinal').get<string>('kubeconfig', '');
  return path === '' ? {} : { path };
}
