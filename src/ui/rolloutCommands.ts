import * as vscode from 'vscode';
import type { Assessment } from '../core/causes/assess';
import type { Pod } from '../core/objects';
import { DisposableStore, type Disposable } from '../util/disposable';
import { ExpectedError } from '../util/errors';
import { t } from '../util/l10n';
import type { ClusterSession } from './clusterSession';
import { clusterOf, contextIn, nodeOf, targetOf } from './commandTargets';
import { registerCommand, type ManifestReference } from './contributions';
import type { ManifestDocuments } from './editor/manifestDocuments';
import type { RolloutDocuments } from './editor/rolloutDocument';
import type { WorkloadFindings } from './editor/workloadFindings';
import type { RolloutPanels } from './panel/rolloutPanels';
import type { KeyedNode } from './tree/rolloutNode';

/** What can be done with a workload or a pod: show its rollout, delete a pod, recover a deadlock. */
export function registerRolloutCommands(
  session: ClusterSession,
  views: { readonly documents: RolloutDocuments; readonly panels: RolloutPanels },
  { manifests, findings }: { readonly manifests: ManifestDocuments; readonly findings: WorkloadFindings },
): Disposable {
  const { documents, panels } = views;
  const open = { documents: manifests, session };
  const disposables = new DisposableStore();
  const assessmentOf = ({ context, key }: KeyedNode): Assessment => {
    const assessment = session.rollouts(key.namespace, context)?.of(key);
    if (!assessment) throw new ExpectedError(t`${key.kind} ${key.name} is no longer in ${key.namespace}.`);
    return assessment;
  };
  const podOf = (node: KeyedNode): Pod => {
    if (node.kind !== 'slot') throw new ExpectedError(t`Choose a pod in the Rollouts view.`);
    const pod = assessmentOf(node).rollout.slots.find(({ podName }) => podName === node.podName)?.pod;
    if (!pod) throw new ExpectedError(t`The pod ${node.podName} does not exist now.`);
    return pod;
  };
  const deletePod = async (pod: Pod, { context }: KeyedNode, detail: string): Promise<void> => {
    const cluster = await clusterOf(session, context);
    const { namespace, name, uid } = pod;
    const permit = await session.gate.permit({
      cluster,
      writes: [{ verb: 'delete', target: { apiVersion: 'v1', kind: 'Pod', namespace, name } }],
      question: t`Delete the pod ${name} in the namespace ${namespace} of ${cluster.context.name}?`,
      detail,
      action: t`Delete Pod`,
      ask: 'always',
    });
    if (permit) await cluster.deletePod({ namespace, name, uid, permit });
  };
  disposables.add(
    registerCommand('ordinal.showRollout', async (argument) =>
      documents.show(targetOf(argument, open).key, contextIn(argument)),
    ),
  );
  disposables.add(
    registerCommand('ordinal.showTimeline', async (argument) => {
      const context = contextIn(argument);
      const chosen = session.selection?.context;
      if (context !== undefined && context !== chosen)
        throw new ExpectedError(t`Timelines are recorded of the chosen context: select ${context} first.`);
      await panels.show(targetOf(argument, open).key);
    }),
  );
  disposables.add(
    registerCommand('ordinal.deletePod', async (argument) => {
      const node = nodeOf(argument);
      await deletePod(podOf(node), node, t`Its controller creates it again. Its claims stay.`);
    }),
  );
  disposables.add(
    registerCommand('ordinal.recover', async (argument) => {
      const node = nodeOf(argument);
      const { inTheWay: pod } = assessmentOf(node);
      if (!pod) throw new ExpectedError(t`This rollout is not deadlocked: it goes on by itself.`);
      const why = t`${pod.name} runs an older revision, and the controller waits for it to become ready before it replaces anything. Deleted, it comes back at the newest revision. Its claims stay.`;
      await deletePod(pod, node, why);
    }),
  );
  disposables.add(
    registerCommand('ordinal.copyName', async (argument) => {
      const node = nodeOf(argument);
      await vscode.env.clipboard.writeText(node.kind === 'slot' ? node.podName : node.key.name);
    }),
  );
  disposables.add(registerCommand('ordinal.showFindings', async (reference) => goToFinding(findings, reference)));
  return disposables;
}

async function goToFinding(findings: WorkloadFindings, reference: ManifestReference | undefined): Promise<void> {
  const uri = reference ? vscode.Uri.parse(reference.uri) : vscode.window.activeTextEditor?.document.uri;
  if (!uri) return;
  const document = await vscode.workspace.openTextDocument(uri);
  const report = reference ? findings.find(document, reference.key) : findings.of(document)[0];
  const [finding] = report?.findings ?? [];
  if (!report || !finding) {
    const gap = report?.notChecked.map(({ code, reason }) => `${code} (${reason})`).join(', ');
    void vscode.window.showInformationMessage(
      gap ? t`No failure foreseen. Not checked: ${gap}.` : t`No failure foreseen.`,
    );
    return;
  }
  const editor = await vscode.window.showTextDocument(document);
  const position = document.positionAt(report.item.manifest.markRange(finding.path).start);
  editor.selection = new vscode.Selection(position, position);
  editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  await vscode.commands.executeCommand('workbench.actions.view.problems');
}
