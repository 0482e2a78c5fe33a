import type { Cluster, LiveCluster } from '../cluster/main';
import { assess, type Assessment } from '../core/causes/assess';
import type { LiveWorkload, ObjectKey, Pod } from '../core/objects';
import { isSettled } from '../core/rollout/rollout';
import { DisposableStore } from '../util/disposable';
import { Emitter } from '../util/event';

/** Lines of a crashed container's last run that are worth showing. */
const LOG_LINES = 8;

/** A cause may begin to count because time has passed, not because an object changed: looked at again this often. */
const REASSESS_MS = 5_000;

/** The live rollouts of one namespace: objects in, assessments out; who asks twice gets the same value. */
export class LiveRollouts {
  readonly #cluster: Cluster;
  readonly live: LiveCluster;
  readonly #disposables = new DisposableStore();
  readonly #assessments = new Map<string, Assessment>();
  /** Pods are watched while something is not settled, and dropped afterwards. */
  readonly #interest = new Map<string, { dispose(): void }>();
  readonly #logs = new Map<string, readonly string[]>();
  readonly #fetching = new Set<string>();
  readonly #onDidChange = new Emitter<readonly ObjectKey[]>();
  readonly #abort = new AbortController();

  /** Something about these workloads has changed. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(cluster: Cluster, namespace: string) {
    this.#cluster = cluster;
    this.live = this.#disposables.add(cluster.live({ namespace }));
    this.#disposables.add(this.live.onDidChange(({ keys }) => this.#refresh(keys)));
    const timer = setInterval(() => this.#reassess(), REASSESS_MS);
    this.#disposables.add({ dispose: () => clearInterval(timer) });
  }

  /** In name order, StatefulSets first. */
  all(): readonly Assessment[] {
    return [...this.live.workloads()]
      .sort((a, b) => b.kind.localeCompare(a.kind) || a.name.localeCompare(b.name))
      .map((workload) => this.#assess(workload));
  }

  of(key: ObjectKey): Assessment | undefined {
    const workload = this.live.workload(key);
    return workload && this.#assess(workload);
  }

  #assess(workload: LiveWorkload): Assessment {
    const id = idOf(workload);
    const known = this.#assessments.get(id);
    if (known) return known;
    const settled = isSettled(workload);
    if (!settled && !this.#interest.has(id)) this.#interest.set(id, this.live.watchPods(workload));
    const pods = this.live.podsOf(workload);
    const assessment = assess({
      workload,
      pods,
      replicaSets: workload.kind === 'Deployment' ? this.live.replicaSetsOf(workload) : [],
      events: this.live.eventsOf(workload),
      logs: this.#logs,
      now: Date.now(),
    });
    this.#assessments.set(id, assessment);
    this.#releaseWhenDone(id, assessment);
    this.#fetchLogs(pods ?? [], workload);
    return assessment;
  }

  /** A complete rollout needs its pods no longer, unless somebody looks at them (that interest is the tree's own). */
  #releaseWhenDone(id: string, { rollout, workload }: Assessment): void {
    if (rollout.phase !== 'complete' || !isSettled(workload)) return;
    this.#interest.get(id)?.dispose();
    this.#interest.delete(id);
  }

  #fetchLogs(pods: readonly Pod[], workload: LiveWorkload): void {
    for (const pod of pods) {
      for (const { name, restarts, last, state } of pod.containers) {
        const crashed = state?.kind === 'terminated' ? state : last;
        if (!crashed || crashed.exitCode === 0) continue;
        const id = `${pod.name}/${name}`;
        const run = `${pod.uid}/${name}/${restarts}/${state?.kind ?? ''}`;
        if (this.#fetching.has(run)) continue;
        this.#fetching.add(run);
        const previous = state?.kind !== 'terminated';
        void this.#fetchLog(pod, { container: name, id, previous }, workload);
      }
    }
  }

  async #fetchLog(
    pod: Pod,
    { container, id, previous }: { container: string; id: string; previous: boolean },
    workload: LiveWorkload,
  ): Promise<void> {
    try {
      const options = { previous, tailLines: LOG_LINES, signal: this.#abort.signal };
      const lines = await this.#cluster.logs({ namespace: pod.namespace, pod: pod.name, container, ...options });
      if (lines.length === 0) return;
      this.#logs.set(id, lines);
      this.#refresh([workload]);
    } catch {
      // No right to read logs, or the container is gone: the finding stands without its last lines.
    }
  }

  #reassess(): void {
    const open = [...this.#assessments.values()].filter(({ rollout }) => rollout.phase !== 'complete');
    if (open.length > 0) this.#refresh(open.map(({ workload }) => workload));
  }

  #refresh(keys: readonly ObjectKey[]): void {
    for (const key of keys) this.#assessments.delete(idOf(key));
    for (const key of keys) {
      const id = idOf(key);
      if (!this.live.workload(key)) {
        this.#interest.get(id)?.dispose();
        this.#interest.delete(id);
      }
    }
    this.#onDidChange.fire(keys);
  }

  dispose(): void {
    this.#abort.abort();
    for (const interest of this.#interest.values()) interest.dispose();
    this.#interest.clear();
    this.#disposables.dispose();
    this.#onDidChange.dispose();
  }
}

export function idOf({ kind, namespace, name }: ObjectKey): string {
  return `${kind}/${namespace}/${name}`;
}
