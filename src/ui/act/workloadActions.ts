import * as vscode from 'vscode';
import { ExpectedError } from '../../util/errors';
import { t } from '../../util/l10n';
import type { CommandTarget } from '../commandTargets';
import type { ActParts } from './actParts';
import { describeText, eventsText } from './describe';
import { HistoryView, pickRevision, type RevisionReference } from './historyView';
import { kubectlLine } from './kubectlLine';
import { LogViews } from './logViews';
import { pause, restart, scale, setPartition } from './rolloutActions';
import { undo } from './undo';
import { type View, viewOf, viewUri } from '../viewUri';

/** What can be done with a workload or one of its pods, by command. */
export class WorkloadActions {
  readonly #parts: ActParts;
  readonly #history: HistoryView;
  readonly #logs: LogViews;

  constructor(parts: ActParts) {
    this.#parts = parts;
    this.#history = new HistoryView(parts);
    this.#logs = new LogViews(parts);
  }

  showHistory(target: CommandTarget): Promise<void> {
    return this.#history.show(target);
  }

  async compareRevision(target: CommandTarget, argument: unknown): Promise<void> {
    const reference = referenceIn(argument) ?? (await this.#chosenReference(target));
    if (reference) await this.#history.compare(reference);
  }

  undo(target: CommandTarget, argument: unknown): Promise<void> {
    return undo(this.#parts, this.#history, { target, number: referenceIn(argument)?.number });
  }

  restart(target: CommandTarget): Promise<void> {
    return restart(this.#parts, target);
  }

  pause(target: CommandTarget, paused: boolean): Promise<void> {
    return pause(this.#parts, target, paused);
  }

  scale(target: CommandTarget): Promise<void> {
    return scale(this.#parts, target);
  }

  setPartition(target: CommandTarget): Promise<void> {
    return setPartition(this.#parts, target);
  }

  describe({ key, context, podName }: CommandTarget): Promise<void> {
    const name = podName ?? key.name;
    return this.#show({ key, context, view: 'describe', part: podName ?? '', title: t`${name} described` });
  }

  showLogs(target: CommandTarget): Promise<void> {
    return this.#logs.show(target);
  }

  showEvents({ key, context }: CommandTarget): Promise<void> {
    return this.#show({ key, context, view: 'events', part: '', title: t`${key.name} events` });
  }

  /** The text of a read-only document. */
  async content(uri: vscode.Uri): Promise<string> {
    const address = viewOf(uri);
    const { key, context, view, part } = address;
    if (view === 'logs') return this.#logs.content(uri);
    if (view !== 'describe' && view !== 'events') return this.#history.content(address, uri);
    const cluster = await this.#parts.clusterOf(context);
    const now = Date.now();
    if (view === 'describe') return describeText(cluster, { key, podName: part, now });
    const live = this.#parts.session.rollouts(key.namespace, context)?.of(key);
    const podNames = live?.rollout.slots.map(({ podName }) => podName) ?? [];
    return eventsText(cluster, { key, podNames, now });
  }

  lenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const address = viewOf(document.uri);
    return address.view === 'history' ? this.#history.lenses(document, address) : [];
  }

  async copyKubectl({ key, context, podName }: CommandTarget): Promise<void> {
    const { name } = (await this.#parts.clusterOf(context)).context;
    const object = `${key.kind.toLowerCase()}/${key.name}`;
    const place = { key, context: name };
    const commands =
      podName === undefined
        ? [
            ['rollout', 'status', object],
            ['rollout', 'history', object],
            ['rollout', 'undo', object],
            ['rollout', 'restart', object],
            ...(key.kind === 'Deployment'
              ? [
                  ['rollout', 'pause', object],
                  ['rollout', 'resume', object],
                ]
              : []),
            ...(key.kind === 'DaemonSet' ? [] : [['scale', object, '--replicas=3']]),
            ...(key.kind === 'StatefulSet'
              ? [['patch', object, '-p', '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":1}}}}']]
              : []),
            ['describe', object],
            ['get', object, '-o', 'yaml'],
          ]
        : [
            ['logs', podName, '--all-containers', '--follow'],
            ['logs', podName, '--previous'],
            ['exec', '-it', podName, '--', 'sh'],
            ['port-forward', `pod/${podName}`, '8080:8080'],
            ['describe', `pod/${podName}`],
            ['delete', `pod/${podName}`],
          ];
    const lines = commands.map((args) => kubectlLine(args, place));
    const line = await vscode.window.showQuickPick(lines, { title: t`Copy the kubectl command` });
    if (line !== undefined) await vscode.env.clipboard.writeText(line);
  }

  async #show({ key, context, view, part, title }: Shown): Promise<void> {
    const { name } = (await this.#parts.clusterOf(context)).context;
    const uri = viewUri({ view, key, context: name, part }, title);
    // A document that is open already is read anew.
    this.#parts.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, this.#parts.language);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
  }

  /** From the palette or a row: between which revisions is asked. */
  async #chosenReference({ key, context }: CommandTarget): Promise<RevisionReference | undefined> {
    const { name } = (await this.#parts.clusterOf(context)).context;
    const { history } = await this.#history.read(key, context);
    if (history.length === 0) throw new ExpectedError(t`${key.kind} ${key.name} has no history yet.`);
    const revision = await pickRevision(history, t`Compare which revision of ${key.name}?`);
    return revision && { key, context: name, number: revision.number, with: 'choose' };
  }

  dispose(): void {
    this.#logs.dispose();
  }
}

interface Shown {
  readonly key: CommandTarget['key'];
  readonly context: string | undefined;
  readonly view: View;
  readonly part: string;
  readonly title: string;
}

function referenceIn(argument: unknown): RevisionReference | undefined {
  return typeof argument === 'object' && argument !== null && 'number' in argument
    ? (argument as RevisionReference)
    : undefined;
}
