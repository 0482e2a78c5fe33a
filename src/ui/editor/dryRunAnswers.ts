import type { Facts } from '../../core/causes/facts';
import { type DryRunFacts, noDryRuns } from '../../core/causes/noFacts';
import { isPatch } from '../../core/kube/readWorkloadSpec';
import { idOf, type ObjectKey } from '../../core/objects';
import type { Disposable } from '../../util/disposable';
import { errorMessage, isAbort } from '../../util/errors';
import { Emitter } from '../../util/event';
import { t } from '../../util/l10n';
import type { ClusterSession } from '../clusterSession';
import { log } from '../log';
import type { WorkloadManifest } from './manifestDocuments';
import { Pauses } from './pauses';

type ClusterFacts = Omit<Facts, 'sameFile'>;

/**
 * What the API server said of the manifests that are open. An answer is about one text: an edit voids it, and the server
 * is asked again after a pause, or at once on save; only where the user has allowed requests to the context.
 */
export class DryRunAnswers implements Disposable {
  readonly #session: ClusterSession;
  readonly #pauses = new Pauses<string>();
  readonly #abort = new AbortController();
  readonly #onDidAnswer = new Emitter<ObjectKey>();
  /** By the object that was asked about: a document that did not change keeps its object. */
  #answers = new WeakMap<object, DryRunFacts>();
  /** Facts with their answers, so that what did not change is the same object. */
  #merged = new WeakMap<
    object,
    { readonly facts: ClusterFacts; readonly answer: DryRunFacts; readonly all: ClusterFacts }
  >();

  readonly onDidAnswer = this.#onDidAnswer.event;

  constructor(session: ClusterSession) {
    this.#session = session;
  }

  /** These facts with what is known of this very text. */
  addTo(facts: ClusterFacts, { manifest: { object } }: WorkloadManifest): ClusterFacts {
    const answer = this.#answers.get(object);
    if (!answer) return facts;
    const known = this.#merged.get(object);
    if (known?.facts === facts && known.answer === answer) return known.all;
    const all = { ...facts, ...answer };
    this.#merged.set(object, { facts, answer, all });
    return all;
  }

  /** Asks about this text unless that is known; `now`: the user has saved it, and wants to know how it is now. */
  ask(item: WorkloadManifest, key: ObjectKey, now = false): void {
    const id = idOf(key);
    const { object } = item.manifest;
    this.#pauses.drop(id);
    // Half a workload makes no pod.
    if ((!now && this.#answers.has(object)) || isPatch(item.spec) || !this.isAllowed()) return;
    this.#pauses.ask(id, now, () => void this.#ask(object, key));
  }

  isAllowed(): boolean {
    const { state } = this.#session;
    return state.kind === 'open' && this.#session.hasConsent(state.cluster.context.name);
  }

  /** The cluster is another one. */
  forget(): void {
    this.#answers = new WeakMap();
  }

  async #ask(object: WorkloadManifest['manifest']['object'], key: ObjectKey): Promise<void> {
    const { state } = this.#session;
    if (state.kind !== 'open') return;
    const permit = this.#session.gate.trial(state.cluster);
    if (!permit) return;
    try {
      const { signal } = this.#abort;
      this.#answers.set(object, await state.cluster.dryRun({ object, namespace: key.namespace, permit, signal }));
      this.#onDidAnswer.fire(key);
    } catch (error) {
      if (!isAbort(error)) log.warn(`Dry-run of ${idOf(key)}: ${errorMessage(error)}`);
    }
  }

  dispose(): void {
    this.#abort.abort();
    this.#pauses.dispose();
    this.#onDidAnswer.dispose();
  }
}

/** Why nothing is known of a dry-run yet. */
export function notAsked(allowed: boolean): DryRunFacts {
  return noDryRuns(
    allowed
      ? t`the API server has not been asked about this text yet`
      : t`no dry-run: requests to this context have not been allowed (Ordinal: Check with Dry-Run)`,
  );
}
