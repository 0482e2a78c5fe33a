import * as vscode from 'vscode';
import type { Cluster } from '../cluster/main';
import type { Assessment } from '../core/causes/assess';
import type { ObjectKey, Pod } from '../core/objects';
import { DisposableStore, type Disposable } from '../util/disposable';
import { ExpectedError } from '../util/errors';
import { t } from '../util/l10n';
import type { ClusterSession } from './clusterSession';
import { registerCommand, ROLLOUT_SCHEME, type ManifestReference } from './contributions';
import { isManifestFile } from './editor/manifestDocuments';
import { keyOfUri, type RolloutDocuments } from './editor/rolloutDocument';
import { reportAt, type WorkloadFindings } from './editor/workloadFindings';
import type { RolloutPanels } from './panel/rolloutPanels';
import type { KeyedNode } from './tree/rolloutNode';

const LOG_LINES = 500;

/** What can be done with a workload or a pod: show its rollout, its logs, delete a pod, recover a deadlock. */
export function registerRolloutCommands(
  session: ClusterSession,
  { documents, panels }: { readonly documents: RolloutDocuments; readonly panels: RolloutPanels },
  findings: WorkloadFindings,
): Disposable {
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
  const keyOf = (argument: unknown): ObjectKey => {
    const key = keyIn(argument) ?? keyAtCursor(findings);
    if (key) return key;
    throw new ExpectedError(t`Put the cursor into a StatefulSet or Deployment, or choose one in the Rollouts view.`);
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
    registerCommand('ordinal.showRollout', async (argument) => documents.show(keyOf(argument), contextIn(argument))),
  );
  disposables.add(
    registerCommand('ordinal.showTimeline', async (argument) => {
      const context = contextIn(argument);
      const chosen = session.selection?.context;
      if (context !== undefined && context !== chosen)
        throw new ExpectedError(t`Timelines are recorded of the chosen context: select ${context} first.`);
      await panels.show(keyOf(argument));
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
    registerCommand('ordinal.showLogs', async (argument) => {
      const node = nodeOf(argument);
      await showLogs(await clusterOf(session, node.context), podOf(node));
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

function nodeOf(argument: unknown): KeyedNode {
  if (typeof argument === 'object' && argument !== null && 'kind' in argument && 'key' in argument) {
    return argument as KeyedNode;
  }
  throw new ExpectedError(t`Choose a row in the Rollouts view.`);
}

/** A lens gives a key, a row gives a node, the title of a status document its address, the palette nothing. */
function keyIn(argument: unknown): ObjectKey | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  if (argument instanceof vscode.Uri) return argument.scheme === ROLLOUT_SCHEME ? keyOfUri(argument) : undefined;
  if ('key' in argument) return argument.key as ObjectKey;
  return 'name' in argument && 'namespace' in argument ? (argument as ObjectKey) : undefined;
}

/** Only rows of the tree may be of a context that is not the chosen one. */
function contextIn(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('context' in argument)) return undefined;
  return typeof argument.context === 'string' ? argument.context : undefined;
}

/** What is done with a row is done in its own context, whichever one is chosen. */
async function clusterOf(session: ClusterSession, context: string | undefined): Promise<Cluster> {
  const chosen = await session.open();
  if (context === undefined) return chosen;
  const connection = session.connection(context);
  if (!connection) throw new ExpectedError(t`The context ${context} is not connected.`);
  return connection.cluster;
}

function keyAtCursor(findings: WorkloadFindings): ObjectKey | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !isManifestFile(editor.document)) return undefined;
  const reports = findings.of(editor.document);
  const offset = editor.document.offsetAt(editor.selection.active);
  return (reportAt(reports, offset) ?? reports[0])?.key;
}

async function showLogs(cluster: Cluster, pod: Pod): Promise<void> {
  const containers = pod.containers.map(({ name }) => name);
  const container =
    containers.length > 1
      ? await vscode.window.showQuickPick(containers, { title: t`Container of ${pod.name}` })
      : containers[0];
  if (container === undefined) return;
  const lines = await cluster.logs({ namespace: pod.namespace, pod: pod.name, container, tailLines: LOG_LINES });
  const content = lines.length > 0 ? lines.join('\n') : t`# ${container} of ${pod.name} has written nothing yet`;
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language: 'log' }));
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
