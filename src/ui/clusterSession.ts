import * as vscode from 'vscode';
import type { Cluster, LoadedKubeConfig } from '../cluster/main';
import type { ObjectKey } from '../core/objects';
import { DisposableStore, MutableDisposable, type Disposable } from '../util/disposable';
import { errorMessage, ExpectedError } from '../util/errors';
import { Emitter } from '../util/event';
import { clusterModule } from './clusterModule';
import { LiveRollouts } from './liveRollouts';
import { log } from './log';

/** What the user has chosen, kept per workspace. The namespace is that of manifests which name none. */
export interface Selection {
  readonly context: string;
  readonly namespace: string;
}

/** `idle` until somebody opens the view or asks for something: before, no file is read and no connection is made. */
export type SessionState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'open'; readonly cluster: Cluster };

const SELECTION = 'ordinal.selection';
const CONSENTS = 'ordinal.consentedContexts';

/** The one cluster that this window speaks to: chosen context and namespace, connection, and rollouts by namespace. */
export class ClusterSession {
  readonly #memento: vscode.Memento;
  readonly #disposables = new DisposableStore();
  readonly #connection = new MutableDisposable<DisposableStore>();
  readonly #watch = new MutableDisposable<Disposable>();
  readonly #rollouts = new Map<string, LiveRollouts>();
  readonly #onDidChange = new Emitter<undefined>();
  readonly #onDidChangeRollouts = new Emitter<readonly ObjectKey[]>();
  #state: SessionState = { kind: 'idle' };
  #selection: Selection | undefined;
  #kubeConfig: LoadedKubeConfig | undefined;
  #opening: Promise<Cluster> | undefined;

  /** State, selection or a connection has changed. */
  readonly onDidChange = this.#onDidChange.event;
  readonly onDidChangeRollouts = this.#onDidChangeRollouts.event;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
    this.#selection = memento.get<Selection>(SELECTION);
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
    return this.#selection;
  }

  /** The open connection, or a new one. Throws an `ExpectedError` that says what is missing. */
  async open(): Promise<Cluster> {
    if (this.#state.kind === 'open') return this.#state.cluster;
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #open(): Promise<Cluster> {
    this.#set({ kind: 'opening' });
    try {
      if (!vscode.workspace.isTrusted)
        throw new ExpectedError('Ordinal connects to a cluster only from a trusted workspace.');
      const kubeConfig = await this.kubeConfig();
      const selection = this.#validSelection(kubeConfig);
      const connection = new DisposableStore();
      const cluster = connection.add(clusterModule().createCluster({ kubeConfig, context: selection.context }));
      this.#connection.value = connection;
      await this.#select(selection);
      this.#set({ kind: 'open', cluster });
      return cluster;
    } catch (error) {
      this.#set({ kind: 'failed', message: errorMessage(error) });
      throw error;
    }
  }

  /** Opens in the background: what goes wrong is a state that the tree and the status bar show. */
  openQuietly(): void {
    this.open().catch((error: unknown) => log.warn(errorMessage(error)));
  }

  async kubeConfig(): Promise<LoadedKubeConfig> {
    const options = kubeConfigOptions();
    const { loadKubeConfig, watchKubeConfig } = clusterModule();
    this.#watch.value ??= watchKubeConfig(options, () => this.#reload());
    this.#kubeConfig ??= await loadKubeConfig(options);
    return this.#kubeConfig;
  }

  /** A context that has gone from the kubeconfig is not used: silently taking another could hit the wrong cluster. */
  #validSelection({ contexts, currentContext, files }: LoadedKubeConfig): Selection {
    const name = this.#selection?.context ?? currentContext;
    const context = contexts.find((each) => each.name === name);
    if (context) return { context: context.name, namespace: this.#selection?.namespace ?? context.namespace };
    const where = files.join(', ');
    if (name === undefined) throw new ExpectedError(`No current context is set in ${where}. Select a context.`);
    throw new ExpectedError(`The context "${name}" is not in ${where}. Select another context.`);
  }

  async selectContext(context: string): Promise<void> {
    const { contexts } = await this.kubeConfig();
    const namespace = contexts.find(({ name }) => name === context)?.namespace ?? 'default';
    await this.#select({ context, namespace });
    this.reconnect();
  }

  async selectNamespace(namespace: string): Promise<void> {
    const { context } = this.#selection ?? this.#validSelection(await this.kubeConfig());
    await this.#select({ context, namespace });
    for (const [name, rollouts] of this.#rollouts) {
      if (name === namespace) continue;
      rollouts.dispose();
      this.#rollouts.delete(name);
    }
    this.#onDidChange.fire(undefined);
  }

  async #select(selection: Selection): Promise<void> {
    this.#selection = selection;
    await this.#memento.update(SELECTION, selection);
  }

  /** Drops the connection with all it knows, and opens a new one. */
  reconnect(): void {
    this.#close();
    this.openQuietly();
  }

  #reload(): void {
    this.#kubeConfig = undefined;
    this.#watch.clear();
    this.reconnect();
  }

  /** The live rollouts of a namespace, watched from the first call on; `undefined` while there is no connection. */
  rollouts(namespace: string): LiveRollouts | undefined {
    if (this.#state.kind !== 'open') return undefined;
    const known = this.#rollouts.get(namespace);
    if (known) return known;
    const rollouts = new LiveRollouts(this.#state.cluster, namespace);
    this.#rollouts.set(namespace, rollouts);
    rollouts.onDidChange((keys) => this.#onDidChangeRollouts.fire(keys));
    rollouts.live.onDidChangeConnection(() => this.#onDidChange.fire(undefined));
    return rollouts;
  }

  hasConsent(context: string): boolean {
    return this.#memento.get<readonly string[]>(CONSENTS, []).includes(context);
  }

  async giveConsent(context: string): Promise<void> {
    await this.#memento.update(CONSENTS, [...this.#memento.get<readonly string[]>(CONSENTS, []), context]);
  }

  #set(state: SessionState): void {
    this.#state = state;
    this.#onDidChange.fire(undefined);
  }

  #close(): void {
    for (const rollouts of this.#rollouts.values()) rollouts.dispose();
    this.#rollouts.clear();
    this.#connection.clear();
    this.#state = { kind: 'idle' };
  }

  dispose(): void {
    this.#close();
    this.#watch.dispose();
    this.#connection.dispose();
    this.#disposables.dispose();
    this.#onDidChange.dispose();
    this.#onDidChangeRollouts.dispose();
  }
}

function kubeConfigOptions(): { readonly path?: string } {
  const path = vscode.workspace.getConfiguration('ordinal').get<string>('kubeconfig', '');
  return path === '' ? {} : { path };
}
