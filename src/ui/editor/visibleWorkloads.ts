import * as vscode from 'vscode';
import { idOf, type ObjectKey } from '../../core/objects';
import { DisposableStore, type Disposable } from '../../util/disposable';
import type { ClusterSession } from '../clusterSession';
import { ROLLOUT_SCHEME } from '../contributions';
import { isManifestFile, keyOf, type ManifestDocuments } from './manifestDocuments';
import { keyOfUri } from './rolloutDocument';

/** Tells the session which workloads visible editors speak of: those are watched, also while the view is hidden. */
export function registerVisibleWorkloads(documents: ManifestDocuments, session: ClusterSession): Disposable {
  const disposables = new DisposableStore();
  let told = '';
  const tell = (): void => {
    const keys = visibleWorkloads(documents, session);
    // A connection that is new, or another chosen namespace, has to hear it as well.
    const text = [session.state.kind, session.selection?.context, ...keys.map(idOf)].join(' ');
    if (text === told) return;
    told = text;
    session.lookAtWorkloads(keys);
  };
  disposables.add(vscode.window.onDidChangeVisibleTextEditors(tell));
  disposables.add(documents.onDidChange(tell));
  disposables.add(session.onDidChange(tell));
  tell();
  return disposables;
}

function visibleWorkloads(documents: ManifestDocuments, { selection }: ClusterSession): readonly ObjectKey[] {
  const namespace = selection?.namespace ?? 'default';
  return vscode.window.visibleTextEditors.flatMap(({ document }) => {
    if (document.uri.scheme === ROLLOUT_SCHEME) return [keyOfUri(document.uri)];
    if (!isManifestFile(document)) return [];
    const { workloads } = documents.read(document);
    return workloads.map((item) => keyOf(item, namespace)).filter((key) => key !== undefined);
  });
}
