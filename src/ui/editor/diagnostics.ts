import * as vscode from 'vscode';
import type { Finding } from '../../core/causes/finding';
import type { Manifest } from '../../core/manifest/manifest';
import { DisposableStore, type Disposable } from '../../util/disposable';
import { toRange, toSeverity } from '../convert';
import type { ManifestDocuments } from './manifestDocuments';
import type { ManifestFindings } from './objectFindings';
import type { WorkloadFindings, WorkloadReport } from './workloadFindings';
import { DIAGNOSTIC_SOURCE } from '../schemes';

/** Findings and syntax problems as squiggles; each code links to its page. */
export function registerDiagnostics(
  documents: ManifestDocuments,
  findings: WorkloadFindings,
  pageOf: (code: string) => vscode.Uri,
): Disposable {
  const disposables = new DisposableStore();
  const collection = disposables.add(vscode.languages.createDiagnosticCollection(DIAGNOSTIC_SOURCE));
  const update = (document: vscode.TextDocument): void => {
    const { file } = documents.read(document);
    const diagnostics = [
      ...file.problems.map(({ message, range, severity }) => {
        const diagnostic = new vscode.Diagnostic(toRange(document, range), message, toSeverity(severity));
        diagnostic.source = DIAGNOSTIC_SOURCE;
        return diagnostic;
      }),
      ...[...findings.of(document).map(ofWorkload), ...findings.ofOthers(document)].flatMap(
        ({ manifest, findings: found }) =>
          found.map((finding) => diagnosticOf(document, manifest, { finding, pageOf })),
      ),
    ];
    if (file.notRead !== undefined) {
      const start = new vscode.Range(0, 0, 0, 0);
      diagnostics.push(new vscode.Diagnostic(start, file.notRead, vscode.DiagnosticSeverity.Information));
    }
    if (diagnostics.length > 0 || collection.has(document.uri)) collection.set(document.uri, diagnostics);
  };
  disposables.add(findings.onDidChange(update));
  disposables.add(documents.onDidClose(({ uri }) => collection.delete(uri)));
  for (const document of documents.open()) update(document);
  return disposables;
}

function ofWorkload({ item, findings }: WorkloadReport): ManifestFindings {
  return { manifest: item.manifest, findings };
}

function diagnosticOf(
  document: vscode.TextDocument,
  manifest: Manifest,
  { finding, pageOf }: { finding: Finding; pageOf: (code: string) => vscode.Uri },
): vscode.Diagnostic {
  const range = toRange(document, manifest.markRange(finding.path));
  const message = finding.advice === undefined ? finding.message : `${finding.message}\n→ ${finding.advice}`;
  const diagnostic = new vscode.Diagnostic(range, message, toSeverity(finding.severity));
  diagnostic.source = DIAGNOSTIC_SOURCE;
  diagnostic.code = { value: finding.code, target: pageOf(finding.code) };
  return diagnostic;
}
