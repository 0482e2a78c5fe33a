import * as vscode from 'vscode';
import { DisposableStore } from '../../util/disposable';
import { OBJECT_SCHEME } from '../schemes';

/** Read-only YAML of what is in a cluster, or would be: with folding and search, and none of our lenses. */
export class ObjectDocuments implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #onDidChange = new vscode.EventEmitter<vscode.Uri>();
  readonly #disposables = new DisposableStore();

  readonly onDidChange = this.#onDidChange.event;

  constructor() {
    this.#disposables.add(this.#onDidChange);
    this.#disposables.add(vscode.workspace.registerTextDocumentContentProvider(OBJECT_SCHEME, this));
    this.#disposables.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === OBJECT_SCHEME) this.#texts.delete(uri.toString());
      }),
    );
  }

  /** The last part of the path is what the tab shows; the same path again replaces the text. */
  put(path: readonly string[], text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: OBJECT_SCHEME, path: `/${path.map(encodeURIComponent).join('/')}` });
    this.#texts.set(uri.toString(), text);
    this.#onDidChange.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#texts.clear();
  }
}
