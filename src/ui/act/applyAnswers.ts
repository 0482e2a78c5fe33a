import * as vscode from 'vscode';
import type { ApplyResult } from '../../cluster/main';
import { DisposableStore } from '../../util/disposable';
import { t } from '../../util/l10n';
import { toRange } from '../convert';
import { CHANGE_CAUSE, staleCause } from './changeCause';
import type { ManifestItem } from './targets';
import { DIAGNOSTIC_SOURCE } from '../schemes';

/** Of the code of a diagnostic whose field may be taken out of the file. */
const CONFLICT = 'conflict';

/** What the server said of a text, on its lines; with the next edit of the file its answer is void. */
export class ApplyAnswers implements vscode.CodeActionProvider {
  readonly #disposables = new DisposableStore();
  readonly #collection: vscode.DiagnosticCollection;
  readonly #items = new Map<string, readonly ManifestItem[]>();

  constructor() {
    this.#collection = vscode.languages.createDiagnosticCollection(`${DIAGNOSTIC_SOURCE}-apply`);
    this.#disposables.add(this.#collection);
    const { workspace, languages, CodeActionKind } = vscode;
    this.#disposables.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#forget(document.uri);
      }),
    );
    this.#disposables.add(workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)));
    const providedCodeActionKinds = [CodeActionKind.QuickFix];
    this.#disposables.add(
      languages.registerCodeActionsProvider([{ language: 'yaml' }, { language: 'helm' }], this, {
        providedCodeActionKinds,
      }),
    );
  }

  /** Of everything that was applied together; what was said of these files before is void. */
  set(results: readonly { readonly item: ManifestItem; readonly result: ApplyResult }[]): void {
    const files = new Map<string, { readonly uri: vscode.Uri; readonly said: vscode.Diagnostic[] }>();
    for (const { item, result } of results) {
      const { uri } = item.document;
      const file = files.get(uri.toString()) ?? { uri, said: [] };
      file.said.push(...diagnosticsOf(item, result));
      files.set(uri.toString(), file);
      const items = results.map((each) => each.item).filter(({ document }) => document === item.document);
      this.#items.set(uri.toString(), items);
    }
    for (const { uri, said } of files.values()) this.#collection.set(uri, said);
  }

  #forget(uri: vscode.Uri): void {
    this.#collection.delete(uri);
    this.#items.delete(uri.toString());
  }

  /** A field that somebody else owns can be left out of the file: then they keep it. */
  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const items = this.#items.get(document.uri.toString()) ?? [];
    return diagnostics
      .filter(({ code, source }) => code === CONFLICT && source === SOURCE)
      .flatMap((diagnostic) => {
        const offset = document.offsetAt(diagnostic.range.start);
        const item = items.find(({ manifest: { range } }) => range.start <= offset && offset <= range.end);
        const path = item?.manifest.pathAt(offset);
        const change = path ? item?.manifest.removalOf(path) : undefined;
        if (!change) return [];
        const action = new vscode.CodeAction(t`Leave this field out of my file`, vscode.CodeActionKind.QuickFix);
        action.edit = new vscode.WorkspaceEdit();
        action.edit.replace(document.uri, toRange(document, change.range), change.newText);
        action.diagnostics = [diagnostic];
        action.isPreferred = true;
        return [action];
      });
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

const SOURCE = `${DIAGNOSTIC_SOURCE} (server)`;

/** The server's warnings and refusals, each on the field it names; without a field on the head of the manifest. */
function diagnosticsOf({ document, manifest }: ManifestItem, result: ApplyResult): vscode.Diagnostic[] {
  const head = toRange(document, manifest.headRange);
  const { Error, Warning } = vscode.DiagnosticSeverity;
  const make = (range: vscode.Range, message: string, severity: vscode.DiagnosticSeverity): vscode.Diagnostic => {
    const diagnostic = new vscode.Diagnostic(range, message, severity);
    diagnostic.source = SOURCE;
    return diagnostic;
  };
  if (result.status === 'unknown') return [make(head, result.message, Warning)];
  if (result.status !== 'refused') {
    const warnings = result.warnings.map((warning) => make(head, warning, Warning));
    const stale = staleCause(result.before, result.object);
    if (stale === undefined) return warnings;
    const range = toRange(document, manifest.markRange(['metadata', 'annotations', CHANGE_CAUSE]));
    const text = t`The change-cause “${stale}” is that of an earlier change, and now stands at this revision too.`;
    return [...warnings, make(range, text, Warning)];
  }
  const { fields, message, kind } = result.problem;
  if (fields.length === 0) return [make(head, message, Error)];
  return fields.map(({ path, text, message: said, owner }) => {
    const words =
      owner === undefined
        ? t`${text}: ${said}`
        : t`${text} belongs to ${owner}. Leave it out of your file, or apply and take it over.`;
    const diagnostic = make(toRange(document, manifest.markRange(path)), words, Error);
    if (kind === 'conflict') diagnostic.code = CONFLICT;
    return diagnostic;
  });
}
