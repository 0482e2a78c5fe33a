import * as vscode from 'vscode';
import type { Cluster, SeenWorkload } from '../../cluster/main';
import { fileBack } from '../../core/history/fileBack';
import { type FieldPath, formatPath } from '../../core/fieldPath';
import { asFields, asNumber, asText, type Fields } from '../../core/kube/readers';
import type { ObjectKey } from '../../core/objects';
import { ExpectedError } from '../../util/errors';
import { t } from '../../util/l10n';
import type { ActParts } from './actParts';

/** A change of a live workload that a person is asked about. */
export interface LiveChange {
  readonly cluster: Cluster;
  readonly seen: SeenWorkload;
  readonly patch: Fields;
  readonly subresource?: 'scale';
  readonly question: string;
  readonly detail: string;
  /** Of the button. */
  readonly action: string;
  readonly ask: 'always' | 'asSet';
}

/** `undefined`: the person said no. */
export async function changeLive({ session, saw }: ActParts, change: LiveChange): Promise<Fields | undefined> {
  const { cluster, seen, patch, subresource, question, detail, action, ask } = change;
  const target = { apiVersion: 'apps/v1', ...seen.key, ...(subresource ? { subresource } : {}) };
  const writes = [{ verb: 'patch', target }] as const;
  const permit = await session.gate.permit({ cluster, writes, question, detail, action, ask });
  if (!permit) return undefined;
  const { object } = await cluster.changeWorkload({ permit, seen, patch, ...(subresource ? { subresource } : {}) });
  // Of a scale the server answers with the scale only.
  saw(cluster, seen.key, subresource ? undefined : object);
  return object;
}

/** What must still hold when the change is written. */
export function seenIn(key: ObjectKey, workload: Fields): SeenWorkload {
  const { uid, generation } = asFields(workload.metadata);
  return { key, uid: asText(uid) ?? '', generation: asNumber(generation) ?? 0 };
}

/** Throws an ExpectedError: a change of the template of a paused Deployment waits until it is resumed. */
export function refusePaused({ name }: ObjectKey, { spec }: Fields): void {
  if (asFields(spec).paused !== true) return;
  throw new ExpectedError(t`Deployment ${name} is paused: resume it first, since nothing would happen until then.`);
}

/** `StatefulSet web in the namespace shop of prod`. */
export function placeOf({ kind, name, namespace }: ObjectKey, { context }: Cluster): string {
  return t`${kind} ${name} in the namespace ${namespace} of ${context.name}`;
}

interface FileEdit {
  readonly key: ObjectKey;
  /** What was done, for the message. */
  readonly done: string;
  readonly below: FieldPath;
  readonly before: unknown;
  readonly after: unknown;
  /** More buttons of the message. */
  readonly more?: readonly { readonly title: string; readonly run: () => unknown }[];
}

/**
 * Says what was done; where an open file says something else now, that the next apply of it would take the change back, and
 * offers the edit that keeps it.
 */
export async function tellWithFile(
  parts: ActParts,
  { key, done, below, before, after, more = [] }: FileEdit,
): Promise<void> {
  const open = parts.findManifest(key);
  const text = open?.document.getText() ?? '';
  const back = open && fileBack(text, { index: open.index, below, before, after });
  const differs = back !== undefined && (back.text !== text || back.missed.length > 0);
  const edit = {
    title: t`Change the File Too`,
    run: () => (open && back ? rewrite(open.document, back.text) : undefined),
  };
  const buttons = [...(differs && back.text !== text ? [edit] : []), ...more];
  const message = differs
    ? t`${done} ${vscode.workspace.asRelativePath(open?.document.uri ?? '')} says something else: its next apply would take this back.`
    : done;
  const { showInformationMessage, showWarningMessage } = vscode.window;
  const titles = buttons.map(({ title }) => title);
  const isNews = differs || more.length > 0;
  const answer = await (isNews ? showWarningMessage(message, ...titles) : showInformationMessage(message, ...titles));
  await buttons.find(({ title }) => title === answer)?.run();
  if (answer === edit.title && back && back.missed.length > 0) {
    void vscode.window.showWarningMessage(
      t`Not changed in the file, since an anchor shares it: ${back.missed.map(formatPath).join(', ')}`,
    );
  }
}

/** The range between what both texts begin and end with: the cursor, folding and undo stay as they can. */
async function rewrite(document: vscode.TextDocument, text: string): Promise<void> {
  const before = document.getText();
  let start = 0;
  while (start < Math.min(before.length, text.length) && before[start] === text[start]) start++;
  let end = 0;
  const most = Math.min(before.length, text.length) - start;
  while (end < most && before[before.length - 1 - end] === text[text.length - 1 - end]) end++;
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(start), document.positionAt(before.length - end));
  edit.replace(document.uri, range, text.slice(start, text.length - end));
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}
