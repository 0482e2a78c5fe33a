import * as vscode from 'vscode';
import { errorMessage, ExpectedError } from '../util/errors';
import type { ClusterSession } from './clusterSession';
import { t } from '../util/l10n';

/** `namespaces` is undefined for all of them. */
export interface PickedNamespaces {
  readonly namespaces: readonly string[] | undefined;
}

interface NamespaceItem extends vscode.QuickPickItem {
  readonly choice: 'all' | 'several' | 'type' | 'one';
}

/** What the tree shows of a context: one namespace, several, or all. A user who may not list them can type their names. */
export async function pickNamespaces(session: ClusterSession, context: string): Promise<PickedNamespaces | undefined> {
  const connection = session.connection(context);
  if (!connection) throw new ExpectedError(t`The context ${context} is not connected.`);
  const title = t`Namespaces of ${context}`;
  let names: readonly string[];
  try {
    names = await connection.cluster.namespaces();
  } catch (error) {
    return typeNames(title, t`${errorMessage(error)} Type one name, or several with blanks between them.`);
  }
  const shown = connection.scope().namespaces;
  const items: NamespaceItem[] = [
    { label: t`$(globe) All namespaces`, choice: 'all', ...(shown ? {} : { description: t`shown now` }) },
    { label: t`$(checklist) Several namespaces…`, choice: 'several' },
    { label: t`$(edit) Type names…`, choice: 'type' },
    { label: '', choice: 'one', kind: vscode.QuickPickItemKind.Separator },
    ...names.map((label): NamespaceItem => ({
      label,
      choice: 'one',
      ...(shown?.includes(label) === true ? { description: t`shown now` } : {}),
    })),
  ];
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: t`What the tree shows` });
  switch (picked?.choice) {
    case undefined:
      return undefined;
    case 'all':
      return { namespaces: undefined };
    case 'one':
      return { namespaces: [picked.label] };
    case 'type':
      return typeNames(title, t`One name, or several with blanks between them`);
    case 'several':
      return pickSeveral(title, names, shown ?? []);
  }
}

async function pickSeveral(
  title: string,
  names: readonly string[],
  shown: readonly string[],
): Promise<PickedNamespaces | undefined> {
  // What was typed and cannot be listed stays to be unpicked.
  const all = [...new Set([...shown, ...names])].sort();
  const items = all.map((label) => ({ label, picked: shown.includes(label) }));
  const picked = await vscode.window.showQuickPick(items, { title, canPickMany: true });
  return picked && picked.length > 0 ? { namespaces: picked.map(({ label }) => label) } : undefined;
}

async function typeNames(title: string, prompt: string): Promise<PickedNamespaces | undefined> {
  const typed = await vscode.window.showInputBox({ title, prompt, validateInput: problemOf });
  return typed === undefined ? undefined : { namespaces: [...new Set(namesIn(typed))] };
}

function namesIn(typed: string): readonly string[] {
  return typed.split(/[\s,]+/).filter((name) => name !== '');
}

function problemOf(typed: string): string | undefined {
  const names = namesIn(typed);
  if (names.length === 0) return t`Type a name.`;
  const wrong = names.find((name) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name));
  return wrong && t`${wrong}: a namespace has lower-case letters, digits and dashes, at most 63.`;
}
