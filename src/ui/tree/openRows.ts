import type { Disposable } from '../../util/disposable';
import type { ClusterSession } from '../clusterSession';
import type { LiveRollouts } from '../liveRollouts';
import { nodeId, type RolloutNode, type WorkloadNode } from './rolloutNode';

interface OpenWorkload {
  readonly node: WorkloadNode;
  /** Of which connection; after another one was made the pods are asked of that. */
  readonly rollouts: LiveRollouts | undefined;
  readonly watch: Disposable | undefined;
}

/** The rows whose children are seen: of open workloads the pods are watched. */
export class OpenRows implements Disposable {
  readonly #session: ClusterSession;
  readonly #namespaces = new Set<string>();
  readonly #workloads = new Map<string, OpenWorkload>();

  constructor(session: ClusterSession) {
    this.#session = session;
  }

  /** VS Code asks for children of open rows only. */
  opened(node: RolloutNode): void {
    const id = nodeId(node) ?? '';
    if (node.kind === 'namespace') this.#namespaces.add(id);
    if (node.kind === 'workload') this.#watch(id, node);
  }

  closed(node: RolloutNode): void {
    const id = nodeId(node) ?? '';
    this.#namespaces.delete(id);
    this.#workloads.get(id)?.watch?.dispose();
    this.#workloads.delete(id);
  }

  has(node: RolloutNode): boolean {
    const id = nodeId(node) ?? '';
    return this.#namespaces.has(id) || this.#workloads.has(id);
  }

  /** After a connection has changed. */
  update(): void {
    for (const [id, { node }] of this.#workloads) this.#watch(id, node);
  }

  dispose(): void {
    for (const { watch } of this.#workloads.values()) watch?.dispose();
    this.#workloads.clear();
  }

  #watch(id: string, node: WorkloadNode): void {
    const rollouts = this.#session.rollouts(node.key.namespace, node.context);
    const known = this.#workloads.get(id);
    if (known && known.rollouts === rollouts) return;
    const watch = rollouts?.live.watchPods(node.key, 'seen');
    this.#workloads.set(id, { node, rollouts, watch });
    known?.watch?.dispose();
  }
}
