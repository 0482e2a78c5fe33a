import type * as vscode from 'vscode';
import { neighboursOf } from '../../core/causes/checkCache';
import type { Finding } from '../../core/causes/finding';
import { isPlaceholder } from '../../core/kube/placeholder';
import type { Manifest } from '../../core/manifest/manifest';
import type { Disposable } from '../../util/disposable';
import { errorMessage, isAbort } from '../../util/errors';
import { Emitter } from '../../util/event';
import type { ClusterSession } from '../clusterSession';
import { log } from '../log';
import type { ManifestDocuments } from './manifestDocuments';
import { Pauses } from './pauses';

export interface ManifestFindings {
  readonly manifest: Manifest;
  readonly findings: readonly Finding[];
}

/** Objects of one file that are asked about; each is a request. */
const MOST_OBJECTS = 20;

/** What the server would refuse of the Services, ConfigMaps and claims that stand in the file of a workload. */
export class ObjectFindings implements Disposable {
  readonly #documents: ManifestDocuments;
  readonly #session: ClusterSession;
  readonly #pauses = new Pauses<vscode.TextDocument>();
  readonly #abort = new AbortController();
  readonly #onDidAnswer = new Emitter<vscode.TextDocument>();
  /** By the object that was asked about; a document that did not change keeps its object. */
  #answers = new WeakMap<object, readonly Finding[]>();

  readonly onDidAnswer = this.#onDidAnswer.event;

  constructor(documents: ManifestDocuments, session: ClusterSession) {
    this.#documents = documents;
    this.#session = session;
  }

  of(document: vscode.TextDocument): readonly ManifestFindings[] {
    return this.#documents
      .read(document)
      .file.manifests.flatMap((manifest) => ({ manifest, findings: this.#answers.get(manifest.object) ?? [] }))
      .filter(({ findings }) => findings.length > 0);
  }

  /** Asks, after a pause, about what was not asked yet; `now`: the user has saved, and all may be otherwise. */
  ask(document: vscode.TextDocument, now: boolean): void {
    this.#pauses.drop(document);
    if (this.#objectsOf(document).every(({ object }) => !now && this.#answers.has(object))) return;
    this.#pauses.ask(document, now, () => {
      if (!document.isClosed) void this.#ask(document, now);
    });
  }

  /** The cluster is another one. */
  forget(): void {
    this.#answers = new WeakMap();
  }

  /** None in a file without workloads: it may be anything that has a kind. */
  #objectsOf(document: vscode.TextDocument): readonly Manifest[] {
    const { state } = this.#session;
    if (state.kind !== 'open' || !this.#session.hasConsent(state.cluster.context.name)) return [];
    const { file, workloads } = this.#documents.read(document);
    if (workloads.length === 0) return [];
    const ofWorkloads = new Set(workloads.map(({ manifest }) => manifest));
    return file.manifests
      .filter((each) => !ofWorkloads.has(each) && !each.template && !each.kustomized)
      .filter(({ name, namespace }) => name !== undefined && !isPlaceholder(name) && !isPlaceholder(namespace))
      .slice(0, MOST_OBJECTS);
  }

  async #ask(document: vscode.TextDocument, again: boolean): Promise<void> {
    const { state, selection } = this.#session;
    if (state.kind !== 'open') return;
    const permit = this.#session.gate.trial(state.cluster);
    if (!permit) return;
    const { signal } = this.#abort;
    const sameFile = neighboursOf(this.#documents.read(document).file.manifests).objects;
    const namespace = selection?.namespace ?? 'default';
    const answers = this.#answers;
    try {
      await Promise.all(
        this.#objectsOf(document)
          .filter(({ object }) => again || !answers.has(object))
          .map(async ({ object }) => {
            answers.set(object, await state.cluster.foreseeObject({ object, namespace, sameFile, permit, signal }));
          }),
      );
      this.#onDidAnswer.fire(document);
    } catch (error) {
      if (!isAbort(error)) log.warn(`Dry-run of ${document.uri.path}: ${errorMessage(error)}`);
    }
  }

  dispose(): void {
    this.#abort.abort();
    this.#pauses.dispose();
    this.#onDidAnswer.dispose();
  }
}
