import * as vscode from 'vscode';
import type { ApplyResult, Cluster } from '../../cluster/main';
import type { ObjectKey } from '../../core/objects';
import { DisposableStore, type Disposable } from '../../util/disposable';
import { ExpectedError } from '../../util/errors';
import { t } from '../../util/l10n';
import type { ClusterSession } from '../clusterSession';
import { DIAGNOSTIC_SOURCE, registerCommand, type ManifestReference } from '../contributions';
import { toRange } from '../convert';
import { log } from '../log';
import { isManifestFile } from './manifestDocuments';
import { reportAt, type WorkloadFindings, type WorkloadReport } from './workloadFindings';

type Applied = Exclude<ApplyResult, { readonly status: 'refused' | 'unknown' }>;

/** The command and lens *Apply*: one document, one request, and the server's answer on its lines. */
export function registerApply(findings: WorkloadFindings, session: ClusterSession): Disposable {
  const disposables = new DisposableStore();
  const answers = disposables.add(vscode.languages.createDiagnosticCollection(`${DIAGNOSTIC_SOURCE}-apply`));
  // The server judged the text as it was: with the next edit its answer is void.
  disposables.add(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) answers.delete(document.uri);
    }),
  );
  disposables.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => answers.delete(uri)));
  const apply = async (reference?: ManifestReference): Promise<void> => {
    const cluster = await session.open();
    const { document, report } = await manifestOf(findings, reference);
    const { key, item } = report;
    if (!key) throw new ExpectedError(t`This manifest has no metadata.name yet: give it one, then apply.`);
    if (item.manifest.template) throw new ExpectedError(templateText(key));
    const { object, apiVersion } = item.manifest;
    const target = { apiVersion, ...key };
    const leave = await session.gate.permit({
      cluster,
      writes: [{ verb: 'apply', target }],
      question: t`Apply ${key.kind} ${key.name} to the namespace ${key.namespace} of ${cluster.context.name}?`,
      action: t`Apply`,
      ask: 'asSet',
    });
    if (!leave) return;
    let result = await cluster.apply({ object, namespace: key.namespace, permit: leave });
    if (result.status === 'refused' && result.problem.kind === 'conflict') {
      const { managers, fields } = result.problem;
      const list = fields.map(({ text }) => text).join(', ');
      const permit = await session.gate.permit({
        cluster,
        writes: [{ verb: 'apply', target, force: true }],
        question: t`${key.kind} ${key.name}: ${managers.join(', ')} also manages ${list}. Take them over?`,
        detail: t`Nothing was applied yet. Taking over makes this manifest the owner of these fields.`,
        action: t`Take These Fields Over`,
        ask: 'always',
      });
      if (permit) result = await cluster.apply({ object, namespace: key.namespace, force: true, permit });
    }
    answers.set(document.uri, diagnosticsOf(document, report, result));
    findings.forget(key);
    tell(result, key, cluster);
  };
  disposables.add(registerCommand('ordinal.apply', apply));
  return disposables;
}

async function manifestOf(
  findings: WorkloadFindings,
  reference: ManifestReference | undefined,
): Promise<{ readonly document: vscode.TextDocument; readonly report: WorkloadReport }> {
  if (reference) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(reference.uri));
    const report = findings.find(document, reference.key);
    if (report) return { document, report };
    throw new ExpectedError(t`${reference.key.kind} ${reference.key.name} is no longer in this file.`);
  }
  const editor = vscode.window.activeTextEditor;
  if (!editor || !isManifestFile(editor.document))
    throw new ExpectedError(t`Open a YAML file with a StatefulSet or Deployment first.`);
  const { document, selection } = editor;
  const reports = findings.of(document);
  const report =
    reportAt(reports, document.offsetAt(selection.active)) ?? (reports.length === 1 ? reports[0] : undefined);
  if (report) return { document, report };
  if (reports.length === 0) throw new ExpectedError(t`This file holds no StatefulSet or Deployment.`);
  throw new ExpectedError(t`Put the cursor into the StatefulSet or Deployment to apply.`);
}

/** The server's warnings and refusals, each on the field it names; without a field on the head of the manifest. */
function diagnosticsOf(
  document: vscode.TextDocument,
  { item: { manifest } }: WorkloadReport,
  result: ApplyResult,
): vscode.Diagnostic[] {
  const head = toRange(document, manifest.headRange);
  const make = (range: vscode.Range, message: string, severity: vscode.DiagnosticSeverity): vscode.Diagnostic => {
    const diagnostic = new vscode.Diagnostic(range, message, severity);
    diagnostic.source = `${DIAGNOSTIC_SOURCE} (server)`;
    return diagnostic;
  };
  if (result.status === 'unknown') return [make(head, result.message, vscode.DiagnosticSeverity.Warning)];
  if (result.status !== 'refused') {
    return result.warnings.map((warning) => make(head, warning, vscode.DiagnosticSeverity.Warning));
  }
  const { fields, message } = result.problem;
  if (fields.length === 0) return [make(head, message, vscode.DiagnosticSeverity.Error)];
  return fields.map((field) => {
    const range = toRange(document, manifest.markRange(field.path));
    return make(range, `${field.text}: ${field.message}`, vscode.DiagnosticSeverity.Error);
  });
}

function tell(result: ApplyResult, { kind, name, namespace }: ObjectKey, { context }: Cluster): void {
  const what = t`${kind} ${name} in ${context.name}/${namespace}`;
  if (result.status === 'refused') {
    log.warn(`Refused: ${what}: ${result.problem.message}`);
    void vscode.window.showErrorMessage(t`${what} was not applied: ${result.problem.message}`);
    return;
  }
  if (result.status === 'unknown') {
    void vscode.window.showWarningMessage(result.message);
    return;
  }
  log.info(`${result.status}: ${what}`);
  void vscode.window.showInformationMessage(`${what} ${resultWord(result)}`);
}

function resultWord({ status, warnings }: Applied): string {
  return warnings.length > 0 ? `${status}, with ${warnings.length} warning${warnings.length === 1 ? '' : 's'}` : status;
}

function templateText({ name }: ObjectKey): string {
  return t`${name} is a template with placeholders: render it first, and apply what comes out.`;
}
