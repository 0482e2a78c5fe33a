import * as vscode from 'vscode';
import { idOf, type ObjectKey } from '../../core/objects';
import { rolloutPhrase } from '../../core/wording';
import { DisposableStore, type Disposable } from '../../util/disposable';
import { t } from '../../util/l10n';
import type { ClusterSession } from '../clusterSession';
import { VIEW_TYPE_TIMELINE } from '../contributions';
import { log } from '../log';
import { pageOf } from './page';
import { panelWords } from './panelWords';
import { isFromPage, type PanelModel, type ToPage } from './protocol';
import type { Timelines } from './timelines';

/** More often nobody can see it; changes between two drawings are drawn together. */
const GATHER_MS = 150;

/** The rollout as a picture over time, one panel for each workload, live while it is open. */
export class RolloutPanels implements Disposable {
  readonly #session: ClusterSession;
  readonly #timelines: Timelines;
  readonly #extensionUri: vscode.Uri;
  readonly #disposables = new DisposableStore();
  readonly #open = new Map<string, OpenPanel>();

  constructor(session: ClusterSession, timelines: Timelines, extensionUri: vscode.Uri) {
    this.#session = session;
    this.#timelines = timelines;
    this.#extensionUri = extensionUri;
    this.#disposables.add(timelines.onDidChange((key) => this.#open.get(idOf(key))?.changed()));
  }

  async show(key: ObjectKey): Promise<void> {
    await this.#session.open();
    const known = this.#open.get(idOf(key));
    if (known) {
      known.panel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      VIEW_TYPE_TIMELINE,
      t`${key.name}: timeline`,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false },
      {
        enableScripts: true,
        localResourceRoots: ['dist', 'media'].map((folder) => vscode.Uri.joinPath(this.#extensionUri, folder)),
      },
    );
    const open = new OpenPanel(panel, () => this.#modelOf(key), key.name);
    this.#open.set(idOf(key), open);
    // Its pods are watched while somebody looks at them.
    const interest = this.#session.rollouts(key.namespace)?.live.watchPods(key, 'seen');
    panel.onDidDispose(() => {
      interest?.dispose();
      open.dispose();
      this.#open.delete(idOf(key));
    });
    panel.webview.html = pageOf(panel.webview, this.#extensionUri);
  }

  #modelOf(key: ObjectKey): PanelModel | undefined {
    const known = this.#timelines.of(key);
    if (!known) return undefined;
    const { assessment, timeline } = known;
    const { rollout } = assessment;
    const context = this.#session.selection?.context ?? '';
    return {
      title: `${key.kind} ${key.name} · ${context}/${key.namespace}`,
      phrase: rolloutPhrase(rollout),
      timeline,
      next: rollout.next?.podName,
      now: Date.now(),
      words: panelWords(),
    };
  }

  dispose(): void {
    for (const { panel } of [...this.#open.values()]) panel.dispose();
    this.#disposables.dispose();
  }
}

class OpenPanel implements Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly #model: () => PanelModel | undefined;
  readonly #name: string;
  #timer: NodeJS.Timeout | undefined;

  constructor(panel: vscode.WebviewPanel, model: () => PanelModel | undefined, name: string) {
    this.panel = panel;
    this.#model = model;
    this.#name = name;
    panel.webview.onDidReceiveMessage((message: unknown) => {
      if (!isFromPage(message)) return;
      if (message.type === 'ready') this.#send();
      else void this.#save(message.format, message.data);
    });
    // A hidden page is not told; what it shows again has to be the present.
    panel.onDidChangeViewState(() => this.changed());
  }

  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.panel.visible) this.#send();
    }, GATHER_MS);
  }

  #send(): void {
    const model = this.#model();
    if (model) void this.panel.webview.postMessage({ type: 'show', model } satisfies ToPage);
  }

  async #save(format: 'svg' | 'png', data: string): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const file = `${this.#name}-rollout.${format}`;
    const target = await vscode.window.showSaveDialog({
      ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, file) } : {}),
      filters: { [format.toUpperCase()]: [format] },
    });
    if (!target) return;
    try {
      await vscode.workspace.fs.writeFile(target, Buffer.from(data, format === 'svg' ? 'utf8' : 'base64'));
    } catch (error) {
      log.error(error instanceof Error ? error : String(error));
      void vscode.window.showErrorMessage(t`The picture could not be written to ${target.fsPath}.`);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
