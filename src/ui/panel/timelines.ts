import type * as vscode from 'vscode';
import type { Assessment } from '../../core/causes/assess';
import { idOf, type ObjectKey } from '../../core/objects';
import { isSettled } from '../../core/rollout/rollout';
import { extendTimeline, type Passage, type Timeline } from '../../core/rollout/timeline';
import { DisposableStore, type Disposable } from '../../util/disposable';
import { Emitter } from '../../util/event';
import type { ClusterSession } from '../clusterSession';

/** Of the rollouts seen, kept in the workspace: enough for a look back, and small. */
const MOST_KEPT = 200;
const MOST_TIMELINES = 50;
const KEPT = 'ordinal.rolloutsSeen';

interface Kept extends Passage {
  /** Context and workload. */
  readonly id: string;
}

/**
 * Keeps the timelines of what rolls while this window looks at it, whether or not a panel is open: whoever opens one wants to
 * see how it came to this. Finished rollouts are remembered in the workspace.
 */
export class Timelines implements Disposable {
  readonly #session: ClusterSession;
  readonly #memento: vscode.Memento;
  readonly #disposables = new DisposableStore();
  /** By context and workload, the least recently changed first. */
  readonly #timelines = new Map<string, Timeline>();
  readonly #onDidChange = this.#disposables.add(new Emitter<ObjectKey>());

  readonly onDidChange = this.#onDidChange.event;

  constructor(session: ClusterSession, memento: vscode.Memento) {
    this.#session = session;
    this.#memento = memento;
    this.#disposables.add(session.onDidChangeRollouts((keys) => keys.forEach((key) => this.#follow(key))));
  }

  /** As it is now, with the rollouts seen in earlier windows; `undefined` when the workload is not known (yet). */
  of(key: ObjectKey): { readonly assessment: Assessment; readonly timeline: Timeline } | undefined {
    const assessment = this.#session.rollouts(key.namespace)?.of(key);
    if (!assessment) return undefined;
    const timeline = this.#extend(key, assessment);
    const id = this.#idOf(key);
    const earlier = this.#kept().filter(
      (kept) =>
        kept.id === id &&
        !timeline.passages.some(({ revision, from }) => revision === kept.revision && from === kept.from),
    );
    return { assessment, timeline: { ...timeline, passages: [...earlier, ...timeline.passages] } };
  }

  #follow(key: ObjectKey): void {
    const rollouts = this.#session.rollouts(key.namespace);
    const workload = rollouts?.live.workload(key);
    if (!rollouts || !workload) return;
    // Ten thousand workloads cost nothing: of a whole cluster only what somebody follows, or was followed, is assessed.
    const rolls = rollouts.live.namespace === undefined ? rollouts.follows(key) : !isSettled(workload);
    if (!rolls && !this.#timelines.has(this.#idOf(key))) return;
    const assessment = rollouts.of(key);
    if (!assessment) return;
    this.#extend(key, assessment);
    this.#onDidChange.fire(key);
  }

  #extend(key: ObjectKey, { workload, rollout, events }: Assessment): Timeline {
    const id = this.#idOf(key);
    const before = this.#timelines.get(id);
    const timeline = extendTimeline(before, { workload, rollout, events, now: Date.now() });
    this.#timelines.delete(id);
    this.#timelines.set(id, timeline);
    const [oldest] = this.#timelines.keys();
    if (this.#timelines.size > MOST_TIMELINES && oldest !== undefined) this.#timelines.delete(oldest);
    const ended = timeline.passages.filter(
      (passage) =>
        passage.to !== undefined &&
        !before?.passages.some(({ from, to }) => from === passage.from && to === passage.to),
    );
    if (ended.length > 0) this.#keep(ended.map((passage) => ({ ...passage, id })));
    return timeline;
  }

  #kept(): readonly Kept[] {
    return this.#memento.get<readonly Kept[]>(KEPT, []);
  }

  #keep(more: readonly Kept[]): void {
    void this.#memento.update(KEPT, [...this.#kept(), ...more].slice(-MOST_KEPT));
  }

  #idOf(key: ObjectKey): string {
    return `${this.#session.selection?.context ?? ''}/${idOf(key)}`;
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
