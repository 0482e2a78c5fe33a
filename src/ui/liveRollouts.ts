import type { Cluster, LiveChange, LiveCluster } from '../cluster/main';
import type { Assessment } from '../core/causes/assess';
import { idOf, type LiveWorkload, type ObjectKey } from '../core/objects';
import { isSettled } from '../core/rollout/rollout';
import type { Disposable } from '../util/disposable';
import { DisposableStore } from '../util/disposable';
import { Emitter } from '../util/event';
import { CrashLogs } from './crashLogs';

/** A cause may begin to count because time has passed, not because an object changed: looked at again this often. */
const REASSESS_MS = 5_000;

/** The live rollouts of one namespace, or of all: objects in, assessments out; who asks twice gets the same value. */
export class LiveRollouts implements Disposable {
  readonly live: LiveCluster;
  readonly #disposables = new DisposableStore();
  readonly #assessments = new Map<string, Assessment>();
  /** Workloads that were not complete when they were asked for: their pods are wanted until they are. */
  readonly #interest = new Map<string, Disposable>();
  readonly #cluster: Cluster;
  readonly #logs: CrashLogs;
  readonly #onDidChange = this.#disposables.add(new Emitter<LiveChange>());
  #reassess: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#onDidChange.event;

  constructor(cluster: Cluster, namespace: string | undefined) {
    this.#cluster = cluster;
    this.live = this.#disposables.add(cluster.live({ namespace }));
    this.#logs = this.#disposables.add(new CrashLogs(cluster));
    this.#disposables.add(this.live.onDidChange((change) => this.#changed(change)));
  }

  of(key: ObjectKey): Assessment | undefined {
    const workload = this.live.workload(key);
    return workload && this.#assess(workload);
  }

  /** Whether somebody has asked for it since it is under way. */
  follows(key: ObjectKey): boolean {
    return this.#interest.has(idOf(key));
  }

  #assess(workload: LiveWorkload): Assessment {
    const id = idOf(workload);
    const known = this.#assessments.get(id);
    if (known) return known;
    if (!isSettled(workload) && !this.#interest.has(id))
      this.#interest.set(id, this.live.watchPods(workload, 'rolling'));
    const pods = this.live.podsOf(workload);
    const assessment = this.#cluster.assess({
      workload,
      pods,
      replicaSets: workload.kind === 'Deployment' ? this.live.replicaSetsOf(workload) : [],
      events: this.live.eventsOf(workload),
      logs: this.#logs.of(workload.namespace),
      now: Date.now(),
    });
    this.#assessments.set(id, assessment);
    if (assessment.rollout.phase === 'complete' && isSettled(workload)) this.#release(id);
    else this.#reassess ??= setTimeout(() => this.#assessAgain(), REASSESS_MS);
    this.#logs.fetch(pods ?? [], () => this.#changed({ keys: [workload], namespaces: [] }));
    return assessment;
  }

  #release(id: string): void {
    this.#interest.get(id)?.dispose();
    this.#interest.delete(id);
  }

  #assessAgain(): void {
    this.#reassess = undefined;
    const open = [...this.#assessments.values()].filter(({ rollout }) => rollout.phase !== 'complete');
    if (open.length > 0) this.#changed({ keys: open.map(({ workload }) => workload), namespaces: [] });
  }

  #changed(change: LiveChange): void {
    for (const key of change.keys) {
      this.#assessments.delete(idOf(key));
      if (!this.live.workload(key)) this.#release(idOf(key));
    }
    this.#onDidChange.fire(change);
  }

  dispose(): void {
    clearTimeout(this.#reassess);
    for (const interest of this.#interest.values()) interest.dispose();
    this.#interest.clear();
    this.#disposables.dispose();
  }
}
