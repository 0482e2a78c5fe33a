import * as vscode from 'vscode';
import { rolloutPhrase } from '../../core/wording';
import { DisposableStore, type Disposable } from '../../util/disposable';
import type { ClusterSession } from '../clusterSession';
import { wordsOf } from '../connectionWords';
import { commandLink } from '../contributions';
import { toRange } from '../convert';
import { SELECTOR, type ManifestDocuments } from './manifestDocuments';
import type { WorkloadFindings, WorkloadReport } from './workloadFindings';
import { t } from '../../util/l10n';

/** A burst of changes redraws the lenses once, in milliseconds. */
const GATHER = 100;

/** One row on each workload, the same number of lenses in every state, so that the text below never jumps. */
export function registerCodeLens(
  documents: ManifestDocuments,
  findings: WorkloadFindings,
  session: ClusterSession,
): Disposable {
  const disposables = new DisposableStore();
  const lenses = disposables.add(new RolloutLenses(documents, findings, session));
  disposables.add(vscode.languages.registerCodeLensProvider(SELECTOR, lenses));
  return disposables;
}

/** The command that helps when there is no connection. */
const HELP = {
  none: 'ordinal.reconnect',
  retry: 'ordinal.reconnect',
  signIn: 'ordinal.reconnect',
  elsewhere: 'ordinal.selectContext',
} as const;

interface Row {
  readonly range: vscode.Range;
  readonly commands: readonly vscode.Command[];
}

function textOf(rows: readonly Row[]): string {
  return rows
    .map(({ range, commands }) => `${range.start.line} ${commands.map(({ title }) => title).join(' | ')}`)
    .join('\n');
}

class RolloutLenses implements vscode.CodeLensProvider {
  readonly #documents: ManifestDocuments;
  readonly #findings: WorkloadFindings;
  readonly #session: ClusterSession;
  readonly #disposables = new DisposableStore();
  readonly #onDidChangeCodeLenses = new vscode.EventEmitter<void>();
  /** What each file's lenses say, as VS Code last heard it. */
  readonly #shown = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChangeCodeLenses = this.#onDidChangeCodeLenses.event;

  constructor(documents: ManifestDocuments, findings: WorkloadFindings, session: ClusterSession) {
    this.#documents = documents;
    this.#findings = findings;
    this.#session = session;
    this.#disposables.add(this.#onDidChangeCodeLenses);
    this.#disposables.add(findings.onDidChange(() => this.#gather()));
    this.#disposables.add(session.onDidChange(() => this.#gather()));
    this.#disposables.add(documents.onDidClose(({ uri }) => this.#shown.delete(uri.toString())));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const rows = this.#rows(document);
    this.#shown.set(document.uri.toString(), textOf(rows));
    return rows.flatMap(({ range, commands }) => commands.map((command) => new vscode.CodeLens(range, command)));
  }

  #rows(document: vscode.TextDocument): readonly Row[] {
    if (this.#documents.read(document).workloads.length === 0) return [];
    return this.#findings.of(document).map((report) => ({
      range: toRange(document, report.item.manifest.headRange),
      commands: [
        this.#apply(document, report),
        this.#diff(document, report),
        this.#rollout(report),
        this.#failures(document, report),
      ],
    }));
  }

  #apply(document: vscode.TextDocument, { key }: WorkloadReport): vscode.Command {
    const { selection } = this.#session;
    if (!key) return commandLink('ordinal.apply', t`Apply: the manifest has no name yet`);
    const reference = { uri: document.uri.toString(), key };
    if (!selection) {
      return commandLink('ordinal.apply', t`Apply to cluster…`, {
        tooltip: t`Choose a context, then apply exactly this document`,
        args: [reference],
      });
    }
    return commandLink('ordinal.apply', t`Apply to ${selection.context}/${key.namespace}`, {
      tooltip: t`Server-side apply of exactly this document to the namespace ${key.namespace} of ${selection.context}`,
      args: [reference],
    });
  }

  #diff(document: vscode.TextDocument, { key }: WorkloadReport): vscode.Command {
    const args = key ? [{ uri: document.uri.toString(), key }] : [];
    const tooltip = t`Compare what is live with what the server would make of this document`;
    return commandLink('ordinal.diff', t`Diff`, { tooltip, ...(args[0] ? { args: [args[0]] } : {}) });
  }

  #rollout({ key, assessment }: WorkloadReport): vscode.Command {
    const { state } = this.#session;
    if (!key) return commandLink('ordinal.connect', 'Rollout: –');
    if (state.kind === 'idle') return commandLink('ordinal.connect', t`Rollout: connect to see it`);
    if (state.kind === 'opening') return commandLink('ordinal.connect', t`Rollout: connecting…`);
    if (state.kind === 'failed') {
      return commandLink('ordinal.reconnect', t`Rollout: not connected`, { tooltip: state.message });
    }
    const live = this.#session.rollouts(key.namespace)?.live;
    const words = live && wordsOf(live.connectionState, live.synced);
    if (words?.mood === 'trouble') {
      const tooltip = words.detail ?? words.word;
      return commandLink(HELP[words.help], t`Rollout: ${words.word}`, { tooltip });
    }
    const stale = words?.mood === 'stale' ? ` (${words.word})` : '';
    if (!assessment) {
      const text = live?.synced === true ? t`not in ${key.namespace} yet` : 'loading…';
      return commandLink('ordinal.showRollout', t`Rollout: ${text}${stale}`, { args: [key] });
    }
    return commandLink('ordinal.showRollout', t`Rollout: ${rolloutPhrase(assessment.rollout)}${stale}`, {
      tooltip: t`Show the live rollout status`,
      args: [key],
    });
  }

  #failures(document: vscode.TextDocument, { key, findings, checked, notChecked }: WorkloadReport): vscode.Command {
    const bad = findings.filter(({ severity }) => severity === 'error').length;
    const foreseen = findings.some(({ severity, origin }) => severity === 'error' && origin === 'foreseen');
    const warnings = findings.length - bad;
    const text =
      bad > 0 ? failuresPhrase(bad, foreseen) : warnings > 0 ? notesPhrase(warnings) : t`no failure foreseen`;
    const missing = notChecked.map(({ code, reason }) => `${code}: ${reason}`);
    const tooltip = [t`${checked.length} checked, ${notChecked.length} not`, ...missing].join('\n');
    const gap = notChecked.length > 0 ? t` · ${notChecked.length} not checked` : '';
    const args = key ? ([{ uri: document.uri.toString(), key }] as const) : ([] as const);
    return commandLink('ordinal.showFindings', `${text}${gap}`, { tooltip, args: [...args] });
  }

  #gather(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // VS Code draws lenses anew when asked to, and a click in that moment is lost: ask only for another text.
      const changed = vscode.window.visibleTextEditors.some(({ document }) => {
        const shown = this.#shown.get(document.uri.toString());
        return shown !== undefined && shown !== textOf(this.#rows(document));
      });
      if (changed) this.#onDidChangeCodeLenses.fire();
    }, GATHER);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#disposables.dispose();
  }
}

function failuresPhrase(count: number, foreseen: boolean): string {
  if (foreseen) return count === 1 ? t`1 likely failure` : t`${count} likely failures`;
  return count === 1 ? t`1 failure` : t`${count} failures`;
}

function notesPhrase(count: number): string {
  return count === 1 ? t`1 note` : t`${count} notes`;
}
