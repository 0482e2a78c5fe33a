import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../util/disposable';
import type { ApplyCommands, ApplyPart, Meant } from './act/main';
import { actModule } from './actModule';
import type { ClusterSession } from './clusterSession';
import { registerCommand, type ManifestReference } from './contributions';
import type { ManifestDocuments } from './editor/manifestDocuments';
import type { WorkloadFindings } from './editor/workloadFindings';
import { log } from './log';

interface Readers {
  readonly findings: WorkloadFindings;
  readonly manifests: ManifestDocuments;
}

/** The commands that change a cluster; their code is loaded with the first of them. */
export function registerActCommands(session: ClusterSession, readers: Readers): Disposable {
  const disposables = new DisposableStore();
  let part: ApplyPart | undefined;
  const commands = (): ApplyCommands => {
    part ??= disposables.add(actModule().createApply({ session, log, ...readers }));
    return part.commands;
  };
  disposables.add(registerCommand('ordinal.apply', (reference) => commands().apply(meantBy(reference))));
  disposables.add(registerCommand('ordinal.applyFile', (uri, uris) => commands().apply(filesMeant(uri, uris))));
  disposables.add(registerCommand('ordinal.diff', (reference) => commands().diff(meantBy(reference))));
  disposables.add(registerCommand('ordinal.diffFile', (uri, uris) => commands().diff(filesMeant(uri, uris))));
  return disposables;
}

/** A lens gives a reference; the palette and the menu of the editor mean the cursor or the selection. */
function meantBy(reference: ManifestReference | vscode.Uri | undefined): Meant {
  return reference === undefined || reference instanceof vscode.Uri
    ? { kind: 'cursor' }
    : { kind: 'reference', reference };
}

/** The explorer gives the row and all that are selected; the palette means the file in the editor. */
function filesMeant(uri: vscode.Uri | undefined, uris: readonly vscode.Uri[] | undefined): Meant {
  const own = uri ?? vscode.window.activeTextEditor?.document.uri;
  if (!own) return { kind: 'cursor' };
  return { kind: 'files', uris: uris && uris.length > 0 ? uris : [own] };
}
