import * as vscode from 'vscode';
import type { ObjectKey } from '../../core/objects';
import { CheckCache } from '../../core/causes/checkCache';
import type { WorkloadSpec } from '../../core/kube/workloadSpec';
import type { Manifest, ManifestFile } from '../../core/manifest/manifest';
import { DocumentCache, LIMIT, tooLarge } from '../../core/manifest/parseManifests';
import { Emitter } from '../../util/event';
import { DisposableStore } from '../../util/disposable';
import { isKustomization, isKustomized } from './kustomized';

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
  readonly text: string;
  readonly file: ManifestFile;
  readonly workloads: readonly WorkloadManifest[];
}

/** Files settle this long after a key press before they are read again, in milliseconds. */
const PAUSE = 250;

/** Characters that are read at once, some 10 ms of work; of a larger file the part in view comes first. */
const SLICE = 150_000;

/** What the open YAML files say: read once per version, shared by every feature of the editor. */
export class ManifestDocuments {
  readonly #disposables = new DisposableStore();
  readonly #specs = new CheckCache();
  readonly #read = new Map<string, ReadDocument>();
  readonly #caches = new Map<string, DocumentCache>();
  readonly #kustomized = new WeakSet<vscode.TextDocument>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #slices = new Map<string, NodeJS.Timeout>();
  readonly #onDidChange = new Emitter<vscode.TextDocument>();
  readonly #onDidClose = new Emitter<vscode.TextDocument>();

  /** A file was opened, its text has settled after an edit, or another slice of it was read. */
  readonly onDidChange = this.#onDidChange.event;
  readonly onDidClose = this.#onDidClose.event;

  constructor() {
    const { workspace } = vscode;
    this.#disposables.add(workspace.onDidOpenTextDocument((document) => this.#opened(document)));
    this.#disposables.add(
      workspace.onDidSaveTextDocument((document) => {
        if (isKustomization(document)) for (const each of this.open()) void this.#lookForKustomize(each);
      }),
    );
    for (const document of this.open()) void this.#lookForKustomize(document);
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
    const text = document.getText();
    if (text.length > LIMIT) return this.#keep(document, text, tooLarge(text.length, LIMIT));
    const cache = this.#caches.get(id) ?? new DocumentCache();
    this.#caches.set(id, cache);
    cache.kustomized = this.#kustomized.has(document);
    cache.update(text);
    return this.#readSlice(document, text, cache);
  }

  /** All of it at once, also of a large file: for what a person has asked for. */
  readWhole(document: vscode.TextDocument): ManifestFile {
    const { file } = this.read(document);
    const cache = this.#caches.get(document.uri.toString());
    if (!cache || cache.complete || file.notRead !== undefined) return file;
    cache.readMore(Infinity);
    return this.#keep(document, document.getText(), cache.file()).file;
  }

  #readSlice(document: vscode.TextDocument, text: string, cache: DocumentCache): ReadDocument {
    cache.readMore(SLICE, cache.complete ? 0 : offsetInView(document));
    if (!cache.complete) this.#readOn(document, text, cache);
    return this.#keep(document, text, cache.file());
  }

  /** The next slice has its turn when the editor has had its own. */
  #readOn(document: vscode.TextDocument, text: string, cache: DocumentCache): void {
    const id = document.uri.toString();
    const { version } = document;
    clearTimeout(this.#slices.get(id));
    this.#slices.set(
      id,
      setTimeout(() => {
        this.#slices.delete(id);
        if (document.isClosed || document.version !== version) return;
        this.#readSlice(document, text, cache);
        this.#onDidChange.fire(document);
      }, 0),
    );
  }

  #keep(document: vscode.TextDocument, text: string, file: ManifestFile): ReadDocument {
    const workloads = file.manifests.flatMap((manifest) => {
      const spec = this.#specs.specOf(manifest);
      return spec ? [{ manifest, spec }] : [];
    });
    const read = { version: document.version, text, file, workloads };
    this.#read.set(document.uri.toString(), read);
    return read;
  }

  #opened(document: vscode.TextDocument): void {
    this.#settle(document, 0);
    if (isManifestFile(document)) void this.#lookForKustomize(document);
  }

  /** Never rejects. */
  async #lookForKustomize(document: vscode.TextDocument): Promise<void> {
    const kustomized = await isKustomized(document);
    if (document.isClosed || kustomized === this.#kustomized.has(document)) return;
    if (kustomized) this.#kustomized.add(document);
    else this.#kustomized.delete(document);
    this.#read.delete(document.uri.toString());
    this.#onDidChange.fire(document);
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
    clearTimeout(this.#slices.get(id));
    this.#slices.delete(id);
    this.#read.delete(id);
    this.#caches.delete(id);
    if (isManifestFile(document)) this.#onDidClose.fire(document);
  }

  dispose(): void {
    for (const timer of [...this.#timers.values(), ...this.#slices.values()]) clearTimeout(timer);
    this.#timers.clear();
    this.#slices.clear();
    this.#onDidChange.dispose();
    this.#onDidClose.dispose();
    this.#disposables.dispose();
  }
}

/** Where a person looks at in this file. */
function offsetInView(document: vscode.TextDocument): number {
  const editor = vscode.window.visibleTextEditors.find((each) => each.document === document);
  const [range] = editor?.visibleRanges ?? [];
  return range ? document.offsetAt(range.start) : 0;
}

export function isManifestFile(document: vscode.TextDocument): boolean {
  return vscode.languages.match(SELECTOR, document) > 0;
}

/** Where a manifest's object lives: its own namespace, or the one chosen; `undefined` while it has no name. */
export function keyOf({ manifest, spec }: WorkloadManifest, namespace: string): ObjectKey | undefined {
  if (manifest.name === undefined) return undefined;
  return { kind: spec.kind, namespace: manifest.namespace ?? namespace, name: manifest.name };
}
