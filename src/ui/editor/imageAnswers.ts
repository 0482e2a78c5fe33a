import * as vscode from 'vscode';
import type { ImageCheck } from '../../cluster/main';
import { idOf, type ObjectKey } from '../../core/objects';
import type { Disposable } from '../../util/disposable';
import { Emitter } from '../../util/event';
import { clusterModule } from '../clusterModule';
import type { ClusterSession } from '../clusterSession';
import type { WorkloadManifest } from './manifestDocuments';
import { Pauses } from './pauses';

/** What registries said of the images in the open manifests; they are asked only where the user has set it so. */
export class ImageAnswers implements Disposable {
  readonly #session: ClusterSession;
  readonly #pauses = new Pauses<string>();
  readonly #onDidAnswer = new Emitter<ObjectKey>();
  /** By the object that was asked about; a document that did not change keeps its object. */
  #answers = new WeakMap<object, ImageCheck>();

  readonly onDidAnswer = this.#onDidAnswer.event;

  constructor(session: ClusterSession) {
    this.#session = session;
  }

  of({ manifest: { object } }: WorkloadManifest): ImageCheck {
    return (isOn() ? this.#answers.get(object) : undefined) ?? NOTHING;
  }

  /** Asks, after a pause, about what was not asked yet; `now`: the user has saved, and may have pushed an image. */
  ask({ manifest: { object } }: WorkloadManifest, key: ObjectKey, now: boolean): void {
    const id = idOf(key);
    this.#pauses.drop(id);
    if (!isOn() || (!now && this.#answers.has(object))) return;
    this.#pauses.ask(id, now, () => void this.#ask(object, key));
  }

  /** The cluster is another one, with other pull secrets. */
  forget(): void {
    this.#answers = new WeakMap();
  }

  async #ask(object: WorkloadManifest['manifest']['object'], key: ObjectKey): Promise<void> {
    const { state } = this.#session;
    const answers = this.#answers;
    const answer =
      state.kind === 'open'
        ? await state.cluster.checkImages(object, key.namespace)
        : await clusterModule().checkImages(object);
    answers.set(object, answer);
    this.#onDidAnswer.fire(key);
  }

  dispose(): void {
    this.#pauses.dispose();
    this.#onDidAnswer.dispose();
  }
}

const NOTHING: ImageCheck = { findings: [], notChecked: [] };

/** Nothing is sent for a folder that the user does not trust: its files would choose whom to ask. */
function isOn(): boolean {
  if (!vscode.workspace.isTrusted) return false;
  return vscode.workspace.getConfiguration('ordinal').get<boolean>('checkImages', false);
}
