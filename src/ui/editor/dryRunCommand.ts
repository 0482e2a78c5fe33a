import * as vscode from 'vscode';
import type { Disposable } from '../../util/disposable';
import { t } from '../../util/l10n';
import type { ClusterSession } from '../clusterSession';
import { registerCommand } from '../contributions';
import type { WorkloadFindings } from './workloadFindings';

/** The command *Check with Dry-Run*: allows dry-runs on the context, once, and asks about what is open. */
export function registerDryRun(findings: WorkloadFindings, session: ClusterSession): Disposable {
  return registerCommand('ordinal.dryRun', async () => {
    const { context } = await session.open();
    if (!session.hasConsent(context.name)) {
      const allow = t`Allow`;
      const answer = await vscode.window.showWarningMessage(
        t`Let Ordinal ask ${context.name} to check your manifests?`,
        {
          modal: true,
          detail: t`It sends them as dry-runs after a pause in typing and on save: the server checks and stores nothing; its webhooks and its audit log see the requests. Server: ${context.server}`,
        },
        allow,
      );
      if (answer !== allow) return;
      await session.giveConsent(context.name);
    }
    findings.askServer();
  });
}
