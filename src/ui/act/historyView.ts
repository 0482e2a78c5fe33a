import * as vscode from 'vscode';
import type { HistoryObjects } from '../../cluster/main';
import { historyOf, imagesOf, type Revision, templateChanges } from '../../core/history/history';
import { changeText, historyText } from '../../core/history/historyText';
import { fileBack } from '../../core/history/fileBack';
import { asFields } from '../../core/kube/readers';
import { blockText } from '../../core/manifest/blockText';
import type { ObjectKey } from '../../core/objects';
import { age } from '../../core/wording';
import { ExpectedError } from '../../util/errors';
import { t } from '../../util/l10n';
import type { CommandTarget } from '../commandTargets';
import type { ActParts } from './actParts';
import { kubectlLine } from './kubectlLine';
import { type ViewAddress, viewUri } from '../viewUri';

/** What a lens of the history document, or a command, asks to compare. */
export interface RevisionReference {
  readonly key: ObjectKey;
  readonly context: string;
  readonly number: number;
  readonly with: 'before' | 'wanted' | 'file' | 'choose';
}

/** The history of a workload as a document, and comparisons of its revisions in VS Code's diff editor. */
export class HistoryView {
  readonly #parts: ActParts;
  /** The revisions of the open documents, by address and line. */
  readonly #lines = new Map<string, ReadonlyMap<number, Revision>>();

  constructor(parts: ActParts) {
    this.#parts = parts;
  }

  async show({ key, context }: CommandTarget): Promise<void> {
    const { name } = (await this.#parts.clusterOf(context)).context;
    const uri = viewUri({ view: 'history', key, context: name, part: '' }, t`${key.name} history`);
    this.#parts.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, this.#parts.language);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
  }

  async read(
    key: ObjectKey,
    context: string | undefined,
  ): Promise<HistoryObjects & { readonly history: readonly Revision[] }> {
    const objects = await (await this.#parts.clusterOf(context)).history({ key });
    return { ...objects, history: historyOf(objects) };
  }

  async content(address: ViewAddress, uri: vscode.Uri): Promise<string> {
    const { key, context, view, part } = address;
    const { history, podsMissing, workload } = await this.read(key, context);
    if (view === 'history') {
      const head = [
        t`history of ${key.kind} ${key.name} in ${context}/${key.namespace}, the newest first`,
        kubectlLine(['rollout', 'history', `${key.kind.toLowerCase()}/${key.name}`], { key, context }),
        ...(podsMissing === undefined ? [] : [t`which pods run it is not known: ${podsMissing}`]),
      ];
      const { text, lines } = historyText(history, head, Date.now());
      this.#lines.set(uri.toString(), lines);
      return text;
    }
    const live = asFields(asFields(workload.spec).template);
    if (part === 'live') return `${blockText(live)}\n`;
    const revision = revisionIn(history, Number(part));
    return view === 'file' ? this.#fileAs(key, live, revision) : `${blockText(revision.template)}\n`;
  }

  lenses(document: vscode.TextDocument, { key, context }: ViewAddress): vscode.CodeLens[] {
    const lines = this.#lines.get(document.uri.toString());
    if (!lines) return [];
    const inFile = this.#parts.findManifest(key) !== undefined;
    return [...lines].flatMap(([line, { number, wanted, changes }]) => {
      const range = new vscode.Range(line, 0, line, 0);
      const compare = (title: string, other: RevisionReference['with']): vscode.CodeLens =>
        new vscode.CodeLens(
          range,
          this.#parts.commandLink('ordinal.compareRevision', title, { args: [{ key, context, number, with: other }] }),
        );
      const reference = { key, context, number, with: 'choose' } as const;
      const back = this.#parts.commandLink('ordinal.undo', t`Go back to this…`, { args: [reference] });
      return [
        ...(wanted ? [] : [new vscode.CodeLens(range, back)]),
        ...(changes.length > 0 ? [compare(t`Compare with the one before`, 'before')] : []),
        ...(wanted ? [] : [compare(t`Compare with what the spec asks for`, 'wanted')]),
        ...(inFile ? [compare(t`Compare with the file`, 'file')] : []),
        compare(t`Compare with…`, 'choose'),
      ];
    });
  }

  async compare(reference: RevisionReference): Promise<void> {
    const { key, context, number } = reference;
    const { history } = await this.read(key, context);
    const revision = revisionIn(history, number);
    if (reference.with === 'file') {
      const open = this.#parts.findManifest(key);
      if (!open) throw new ExpectedError(t`No open file has the manifest of ${key.kind} ${key.name}.`);
      const as = viewUri({ view: 'file', key, context, part: String(number) }, t`${key.name} as revision ${number}`);
      this.#parts.changed.fire(as);
      await diff(open.document.uri, as, t`${key.name}: the file ↔ the file as revision ${number}`);
      return;
    }
    const other = await this.#other(reference, history);
    if (!other) return;
    const [older, newer] = [revision, other].sort((a, b) => a.number - b.number);
    const address = (each: Revision | undefined): vscode.Uri =>
      viewUri(
        { view: 'template', key, context, part: String(each?.number) },
        t`${key.name} revision ${each?.number ?? 0}.yaml`,
      );
    await diff(
      address(older),
      address(newer),
      t`${key.name}: revision ${older?.number ?? 0} ↔ revision ${newer?.number ?? 0}`,
    );
  }

  async #other(reference: RevisionReference, history: readonly Revision[]): Promise<Revision | undefined> {
    const { number, key } = reference;
    if (reference.with === 'before') return history.findLast((each) => each.number < number);
    if (reference.with === 'wanted') return history.find(({ wanted }) => wanted);
    return pickRevision(
      history.filter((each) => each.number !== number),
      t`Compare revision ${number} of ${key.name} with`,
    );
  }

  /** The whole file, as it would be when its template said what the revision does. */
  #fileAs(key: ObjectKey, live: unknown, { template }: Revision): string {
    const open = this.#parts.findManifest(key);
    if (!open) return '';
    const { document, index } = open;
    return fileBack(document.getText(), { index, below: ['spec', 'template'], before: live, after: template }).text;
  }
}

export function revisionIn(history: readonly Revision[], number: number): Revision {
  const revision = history.find((each) => each.number === number);
  if (revision) return revision;
  throw new ExpectedError(t`There is no revision ${number} any more: the controller keeps a limited number of them.`);
}

/** Newest first; `live`: each says what going back to it would change. */
export async function pickRevision(
  revisions: readonly Revision[],
  title: string,
  live?: unknown,
): Promise<Revision | undefined> {
  const items = [...revisions].reverse().map((revision) => {
    const { number, changeCause, created, template, pods } = revision;
    const changes = live === undefined ? revision.changes : templateChanges(live, template);
    return {
      label: t`revision ${number}`,
      description: [changeCause, age(created, Date.now()), ...pods].filter((each) => each !== undefined).join(' · '),
      detail: changes.length > 0 ? changes.map(changeText).join('; ') : imagesOf(template).join(', '),
      revision,
    };
  });
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
  return picked?.revision;
}

export async function diff(left: vscode.Uri, right: vscode.Uri, title: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', left, right, title, { preview: true });
}
