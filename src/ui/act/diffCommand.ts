import * as vscode from 'vscode';
import type { ApplyResult, Cluster, TrialPermit } from '../../cluster/main';
import { isDeepEqual } from '../../core/deepEqual';
import { compared } from '../../core/kube/comparable';
import { writeYaml } from '../../core/manifest/writeYaml';
import { errorMessage } from '../../util/errors';
import { t } from '../../util/l10n';
import type { ObjectDocuments } from '../documents/objectDocuments';
import { type ManifestItem, nameOfItems } from './targets';

type Json = Readonly<Record<string, unknown>>;

interface Difference {
  readonly item: ManifestItem;
  readonly live: string;
  readonly after: string;
  /** What the server refuses, or fields of others that the apply would stumble over. */
  readonly problem: ApplyResult | undefined;
  readonly liveObject: Json | undefined;
}

export interface Diffing {
  readonly cluster: Cluster;
  readonly permit: TrialPermit;
  readonly documents: ObjectDocuments;
  /** The person has seen the object as it is. */
  readonly saw: (item: ManifestItem, object: Json | undefined) => void;
}

/** Opens the diff editor: what is live, and what the server would make of these manifests. Answers what it refuses. */
export async function showDiff(
  items: readonly ManifestItem[],
  { cluster, permit, documents, saw }: Diffing,
): Promise<readonly { readonly item: ManifestItem; readonly result: ApplyResult }[]> {
  const title = t`Comparing with ${cluster.context.name}`;
  const differences = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const found: Difference[] = [];
      for (const item of items) {
        if (token.isCancellationRequested) return undefined;
        progress.report({ message: `${item.key.kind} ${item.key.name}`, increment: 100 / items.length });
        found.push(await difference(item, cluster, permit));
      }
      return found;
    },
  );
  if (!differences) return [];
  for (const { item, liveObject } of differences) saw(item, liveObject);
  const changed = differences.filter(({ live, after }) => live !== after);
  const problems = differences.flatMap(({ item, problem }) => (problem ? [{ item, result: problem }] : []));
  const { name } = cluster.context;
  if (changed.length === 0 && problems.length === 0) {
    void vscode.window.showInformationMessage(t`${nameOfItems(items)}: ${name} already has what the file says.`);
    return problems;
  }
  const sides = changed.map(({ item, live, after }) => {
    const { kind, namespace, name: object } = item.key;
    const path = (side: string): readonly string[] => [side, name, namespace, kind, `${object}.yaml`];
    return [item.document.uri, documents.put(path('live'), live), documents.put(path('after'), after)] as const;
  });
  const [first] = sides;
  if (sides.length === 1 && first) {
    const what = nameOfItems(changed.map(({ item }) => item));
    const label = t`${what}: live ↔ after apply (${name})`;
    await vscode.commands.executeCommand('vscode.diff', first[1], first[2], label, { preview: true });
  } else if (sides.length > 1) {
    const label = t`${sides.length} manifests: live ↔ after apply (${name})`;
    const resources = sides.map(([, live, after]) => [after, live, after]);
    await vscode.commands.executeCommand('vscode.changes', label, resources);
  }
  return problems;
}

async function difference(item: ManifestItem, cluster: Cluster, permit: TrialPermit): Promise<Difference> {
  const { manifest, key } = item;
  const { object } = manifest;
  const ask = async (force: boolean): Promise<ApplyResult> =>
    cluster.apply({ object, namespace: key.namespace, permit, dryRun: true, force });
  try {
    const liveObject = await cluster.read({ apiVersion: manifest.apiVersion, ...key });
    let result = await ask(false);
    const problem = result.status === 'refused' ? result : undefined;
    // What it would be once the fields of others are taken over.
    if (problem?.problem.kind === 'conflict') result = await ask(true);
    const after = 'object' in result ? result.object : liveObject;
    const sides = compared({ live: liveObject, after, written: object });
    const textOf = (side: Json | undefined): string => (side ? writeYaml(side) : '');
    const same = isDeepEqual(sides.live, sides.after);
    const live = textOf(sides.live);
    return { item, live, after: same ? live : textOf(sides.after), problem, liveObject };
  } catch (error) {
    // A namespace or a kind of the same file is not there yet for a dry-run.
    const message = errorMessage(error);
    const problem = { kind: 'other', message, fields: [], managers: [] } as const;
    return { item, live: '', after: '', problem: { status: 'refused', problem }, liveObject: undefined };
  }
}
