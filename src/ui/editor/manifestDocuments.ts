import * as vscode from 'vscode';
import type { ObjectKey } from '../../core/objects';
import { CheckCache } from '../../core/causes/checkCache';
import type { WorkloadSpec } from '../../core/kube/workloadSpec';
import type { Manifest, ManifestFile } from '../../core/manifest/manifest';
import { DocumentCache, parseManifests } from '../../core/manifest/parseManifests';
import { Emitter } from '../../util/event';
import { DisposableStore } from '../../util/disposable';

/** The languages whose files are read. */
export const SELECTOR: vscode.DocumentSelector = [
  { language: 'yaml', scheme: 'file' },
  { language: 'yaml', scheme: 'untitled' },
  { language: 'yaml', scheme: 'vscode-remote' },
  { language: 'helm' },
];

/** A StatefulSet or Deployment in an open file. */
export interface WorkloadManifest {
  readonly manifest: Manifest;
  readonly spec: WorkloadSpec;
}

export interface ReadDocument {
  readonly version: number;
  readonly file: ManifestFile;
  readonly workloads: readonly WorkloadManifest[];
}

/** Files settle this long after a key press before they are read again, in milliseconds. */
const PAUSE = 250;

/** What the open YAML files say: read once per version, shared by every feature of the editor. */
export class ManifestDocuments {
  readonly #disposables = new DisposableStore();
  readonly #specs = new CheckCache();
  readonly #read = new Map<string, ReadDocument>();
  readonly #caches = new Map<string, DocumentCache>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #onDidChange = new Emitter<vscode.TextDocument>();
  readonly #onDidClose = new Emitter<vscode.TextDocument>();

  /** A file was opened, or its text has settled after an edit. */
  readonly onDidChange = this.#onDidChange.event;
  readonly onDidClose = this.#onDidClose.event;

  constructor() {
    const { workspace } = vscode;
    this.#disposables.add(workspace.onDidOpenTextDocument((document) => this.#settle(document, 0)));
    this.#disposables.add(workspace.onDidChangeTextDocument(({ document }) => this.#settle(document, PAUSE)));
    this.#disposables.add(workspace.onDidCloseTextDocument((document) => this.#forget(document)));
  }

  /** The open files that may hold manifests. */
  open(): readonly vscode.TextDocument[] {
    return vscode.workspace.textDocuments.filter(isManifestFile);
  }

  read(document: vscode.TextDocument): ReadDocument {
    const id = document.uri.toString();
    const known = this.#read.get(id);
    if (known?.version === document.version) return known;
    let cache = this.#caches.get(id);
    if (!cache) this.#caches.set(id, (cache = new DocumentCache()));
    const file = parseManifests(document.getText(), { cache });
    const workloads = file.manifests.flatMap((manifest) => {
      const spec = this.#specs.specOf(manifest);
      return spec ? [{ manifest, spec }] : [];
    });
    const read = { version: document.version, file, workloads };
    this.#read.set(id, read);
    return read;
  }

  #settle(document: vscode.TextDocument, pause: number): void {
    if (!isManifestFile(document)) return;
    const id = document.uri.toString();
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => {
        this.#timers.delete(id);
        if (!document.isClosed) this.#onDidChange.fire(document);
      }, pause),
    );
  }

  #forget(document: vscode.TextDocument): void {
    const id = document.uri.toString();
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#read.delete(id);
    this.#caches.delete(id);
    if (isManifestFile(document)) this.#onDidClose.fire(document);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#onDidChange.dispose();
    this.#onDidClose.dispose();
    this.#disposables.dispose();
  }
}

export function isManifestFile(document: vscode.TextDocument): boolean {
  return vscode.languages.match(SELECTOR, document) > 0;
}

/** Where a manifest's object lives: its own namespace, or the one chosen; `undefined` while it has no name. */
export function keyOf({ manifest, spec }: WorkloadManifest, namespace: string): ObjectKey | undefined {
  if (manifest.name === undefined) return undefined;
  return { kind: spec.kind, namespace: manifest.namespace ?? namespace, name: manifest.name };
}
