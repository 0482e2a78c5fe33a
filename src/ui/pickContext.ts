import * as vscode from 'vscode';
import type { ClusterSession } from './clusterSession';
import { t } from '../util/l10n';

/** The context that manifests are applied to. */
export async function pickContext(session: ClusterSession): Promise<string | undefined> {
  return pick(session, {
    title: 'Context',
    placeHolder: t`The cluster that manifests are applied to and rollouts are shown of`,
    without: [],
  });
}

/** One more context whose rollouts are shown; nothing is applied to it. */
export async function pickContextBeside(session: ClusterSession): Promise<string | undefined> {
  return pick(session, {
    title: t`Show another context`,
    placeHolder: t`Its rollouts are shown below those of the chosen context; manifests are not applied to it`,
    without: session.contexts.map(({ context }) => context),
  });
}

interface Question {
  readonly title: string;
  readonly placeHolder: string;
  readonly without: readonly string[];
}

async function pick(session: ClusterSession, { title, placeHolder, without }: Question): Promise<string | undefined> {
  const { contexts } = await session.kubeConfig();
  const chosen = session.selection?.context;
  const items = contexts
    .filter(({ name }) => !without.includes(name))
    .map(({ name, cluster, user, namespace }) => ({
      label: name,
      description: `${cluster} · ${user} · ${namespace}`,
      ...(name === chosen ? { detail: t`chosen now` } : {}),
    }));
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  return picked?.label;
}
