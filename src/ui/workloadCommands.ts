import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../util/disposable';
import type { WorkloadActions } from './act/main';
import { actModule } from './actModule';
import type { ClusterSession } from './clusterSession';
import { clusterOf, findManifest, targetOf, type CommandTarget } from './commandTargets';
import { commandLink, registerCommand, ROLLOUT_LANGUAGE } from './contributions';
import type { ManifestDocuments } from './editor/manifestDocuments';
import type { WorkloadFindings } from './editor/workloadFindings';
import { log } from './log';
import { VIEW_SCHEME } from './viewUri';

/**
 * What can be done with a workload, and the read-only documents about it: all of it is in the bundle of what acts, which
 * is read with the first of these commands.
 */
export function registerWorkloadCommands(
  session: ClusterSession,
  documents: ManifestDocuments,
  findings: WorkloadFindings,
): Disposable {
  const disposables = new DisposableStore();
  const open = { documents, session };
  const changed = disposables.add(new vscode.EventEmitter<vscode.Uri>());
  let known: WorkloadActions | undefined;
  const actions = (): WorkloadActions =>
    (known ??= disposables.add(
      actModule().createActions({
        session,
        log,
        changed,
        commandLink,
        language: ROLLOUT_LANGUAGE,
        clusterOf: (context) => clusterOf(session, context),
        saw: (cluster, key, object) => {
          const { state } = session;
          if (state.kind === 'open' && state.cluster === cluster) findings.saw(key, object);
        },
        findManifest: (key) => findManifest(key, open),
      }),
    ));
  const run =
    (act: (actions: WorkloadActions, target: CommandTarget, argument: unknown) => unknown) =>
    (argument?: unknown): unknown =>
      act(actions(), targetOf(argument, open), argument);
  for (const command of [
    registerCommand(
      'ordinal.showHistory',
      run((act, target) => act.showHistory(target)),
    ),
    registerCommand(
      'ordinal.compareRevision',
      run((act, target, argument) => act.compareRevision(target, argument)),
    ),
    registerCommand(
      'ordinal.undo',
      run((act, target, argument) => act.undo(target, argument)),
    ),
    registerCommand(
      'ordinal.restart',
      run((act, target) => act.restart(target)),
    ),
    registerCommand(
      'ordinal.pause',
      run((act, target) => act.pause(target, true)),
    ),
    registerCommand(
      'ordinal.resume',
      run((act, target) => act.pause(target, false)),
    ),
    registerCommand(
      'ordinal.scale',
      run((act, target) => act.scale(target)),
    ),
    registerCommand(
      'ordinal.setPartition',
      run((act, target) => act.setPartition(target)),
    ),
    registerCommand(
      'ordinal.describe',
      run((act, target) => act.describe(target)),
    ),
    registerCommand(
      'ordinal.showEvents',
      run((act, target) => act.showEvents(target)),
    ),
    registerCommand(
      'ordinal.copyKubectl',
      run((act, target) => act.copyKubectl(target)),
    ),
    registerCommand(
      'ordinal.showLogs',
      run((act, target) => act.showLogs(target)),
    ),
    vscode.workspace.registerTextDocumentContentProvider(VIEW_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => actions().content(uri),
    }),
    vscode.languages.registerCodeLensProvider(
      { scheme: VIEW_SCHEME },
      {
        provideCodeLenses: (document) => actions().lenses(document),
      },
    ),
  ]) {
    disposables.add(command);
  }
  return disposables;
}
