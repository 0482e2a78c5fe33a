import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../util/disposable';
import { errorMessage } from '../util/errors';
import type { ClusterSession } from './clusterSession';
import { registerCommand } from './contributions';
import { log } from './log';

/** Choosing where to look: context, namespace, connect, reconnect. */
export function registerClusterCommands(session: ClusterSession): Disposable {
  const disposables = new DisposableStore();
  disposables.add(registerCommand('ordinal.connect', () => session.open()));
  disposables.add(registerCommand('ordinal.reconnect', () => session.reconnect()));
  disposables.add(registerCommand('ordinal.showLog', () => log.show()));
  disposables.add(
    registerCommand('ordinal.selectContext', async (name) => {
      const context = name ?? (await pickContext(session));
      if (context !== undefined) await session.selectContext(context);
    }),
  );
  disposables.add(
    registerCommand('ordinal.selectNamespace', async (name) => {
      const namespace = name ?? (await pickNamespace(session));
      if (namespace !== undefined) await session.selectNamespace(namespace);
    }),
  );
  return disposables;
}

async function pickContext(session: ClusterSession): Promise<string | undefined> {
  const { contexts } = await session.kubeConfig();
  const chosen = session.selection?.context;
  const items = contexts.map(({ name, cluster, user, namespace }) => ({
    label: name,
    description: `${cluster} · ${user} · ${namespace}`,
    ...(name === chosen ? { detail: 'chosen now' } : {}),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Context',
    placeHolder: 'The cluster that manifests are applied to and rollouts are shown of',
    matchOnDescription: true,
  });
  return picked?.label;
}

/** A user who may not list namespaces can still type one. */
async function pickNamespace(session: ClusterSession): Promise<string | undefined> {
  const cluster = await session.open();
  const title = `Namespace in ${cluster.context.name}`;
  try {
    const namespaces = await cluster.namespaces();
    return await vscode.window.showQuickPick(namespaces, { title, placeHolder: 'For manifests that name none' });
  } catch (error) {
    const prompt = `${errorMessage(error)} Type the name instead.`;
    const value = session.selection?.namespace ?? '';
    return vscode.window.showInputBox({ title, prompt, value, validateInput: namespaceProblem });
  }
}

function namespaceProblem(name: string): string | undefined {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)
    ? undefined
    : 'A namespace has lower-case letters, digits and dashes, at most 63.';
}
