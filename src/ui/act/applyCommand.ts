import * as vscode from 'vscode';
import type { ApplyResult, Cluster } from '../../cluster/main';
import { t } from '../../util/l10n';
import type { ClusterSession } from '../clusterSession';
import type { ObjectDocuments } from '../documents/objectDocuments';
import type { ManifestDocuments } from '../editor/manifestDocuments';
import type { WorkloadFindings } from '../editor/workloadFindings';
import { toRange } from '../convert';
import type { ApplyAnswers } from './applyAnswers';
import { reportText, summaryOf } from './applyReport';
import { type Outcome, runApply } from './applyRun';
import { CANCELLED, causeFor } from './changeCause';
import { showDiff } from './diffCommand';
import { itemsOf, type ManifestItem, type Meant, nameOfItems, plannedFor } from './targets';

export interface ActHost {
  readonly session: ClusterSession;
  readonly findings: WorkloadFindings;
  readonly manifests: ManifestDocuments;
  readonly log: vscode.LogOutputChannel;
}

interface Parts extends ActHost {
  readonly answers: ApplyAnswers;
  readonly documents: ObjectDocuments;
}

type Refused = Extract<ApplyResult, { readonly status: 'refused' }>;

/** The commands *Apply* and *Diff*, of one manifest or many. */
export class ApplyCommands {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async apply(meant: Meant): Promise<void> {
    const { session } = this.#parts;
    const cluster = await session.open();
    const items = await this.#itemsOf(meant);
    const [first] = items;
    if (!first) return;
    const { kind, namespace, name } = first.key;
    const where = cluster.context.name;
    const permit = await session.gate.permit({
      cluster,
      writes: items.map((item) => plannedFor(item)),
      question:
        items.length === 1
          ? t`Apply ${kind} ${name} to the namespace ${namespace} of ${where}?`
          : t`Apply ${items.length} manifests to ${where}?`,
      action: t`Apply`,
      ask: 'asSet',
    });
    if (!permit) return;
    const cause = await causeFor(items);
    if (cause === CANCELLED) return;
    const seenOf = ({ key }: ManifestItem) => this.#parts.findings.seenOf(key);
    const outcomes = await runApply({ cluster, items, permit, cause, seenOf });
    await this.#tell(outcomes, cluster, cause);
  }

  async diff(meant: Meant): Promise<void> {
    const { session, documents, answers } = this.#parts;
    const cluster = await session.open();
    const permit = await session.gate.askForTrials(cluster);
    if (!permit) return;
    const items = await this.#itemsOf(meant);
    const saw = ({ key }: ManifestItem, object: Readonly<Record<string, unknown>> | undefined): void => {
      this.#parts.findings.saw(key, object);
    };
    const problems = await showDiff(items, { cluster, permit, documents, saw });
    answers.set(problems);
    const [problem] = problems;
    if (problem?.result.status === 'refused') void vscode.window.showWarningMessage(problem.result.problem.message);
  }

  #itemsOf(meant: Meant): Promise<readonly ManifestItem[]> {
    const { manifests, session } = this.#parts;
    return itemsOf(meant, manifests, session.selection?.namespace ?? 'default');
  }

  async #tell(outcomes: readonly Outcome[], cluster: Cluster, cause: string | undefined): Promise<void> {
    const { answers, findings, log } = this.#parts;
    const answered = outcomes.flatMap((outcome) => ('result' in outcome ? [outcome] : []));
    for (const { item, result } of answered) {
      if (!('object' in result)) continue;
      findings.saw(item.key, item.key.kind === 'Secret' ? undefined : result.object);
      findings.forget(item.key);
    }
    answers.set(answered);
    const [only] = outcomes;
    if (outcomes.length === 1 && only && 'result' in only && only.result.status === 'refused') {
      const { kind } = only.result.problem;
      if (kind === 'conflict' || kind === 'changed') {
        await this.#resolve(only.item, only.result, { cluster, cause });
        return;
      }
    }
    const { text, failed } = summaryOf(outcomes, cluster.context.name);
    if (outcomes.length > 1) log.info(text);
    const show = failed ? vscode.window.showErrorMessage : vscode.window.showInformationMessage;
    const report = t`Show Report`;
    const shown = outcomes.length > 1 ? show(text, report) : show(text);
    void Promise.resolve(shown).then(async (answer) => {
      if (answer !== report) return;
      const path = ['report', cluster.context.name, t`Applied`];
      const uri = this.#parts.documents.put(path, reportText(outcomes, cluster.context.name));
      await vscode.window.showTextDocument(uri, { preview: true });
    });
  }

  /** Three ways: leave the fields to their owner, take them, or nothing. */
  async #resolve(
    item: ManifestItem,
    { problem }: Refused,
    { cluster, cause }: { readonly cluster: Cluster; readonly cause: string | undefined },
  ): Promise<void> {
    const { session } = this.#parts;
    const conflict = problem.kind === 'conflict';
    const leave = t`Leave Them Out of My File`;
    const take = conflict ? t`Take Them Over…` : t`Apply All the Same…`;
    const compare = t`Show Diff`;
    const lines = problem.fields.map(({ text, owner, message }) => `${text}: ${owner ?? message}`).join('\n');
    const question = conflict
      ? t`${nameOfItems([item])} was not applied: other tools own fields that it sets.`
      : t`${nameOfItems([item])} was not applied: somebody has changed it since you last saw it.`;
    const ways = conflict ? [leave, take, compare] : [compare, take];
    const answer = await vscode.window.showWarningMessage(question, { modal: true, detail: lines }, ...ways);
    if (answer === compare) await this.diff({ kind: 'reference', reference: referenceTo(item) });
    else if (answer === leave) await leaveOut(item, problem.fields);
    else if (answer === take) {
      const permit = await session.gate.permit({
        cluster,
        writes: [plannedFor(item, conflict)],
        question: conflict
          ? t`Take these fields of ${nameOfItems([item])} over from ${problem.managers.join(', ')}?`
          : t`Overwrite what somebody has changed in ${nameOfItems([item])}?`,
        detail: lines,
        action: conflict ? t`Take Over` : t`Overwrite`,
        ask: 'always',
      });
      if (!permit) return;
      const outcomes = await runApply({
        ...{ cluster, items: [item], permit, cause, force: conflict },
        // For the one the person has just been shown what they overwrite; the other is asked about once more.
        seenOf: ({ key }) => (conflict ? this.#parts.findings.seenOf(key) : undefined),
      });
      await this.#tell(outcomes, cluster, cause);
    }
  }
}

function referenceTo({ document, key }: ManifestItem) {
  return { uri: document.uri.toString(), key };
}

async function leaveOut({ document, manifest }: ManifestItem, fields: Refused['problem']['fields']): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const kept: string[] = [];
  for (const { path, text } of fields) {
    const change = manifest.removalOf(path);
    if (change) edit.replace(document.uri, toRange(document, change.range), change.newText);
    else kept.push(text);
  }
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
  if (kept.length > 0) {
    const list = kept.join(', ');
    void vscode.window.showWarningMessage(
      t`Take these out of the file yourself, since others share their lines: ${list}`,
    );
  }
}
