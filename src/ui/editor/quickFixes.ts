import * as vscode from 'vscode';
import type { Disposable } from '../../util/disposable';
import { fixEdits } from '../../core/manifest/applyFix';
import { toRange } from '../convert';
import { SELECTOR } from './manifestDocuments';
import type { WorkloadFindings } from './workloadFindings';
import { t } from '../../util/l10n';
import { DIAGNOSTIC_SOURCE } from '../schemes';

/** A finding's fix as an edit of the range concerned, and a comment that silences it. */
export function registerQuickFixes(findings: WorkloadFindings): Disposable {
  const providedCodeActionKinds = [vscode.CodeActionKind.QuickFix];
  return vscode.languages.registerCodeActionsProvider(SELECTOR, new QuickFixes(findings), { providedCodeActionKinds });
}

class QuickFixes implements vscode.CodeActionProvider {
  readonly #findings: WorkloadFindings;

  constructor(findings: WorkloadFindings) {
    this.#findings = findings;
  }

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const ours = context.diagnostics.filter(({ source, code }) => source === DIAGNOSTIC_SOURCE && code !== undefined);
    if (ours.length === 0) return [];
    const reports = this.#findings.of(document);
    return ours.flatMap((diagnostic) => [...this.#fixes(document, diagnostic, reports), silence(document, diagnostic)]);
  }

  #fixes(
    document: vscode.TextDocument,
    diagnostic: vscode.Diagnostic,
    reports: ReturnType<WorkloadFindings['of']>,
  ): vscode.CodeAction[] {
    const text = document.getText();
    return reports.flatMap(({ item, findings }) =>
      findings
        .filter(({ code }) => code === codeOf(diagnostic))
        .filter(({ path }) => toRange(document, item.manifest.markRange(path)).isEqual(diagnostic.range))
        .flatMap(({ fixes = [] }) =>
          fixes.map((fix) => {
            const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
            action.edit = new vscode.WorkspaceEdit();
            for (const { range, newText } of fixEdits(item.manifest, text, fix)) {
              action.edit.replace(document.uri, toRange(document, range), newText);
            }
            action.diagnostics = [diagnostic];
            action.isPreferred = fixes.length === 1;
            return action;
          }),
        ),
    );
  }
}

function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : (code ?? ''));
}

function silence(document: vscode.TextDocument, diagnostic: vscode.Diagnostic): vscode.CodeAction {
  const code = codeOf(diagnostic);
  const line = document.lineAt(diagnostic.range.start.line);
  const action = new vscode.CodeAction(t`Silence ${code} on this line`, vscode.CodeActionKind.QuickFix);
  const indent = line.text.slice(0, line.firstNonWhitespaceCharacterIndex);
  const eol = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  action.edit = new vscode.WorkspaceEdit();
  action.edit.insert(document.uri, line.range.start, `${indent}# ordinal: ignore ${code}${eol}`);
  action.diagnostics = [diagnostic];
  return action;
}
