import type { Memento } from 'vscode';
import * as clusterFloor from '../../../src/cluster/main';
import { ClusterSession } from '../../../src/ui/clusterSession';
import { registerRolloutTree } from '../../../src/ui/tree/rolloutTree';
import { DisposableStore } from '../../../src/util/disposable';
import { played, type DrawnTree } from '../../support/vscode';

/** Session and tree as the extension wires them, before a VS Code that only remembers what it was told to draw. */
export class OurWindow {
  readonly #disposables = new DisposableStore();
  readonly session: ClusterSession;
  readonly tree: DrawnTree;

  constructor() {
    const memory = new Map<string, unknown>();
    const memento = {
      get: (key: string, fallback?: unknown) => memory.get(key) ?? fallback,
      update: (key: string, value: unknown) => Promise.resolve(void memory.set(key, value)),
    };
    this.session = this.#disposables.add(new ClusterSession(memento as unknown as Memento, () => clusterFloor));
    this.#disposables.add(registerRolloutTree(this.session));
    if (!played.tree) throw new Error('no tree view was made');
    this.tree = played.tree;
  }

  /** Resolves when all workloads have come and their rows were drawn. */
  async complete(): Promise<void> {
    for (;;) {
      const [live] = this.session.connection()?.scope().rollouts ?? [];
      if (live?.live.synced && live.live.connectionState.kind === 'live') break;
      await pause();
    }
    const before = this.tree.flushes;
    while (this.tree.flushes === before) await pause();
  }

  close(): void {
    this.#disposables.dispose();
  }
}

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, 5));
}
