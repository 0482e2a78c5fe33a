import * as vscode from 'vscode';
import type { ObjectKey } from '../../core/objects';
import { ExpectedError } from '../../util/errors';
import type { ClusterSession } from '../clusterSession';
import { t } from '../../util/l10n';

interface Found {
  readonly context: string;
  readonly key: ObjectKey;
}

/** Any workload that is shown, by typing a part of its name or namespace; `undefined`: nothing was chosen. */
export async function goToWorkload(session: ClusterSession): Promise<Found | undefined> {
  await session.open();
  const items = itemsOf(session);
  if (items.length === 0) throw new ExpectedError(t`No StatefulSets or Deployments are shown yet.`);
  return await vscode.window.showQuickPick(items, {
    title: t`Go to workload`,
    placeHolder: t`A part of its name or namespace`,
    matchOnDescription: true,
  });
}

function itemsOf({ contexts }: ClusterSession): (vscode.QuickPickItem & Found)[] {
  return contexts.flatMap(({ context, connection }) => {
    const where = contexts.length > 1 ? `${context} · ` : '';
    return (connection?.scope().rollouts ?? []).flatMap(({ live }) =>
      live.namespaces.flatMap((namespace) =>
        live.workloads(namespace).map(({ kind, name }) => ({
          label: name,
          description: `${where}${namespace} · ${kind}`,
          context,
          key: { kind, namespace, name },
        })),
      ),
    );
  });
}
