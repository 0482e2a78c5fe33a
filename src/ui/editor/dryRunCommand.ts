import type { Disposable } from '../../util/disposable';
import type { ClusterSession } from '../clusterSession';
import { registerCommand } from '../contributions';
import type { WorkloadFindings } from './workloadFindings';

/** The command *Check with Dry-Run*: allows dry-runs on the context, once, and asks about what is open. */
export function registerDryRun(findings: WorkloadFindings, session: ClusterSession): Disposable {
  return registerCommand('ordinal.dryRun', async () => {
    const permit = await session.gate.askForTrials(await session.open());
    if (permit) findings.askServer();
  });
}
