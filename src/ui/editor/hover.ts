import * as vscode from 'vscode';
import type { Disposable } from '../../util/disposable';
import { age, rolloutPhrase, slotPhrase } from '../../core/wording';
import type { Assessment } from '../../core/causes/assess';
import type { Finding } from '../../core/causes/finding';
import type { FieldPath } from '../../core/fieldPath';
import { touches } from '../../core/manifest/manifest';
import type { SlotState } from '../../core/rollout/slot';
import { toMarkdown, toRange } from '../convert';
import { SELECTOR, type ManifestDocuments } from './manifestDocuments';
import type { WorkloadFindings } from './workloadFindings';
import { t } from '../../util/l10n';

/** The live rollout pod by pod on kind, name, replicas and images: from memory, no request. */
export function registerHover(documents: ManifestDocuments, findings: WorkloadFindings): Disposable {
  return vscode.languages.registerHoverProvider(SELECTOR, new RolloutHover(documents, findings));
}

/** More pods than this are summed up. */
const MOST_PODS = 20;

const MARKS: Readonly<Record<SlotState, string>> = {
  missing: '$(circle-large-outline)',
  terminating: '$(circle-slash)',
  pending: '$(watch)',
  starting: '$(sync)',
  notReady: '$(circle-filled)',
  ready: '$(pass-filled)',
  failed: '$(error)',
};

class RolloutHover implements vscode.HoverProvider {
  readonly #documents: ManifestDocuments;
  readonly #findings: WorkloadFindings;

  constructor(documents: ManifestDocuments, findings: WorkloadFindings) {
    this.#documents = documents;
    this.#findings = findings;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const offset = document.offsetAt(position);
    const item = this.#documents.read(document).workloads.find(({ manifest: { range } }) => touches(range, offset));
    const path = item?.manifest.pathAt(offset);
    if (!item || !path || !speaksOfRollout(path)) return undefined;
    const report = this.#findings.of(document).find(({ item: { manifest } }) => manifest === item.manifest);
    if (!report?.assessment) return undefined;
    const { manifest } = item;
    const range = manifest.keyRangeOf(path) ?? manifest.rangeOf(path);
    // What is marked here, VS Code says itself.
    const said = (finding: Finding): boolean => touches(manifest.markRange(finding.path), offset);
    const findings = report.assessment.findings.filter((finding) => !said(finding));
    const markdown = rolloutMarkdown({ ...report.assessment, findings });
    return new vscode.Hover(markdown, range && toRange(document, range));
  }
}

function speaksOfRollout(path: FieldPath): boolean {
  const text = path.filter((step) => typeof step === 'string').join('.');
  return ['kind', 'metadata.name', 'spec.replicas'].includes(text) || isImage(path);
}

function isImage(path: FieldPath): boolean {
  return path.at(-1) === 'image' && path.includes('template');
}

export function rolloutMarkdown({ workload, rollout, findings }: Assessment): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  text.appendMarkdown(`**${workload.kind} ${workload.name}** · ${rolloutPhrase(rollout)}\n\n`);
  const now = Date.now();
  for (const slot of rollout.slots.slice(0, MOST_PODS)) {
    const since = slot.pod ? ` · ${age(slot.pod.created, now)}` : '';
    text.appendMarkdown(`${MARKS[slot.state]} \`${slot.podName}\` ${slotPhrase(slot)}${since}  \n`);
  }
  const more = rollout.slots.length - MOST_PODS;
  if (more > 0) text.appendMarkdown(t`… and ${more} more  \n`);
  for (const { message, advice } of findings.slice(0, 3)) {
    text.appendMarkdown(`\n\n${toMarkdown(message)}`);
    if (advice !== undefined) text.appendMarkdown(`\n\n→ ${toMarkdown(advice)}`);
  }
  return text;
}
