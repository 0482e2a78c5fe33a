import * as vscode from 'vscode';
import type { PlannedWrite } from '../../cluster/main';
import { inApplyOrder } from '../../core/kube/applyOrder';
import { type Manifest, touches } from '../../core/manifest/manifest';
import type { ObjectKey } from '../../core/objects';
import { ExpectedError } from '../../util/errors';
import { t } from '../../util/l10n';
import type { ManifestReference } from '../contributions';
import type { ManifestDocuments } from '../editor/manifestDocuments';

/** A document of a file that something is done with. */
export interface ManifestItem {
  readonly document: vscode.TextDocument;
  readonly manifest: Manifest;
  readonly key: ObjectKey;
}

/** What a person means: a lens, files and folders of the explorer, a selection, the manifest at the cursor. */
export type Meant =
  | { readonly kind: 'reference'; readonly reference: ManifestReference }
  | { readonly kind: 'files'; readonly uris: readonly vscode.Uri[] }
  | { readonly kind: 'cursor' };

const MOST_FILES = 500;

/** In the order in which they can be applied. Throws an ExpectedError that says why there is nothing to do. */
export async function itemsOf(
  meant: Meant,
  documents: ManifestDocuments,
  namespace: string,
): Promise<readonly ManifestItem[]> {
  const items = inApplyOrder(await found(meant, documents, namespace), ({ manifest }) => manifest.kind);
  if (items.length === 0) throw new ExpectedError(t`There is no Kubernetes manifest here.`);
  for (const { document, manifest } of items) {
    const line = document.positionAt(manifest.headRange.start).line + 1;
    const name = vscode.workspace.asRelativePath(document.uri);
    if (manifest.template)
      throw new ExpectedError(t`${name}, line ${line}: this is a template with placeholders. Render it first.`);
    if (manifest.name === undefined)
      throw new ExpectedError(t`${name}, line ${line}: this manifest has no metadata.name yet.`);
  }
  return items;
}

async function found(meant: Meant, documents: ManifestDocuments, namespace: string): Promise<readonly ManifestItem[]> {
  const of = (document: vscode.TextDocument): readonly ManifestItem[] => readItems(document, documents, namespace);
  if (meant.kind === 'files') {
    const uris = (await Promise.all(meant.uris.map(filesIn))).flat();
    const opened = await Promise.all(uris.map((uri) => vscode.workspace.openTextDocument(uri)));
    return opened.flatMap(of);
  }
  if (meant.kind === 'reference') {
    const { uri, key } = meant.reference;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    const item = of(document).find(({ key: { kind, name } }) => kind === key.kind && name === key.name);
    if (item) return [item];
    throw new ExpectedError(t`${key.kind} ${key.name} is no longer in this file.`);
  }
  const editor = vscode.window.activeTextEditor;
  if (!editor || !isYaml(editor.document)) throw new ExpectedError(t`Open a YAML file with a manifest first.`);
  const all = of(editor.document);
  const chosen = all.filter(({ document, manifest: { range } }) =>
    editor.selections.some((selection) => {
      if (selection.isEmpty) return touches(range, document.offsetAt(selection.active));
      return document.offsetAt(selection.start) < range.end && document.offsetAt(selection.end) > range.start;
    }),
  );
  if (chosen.length > 0 || all.length <= 1) return chosen.length > 0 ? chosen : all;
  throw new ExpectedError(t`Put the cursor into the manifest that you mean, or select several.`);
}

function readItems(
  document: vscode.TextDocument,
  documents: ManifestDocuments,
  namespace: string,
): readonly ManifestItem[] {
  const { manifests, problems, notRead } = documents.readWhole(document);
  const name = vscode.workspace.asRelativePath(document.uri);
  if (notRead !== undefined) throw new ExpectedError(notRead);
  const broken = problems.find(({ severity }) => severity === 'error');
  if (broken) {
    const line = document.positionAt(broken.range.start).line + 1;
    throw new ExpectedError(t`${name}, line ${line}: ${broken.message}`);
  }
  return manifests.map((manifest) => ({
    document,
    manifest,
    key: { kind: manifest.kind, namespace: manifest.namespace ?? namespace, name: manifest.name ?? '' },
  }));
}

async function filesIn(uri: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const { type } = await vscode.workspace.fs.stat(uri);
  if (type !== vscode.FileType.Directory) return [uri];
  const pattern = new vscode.RelativePattern(uri, '**/*.{yaml,yml}');
  const files = await vscode.workspace.findFiles(pattern, undefined, MOST_FILES + 1);
  if (files.length > MOST_FILES) throw new ExpectedError(t`This folder has more than ${MOST_FILES} YAML files.`);
  return [...files].sort((a, b) => a.path.localeCompare(b.path));
}

function isYaml({ languageId }: vscode.TextDocument): boolean {
  return languageId === 'yaml' || languageId === 'helm';
}

export function plannedFor({ manifest: { apiVersion }, key }: ManifestItem, force = false): PlannedWrite {
  return { verb: 'apply', target: { apiVersion, ...key }, ...(force ? { force } : {}) };
}

/** `StatefulSet web`; many: `3 manifests`. */
export function nameOfItems(items: readonly ManifestItem[]): string {
  const [first] = items;
  return items.length === 1 && first ? `${first.key.kind} ${first.key.name}` : t`${items.length} manifests`;
}
