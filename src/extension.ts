import * as vscode from 'vscode';
import { registerActCommands } from './ui/actCommands';
import { registerClusterCommands } from './ui/clusterCommands';
import { ClusterSession } from './ui/clusterSession';
import { registerCodeLens } from './ui/editor/codeLens';
import { registerDiagnostics } from './ui/editor/diagnostics';
import { registerDryRun } from './ui/editor/dryRunCommand';
import { registerHover } from './ui/editor/hover';
import { ManifestDocuments } from './ui/editor/manifestDocuments';
import { registerQuickFixes } from './ui/editor/quickFixes';
import { RolloutDocuments } from './ui/editor/rolloutDocument';
import { registerVisibleWorkloads } from './ui/editor/visibleWorkloads';
import { WorkloadFindings } from './ui/editor/workloadFindings';
import { log } from './ui/log';
import { RolloutPanels } from './ui/panel/rolloutPanels';
import { Timelines } from './ui/panel/timelines';
import { registerRolloutCommands } from './ui/rolloutCommands';
import { registerStatusBar } from './ui/statusBar';
import { registerRolloutTree } from './ui/tree/rolloutTree';
import { registerWorkloadCommands } from './ui/workloadCommands';
import { setTranslations } from './util/l10n';

/** Builds each part once and wires it: no network, no process, no logic. */
export function activate({ subscriptions, workspaceState, extensionUri }: vscode.ExtensionContext): void {
  setTranslations(vscode.l10n.bundle ?? {});
  const documents = new ManifestDocuments();
  const session = new ClusterSession(workspaceState);
  const findings = new WorkloadFindings(documents, session);
  const rolloutDocuments = new RolloutDocuments(session);
  const timelines = new Timelines(session, workspaceState);
  const panels = new RolloutPanels(session, timelines, extensionUri);
  const pageOf = (code: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'docs', 'rules', `${code}.md`);
  subscriptions.push(
    log,
    documents,
    session,
    findings,
    rolloutDocuments,
    timelines,
    panels,
    registerDiagnostics(documents, findings, pageOf),
    registerQuickFixes(findings),
    registerCodeLens(documents, findings, session),
    registerHover(documents, findings),
    registerActCommands(session, { findings, manifests: documents }),
    registerDryRun(findings, session),
    registerVisibleWorkloads(documents, session),
    registerRolloutTree(session),
    registerStatusBar(session),
    registerClusterCommands(session),
    registerWorkloadCommands(session, documents, findings),
    registerRolloutCommands(session, { documents: rolloutDocuments, panels }, { manifests: documents, findings }),
  );
}
