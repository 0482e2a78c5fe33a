import * as vscode from 'vscode';
import type { Assessment } from '../../core/causes/assess';
import type { ObjectKey } from '../../core/objects';
import { kubectlStatus } from '../../core/rollout/kubectlStatus';
import type { SlotState } from '../../core/rollout/slot';
import { age, rolloutPhrase, slotPhrase } from '../../core/wording';
import { DisposableStore } from '../../util/disposable';
import type { ClusterSession } from '../clusterSession';
import { ROLLOUT_LANGUAGE, ROLLOUT_SCHEME } from '../contributions';
import { t } from '../../util/l10n';

const GATHER = 100;

const MARKS: Readonly<Record<SlotState, string>> = {
  missing: '○',
  terminating: '◌',
  pending: '◔',
  starting: '◑',
  notReady: '◑',
  ready: '●',
  failed: '✗',
};

/** The rollout status as a read-only document that follows the cluster while it is open. */
export class RolloutDocuments implements vscode.TextDocumentContentProvider {
  readonly #session: ClusterSession;
  readonly #disposables = new DisposableStore();
  readonly #onDidChange = new vscode.EventEmitter<vscode.Uri>();
  /** The lines kubectl would have printed since the document was opened. */
  readonly #lines = new Map<string, string[]>();
  readonly #dirty = new Map<string, vscode.Uri>();
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#onDidChange.event;

  constructor(session: ClusterSession) {
    this.#session = session;
    this.#disposables.add(this.#onDidChange);
    this.#disposables.add(vscode.workspace.registerTextDocumentContentProvider(ROLLOUT_SCHEME, this));
    this.#disposables.add(
      session.onDidChangeAny(({ context, keys }) => keys.forEach((key) => this.#changed(key, context))),
    );
    this.#disposables.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === ROLLOUT_SCHEME) this.#lines.delete(uri.toString());
      }),
    );
  }

  /** Of a context, or of the chosen one. */
  async show(key: ObjectKey, context?: string): Promise<void> {
    const { name } = (await this.#session.open()).context;
    const uri = uriOf(key, context ?? name);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, ROLLOUT_LANGUAGE);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const key = keyOfUri(uri);
    const context = uri.query;
    const head = t`# ${key.kind} ${key.name} in ${context}/${key.namespace}`;
    const assessment = this.#session.rollouts(key.namespace, context)?.of(key);
    if (!assessment) return t`${head}\n# not in the cluster, or not known yet\n`;
    return `${head}\n${statusText(assessment, this.#follow(uri.toString(), assessment), Date.now())}`;
  }

  /** kubectl prints its line whenever it changes; `done` ends one rollout, and the next begins below it. */
  #follow(id: string, { workload }: Assessment): readonly string[] {
    const lines = this.#lines.get(id) ?? [];
    const { text, state } = kubectlStatus(workload);
    const line = state === 'error' ? `error: ${text}` : text;
    if (lines.at(-1) !== line) lines.push(line);
    this.#lines.set(id, lines.slice(-200));
    return lines;
  }

  #changed(key: ObjectKey, context: string): void {
    const uri = uriOf(key, context);
    const id = uri.toString();
    if (!vscode.workspace.textDocuments.some((document) => document.uri.toString() === id)) return;
    // Every change counts for kubectl's lines, also those that are drawn together.
    const assessment = this.#session.rollouts(key.namespace, context)?.of(key);
    if (assessment) this.#follow(id, assessment);
    this.#dirty.set(id, uri);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const each of this.#dirty.values()) this.#onDidChange.fire(each);
      this.#dirty.clear();
    }, GATHER);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#disposables.dispose();
  }
}

/** Now, pod by pod; then why; then what kubectl has said so far. */
export function statusText({ rollout, findings }: Assessment, lines: readonly string[], now: number): string {
  const width = Math.max(0, ...rollout.slots.map(({ podName }) => podName.length));
  const pods = rollout.slots.map((slot) => {
    const since = slot.pod ? ` · ${age(slot.pod.created, now)}` : '';
    return `  ${MARKS[slot.state]} ${slot.podName.padEnd(width)}  ${slotPhrase(slot)}${since}`;
  });
  const causes = findings.flatMap(({ message, advice }) => [
    `cause: ${message}`,
    ...(advice === undefined ? [] : [`   do: ${advice}`]),
  ]);
  const parts = [
    [`# ${rolloutPhrase(rollout)}`, ...pods],
    causes,
    [t`# as kubectl rollout status prints it`, ...lines],
  ];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

/** `ordinal-rollout:/StatefulSet/shop/web/web.rollout?prod`: the last part of the path is what the tab shows. */
function uriOf({ kind, namespace, name }: ObjectKey, context: string): vscode.Uri {
  const path = `/${kind}/${namespace}/${name}/${name}.rollout`;
  return vscode.Uri.from({ scheme: ROLLOUT_SCHEME, path, query: context });
}

/** The workload that a document of the scheme `ordinal-rollout` is about. */
export function keyOfUri({ path }: vscode.Uri): ObjectKey {
  const [, kind = '', namespace = '', name = ''] = path.split('/');
  return { kind, namespace, name };
}
