import * as vscode from 'vscode';
import { t } from '../../util/l10n';
import type { Outcome } from './applyRun';
import { nameOfItems } from './targets';

export interface Summary {
  readonly text: string;
  readonly failed: boolean;
}

/** What has become of an apply, in one sentence. */
export function summaryOf(outcomes: readonly Outcome[], context: string): Summary {
  const failed = outcomes.some((outcome) => !isDone(outcome));
  const [only] = outcomes;
  if (outcomes.length === 1 && only) {
    const { namespace } = only.item.key;
    const what = t`${nameOfItems([only.item])} in ${context}/${namespace}`;
    if ('notTried' in only) return { text: t`${what} was not applied: ${only.notTried}`, failed };
    if (only.result.status === 'refused') {
      return { text: t`${what} was not applied: ${only.result.problem.message}`, failed };
    }
    return { text: only.result.status === 'unknown' ? only.result.message : `${what} ${wordOf(only)}`, failed };
  }
  const count = (word: string): number => outcomes.filter((outcome) => keyOf(outcome) === word).length;
  const [created, configured, unchanged] = [count('created'), count('configured'), count('unchanged')];
  const [refused, unknown, notTried] = [count('refused'), count('unknown'), count('notTried')];
  const done = t`Applied to ${context}: ${created} created, ${configured} configured, ${unchanged} unchanged.`;
  if (!failed) return { text: done, failed };
  return { text: `${done} ${t`${refused} refused, ${unknown} without an answer, ${notTried} not tried.`}`, failed };
}

/** One line per document, and why where it was not applied. */
export function reportText(outcomes: readonly Outcome[], context: string): string {
  const lines = outcomes.map((outcome) => {
    const { document, manifest, key } = outcome.item;
    const line = document.positionAt(manifest.headRange.start).line + 1;
    const place = `${vscode.workspace.asRelativePath(document.uri)}:${line}`;
    const why = whyNot(outcome);
    return `${wordOf(outcome)}  ${key.kind} ${key.namespace}/${key.name}  (${place})${why === undefined ? '' : `\n    ${why}`}`;
  });
  return `${summaryOf(outcomes, context).text}\n\n${lines.join('\n')}\n`;
}

function whyNot(outcome: Outcome): string | undefined {
  if ('notTried' in outcome) return outcome.notTried;
  const { result } = outcome;
  if (result.status === 'refused') return result.problem.message;
  if (result.status === 'unknown') return result.message;
  return result.warnings.length > 0 ? result.warnings.join('\n    ') : undefined;
}

function keyOf(outcome: Outcome): string {
  return 'notTried' in outcome ? 'notTried' : outcome.result.status;
}

function isDone(outcome: Outcome): boolean {
  return 'result' in outcome && 'object' in outcome.result;
}

function wordOf(outcome: Outcome): string {
  if ('notTried' in outcome) return t`not tried`;
  switch (outcome.result.status) {
    case 'created':
      return t`created`;
    case 'configured':
      return t`configured`;
    case 'unchanged':
      return t`unchanged`;
    case 'refused':
      return t`refused`;
    case 'unknown':
      return t`no answer`;
  }
}
