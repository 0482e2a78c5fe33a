import * as vscode from 'vscode';
import type { ApplyResult, Cluster, WritePermit } from '../../cluster/main';
import { applyRank } from '../../core/kube/applyOrder';
import { errorMessage, isAbort } from '../../util/errors';
import { t } from '../../util/l10n';
import { withCause } from './changeCause';
import type { ManifestItem } from './targets';

type Json = Readonly<Record<string, unknown>>;

export interface ApplyRun {
  readonly cluster: Cluster;
  readonly items: readonly ManifestItem[];
  readonly permit: WritePermit;
  readonly cause: string | undefined;
  readonly force?: boolean;
  /** The object as this window last showed it. */
  readonly seenOf: (item: ManifestItem) => Json | undefined;
}

export type Outcome =
  | { readonly item: ManifestItem; readonly result: ApplyResult }
  /** Nothing was sent of it, and why. */
  | { readonly item: ManifestItem; readonly notTried: string };

/** How long a new kind may take until the server serves it, and how often it is asked, in milliseconds. */
const ESTABLISH_MS = 15_000;
const ASK_MS = 250;

/**
 * One after another in the order given. What comes after a rank that failed is not tried: it would build on what is not
 * there. A person may stop it; what was sent is waited for, so that its outcome is known.
 */
export async function runApply(run: ApplyRun): Promise<readonly Outcome[]> {
  const title = t`Applying to ${run.cluster.context.name}`;
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: run.items.length > 1 };
  return vscode.window.withProgress(options, async (progress, token) => {
    const outcomes: Outcome[] = [];
    let failedRank: number | undefined;
    for (const item of run.items) {
      const { kind, name } = item.key;
      progress.report({ message: `${kind} ${name}`, increment: 100 / run.items.length });
      const rank = applyRank(kind);
      if (token.isCancellationRequested) outcomes.push({ item, notTried: t`you stopped it` });
      else if (failedRank !== undefined && rank > failedRank)
        outcomes.push({ item, notTried: t`what it builds on was not applied` });
      else {
        const outcome = await applyItem(item, run);
        outcomes.push(outcome);
        const failed =
          'notTried' in outcome || outcome.result.status === 'refused' || outcome.result.status === 'unknown';
        if (failed) failedRank ??= rank;
      }
    }
    return outcomes;
  });
}

async function applyItem(item: ManifestItem, { cluster, permit, cause, force, seenOf }: ApplyRun): Promise<Outcome> {
  const { manifest, key } = item;
  const object = withCause(manifest.object, key.kind, cause);
  const seen = seenOf(item);
  try {
    const request = {
      object,
      namespace: key.namespace,
      permit,
      ...(force ? { force } : {}),
      ...(seen ? { seen } : {}),
    };
    const result = await cluster.apply(request);
    if (key.kind === 'CustomResourceDefinition' && 'object' in result) await established(cluster, item);
    return { item, result };
  } catch (error) {
    if (isAbort(error)) throw error;
    return { item, notTried: errorMessage(error) };
  }
}

/** Objects of a new kind are unknown to the server until its definition is established. */
async function established(cluster: Cluster, { manifest: { apiVersion }, key }: ManifestItem): Promise<void> {
  for (const end = Date.now() + ESTABLISH_MS; Date.now() < end;) {
    const live = await cluster.read({ apiVersion, ...key });
    const conditions = (live?.status as { conditions?: readonly Json[] } | undefined)?.conditions ?? [];
    if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) return;
    await new Promise((done) => setTimeout(done, ASK_MS));
  }
}
