import type { Cluster } from '../../cluster/main';
import { type Revision, templateChanges } from '../../core/history/history';
import { changeText } from '../../core/history/historyText';
import { isSameTemplate, undoCause, undoPatch, undoTarget } from '../../core/history/undo';
import { asFields, type Fields } from '../../core/kube/readers';
import type { ObjectKey } from '../../core/objects';
import { afterUndo } from '../../core/rollout/afterUndo';
import { stateWord } from '../../core/wording';
import { ExpectedError } from '../../util/errors';
import { t } from '../../util/l10n';
import * as vscode from 'vscode';
import type { CommandTarget } from '../commandTargets';
import type { ActParts } from './actParts';
import { diff, type HistoryView, pickRevision, revisionIn } from './historyView';
import { changeLive, placeOf, refusePaused, seenIn, tellWithFile } from './liveChange';
import { viewUri } from '../viewUri';

/** What an undo leads to, beside the template. */
interface Outlook {
  readonly text: string | undefined;
  /** The pod that has to be deleted afterwards. */
  readonly stuck: string | undefined;
}

/**
 * Goes back to a revision: shows what that changes, lets the server try it, asks, and writes it only if nobody has
 * changed the spec since. Without a number a person chooses.
 */
export async function undo(
  parts: ActParts,
  history: HistoryView,
  { target, number }: { readonly target: CommandTarget; readonly number: number | undefined },
): Promise<void> {
  const { key } = target;
  const cluster = await parts.clusterOf(target.context);
  const { workload, history: revisions } = await history.read(key, target.context);
  refusePaused(key, workload);
  const live = asFields(asFields(workload.spec).template);
  const revision = number === undefined ? await choose(revisions, key, live) : revisionIn(revisions, number);
  if (!revision) return;
  if (isSameTemplate(workload, revision))
    throw new ExpectedError(t`${key.kind} ${key.name} has the template of revision ${revision.number} already.`);
  const patch = undoPatch(revision, undoCause(revision));
  const seen = seenIn(key, workload);
  const trial = await parts.session.gate.askForTrials(cluster);
  // Throws what the server would refuse, before anybody is asked to confirm it.
  if (trial) await cluster.changeWorkload({ seen, patch, permit: trial, dryRun: true });
  await preview(key, cluster, revision);
  const outlook = outlookOf(parts, target, revision);
  const changes = templateChanges(live, revision.template).map(changeText);
  const after = await changeLive(parts, {
    cluster,
    seen,
    patch,
    question: t`Take ${placeOf(key, cluster)} back to revision ${revision.number}?`,
    detail: [
      ...changes.slice(0, MOST_CHANGES),
      ...(changes.length > MOST_CHANGES ? [t`and ${changes.length - MOST_CHANGES} more`] : []),
      trial ? t`The server has tried it and would take it.` : t`The server has not been asked to try it.`,
      t`Replicas, strategy and claims stay as they are.`,
      ...(outlook.text === undefined ? [] : [outlook.text]),
    ].join('\n'),
    action: t`Undo`,
    ask: 'always',
  });
  if (!after) return;
  const { stuck } = outlook;
  const node = { kind: 'slot', context: cluster.context.name, key, podName: stuck };
  const recover = {
    title: t`Delete ${stuck ?? ''}…`,
    run: () => vscode.commands.executeCommand('ordinal.deletePod', node),
  };
  const done = t`${placeOf(key, cluster)} is back at the template of revision ${revision.number}.`;
  await tellWithFile(parts, {
    key,
    done: stuck === undefined ? done : `${done} ${outlook.text ?? ''}`,
    below: ['spec', 'template'],
    before: live,
    after: asFields(after.spec).template,
    more: stuck === undefined ? [] : [recover],
  });
}

const MOST_CHANGES = 12;

async function choose(revisions: readonly Revision[], key: ObjectKey, live: Fields): Promise<Revision | undefined> {
  const target = undoTarget(revisions);
  if (target.kind !== 'revision')
    throw new ExpectedError(t`${key.kind} ${key.name} has no other revision to go back to.`);
  // The one that kubectl would take stands first.
  const others = revisions.filter(({ wanted, number }) => !wanted && number !== target.revision.number);
  return pickRevision([...others, target.revision], t`Take ${key.name} back to`, live);
}

async function preview(key: ObjectKey, { context: { name } }: Cluster, { number }: Revision): Promise<void> {
  const at = (part: string, title: string): vscode.Uri =>
    viewUri({ view: 'template', key, context: name, part }, title);
  await diff(
    at('live', t`${key.name} now.yaml`),
    at(String(number), t`${key.name} revision ${number}.yaml`),
    t`${key.name}: now ↔ after the undo to revision ${number}`,
  );
}

function outlookOf({ session }: ActParts, { key, context }: CommandTarget, revision: Revision): Outlook {
  const live = session.rollouts(key.namespace, context)?.of(key);
  if (live?.workload.kind !== 'StatefulSet') return { text: undefined, stuck: undefined };
  const { workload, rollout } = live;
  if (workload.updateStrategy === 'OnDelete')
    return { text: t`OnDelete: a pod follows only when somebody deletes it.`, stuck: undefined };
  const pods = rollout.slots.flatMap(({ pod }) => pod ?? []);
  const { stuck, waits } = afterUndo(workload, pods, revision.name);
  if (stuck) {
    return {
      text: t`The undo alone will not free it: the controller waits for ${stuck.podName} (${stateWord(stuck)}) and never replaces it. Delete that pod after the undo.`,
      stuck: stuck.podName,
    };
  }
  if (!waits) return { text: undefined, stuck: undefined };
  return {
    text: t`No pod is replaced before ${waits.podName} (${stateWord(waits)}) is ready; if it never is, delete it after the undo.`,
    stuck: undefined,
  };
}
