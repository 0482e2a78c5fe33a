import * as vscode from 'vscode';
import type { Cluster } from '../../cluster/main';
import { asFields, asList, asText, type Fields } from '../../core/kube/readers';
import { ExpectedError } from '../../util/errors';
import { t } from '../../util/l10n';
import type { CommandTarget } from '../commandTargets';
import type { ActParts } from './actParts';
import { LogFollower, type LogMode, type LogSource } from './logFollower';
import { VIEW_SCHEME, viewUri } from '../viewUri';

interface OpenLog {
  readonly follower: LogFollower;
  readonly head: readonly string[];
}

/** Logs as read-only documents; closing one ends its streams. */
export class LogViews {
  readonly #parts: ActParts;
  readonly #open = new Map<string, OpenLog>();
  readonly #listening: vscode.Disposable;

  constructor(parts: ActParts) {
    this.#parts = parts;
    this.#listening = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      for (const { input } of closed) if (input instanceof vscode.TabInputText) this.#closed(input.uri);
    });
  }

  async show(target: CommandTarget): Promise<void> {
    const { key, context, podName } = target;
    const cluster = await this.#parts.clusterOf(context);
    const pods = await podsOf(cluster, target);
    const container = await pickContainer(pods, podName ?? key.name);
    if (container === undefined) return;
    const picked = await pickMode();
    if (!picked) return;
    const about = podName ?? key.name;
    const title = picked.mode.follow ? t`${about} log, following` : t`${about} log`;
    const uri = viewUri(
      { view: 'logs', key, context: cluster.context.name, part: `${about} ${container} ${picked.id}` },
      title,
    );
    this.#close(uri);
    const head = [
      t`log of ${about} in ${cluster.context.name}/${key.namespace}: ${picked.label}`,
      ...(picked.mode.follow ? [t`closing this document ends the reading`] : []),
    ];
    const follower = new LogFollower({
      cluster,
      namespace: key.namespace,
      mode: picked.mode,
      sources: () => sourcesOf(this.#namesNow(target, pods), pods, container),
      onChange: () => this.#draw(uri),
    });
    this.#open.set(uri.toString(), { follower, head });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, 'log');
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
    await follower.run();
  }

  content(uri: vscode.Uri): string {
    const open = this.#open.get(uri.toString());
    return open ? open.follower.text(open.head) : `# ${t`This log is no longer read. Open it again from the view.`}\n`;
  }

  /** Pods of a workload that is followed come and go. */
  #namesNow({ key, context, podName }: CommandTarget, pods: readonly Fields[]): readonly string[] {
    if (podName !== undefined) return [podName];
    const slots = this.#parts.session.rollouts(key.namespace, context)?.of(key)?.rollout.slots;
    const live = slots?.filter(({ pod }) => pod !== undefined).map((slot) => slot.podName) ?? [];
    return live.length > 0 ? live : pods.map(nameOf);
  }

  /** Stays at the end when a person is there. */
  #draw(uri: vscode.Uri): void {
    const editors = vscode.window.visibleTextEditors.filter(
      ({ document }) => document.uri.toString() === uri.toString(),
    );
    const atEnd = editors.filter((editor) => {
      const last = editor.visibleRanges.at(-1)?.end.line ?? 0;
      return last >= editor.document.lineCount - 3;
    });
    if (atEnd.length > 0) {
      const once = vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.toString() !== uri.toString()) return;
        once.dispose();
        const end = new vscode.Position(document.lineCount - 1, 0);
        for (const editor of atEnd) editor.revealRange(new vscode.Range(end, end));
      });
      setTimeout(() => {
        once.dispose();
      }, 2_000);
    }
    this.#parts.changed.fire(uri);
  }

  #closed(uri: vscode.Uri): void {
    if (uri.scheme !== VIEW_SCHEME) return;
    const inputs: readonly unknown[] = vscode.window.tabGroups.all.flatMap(({ tabs }) =>
      tabs.map(({ input }) => input),
    );
    const id = uri.toString();
    const isOpen = inputs.some((input) => input instanceof vscode.TabInputText && input.uri.toString() === id);
    if (!isOpen) this.#close(uri);
  }

  #close(uri: vscode.Uri): void {
    this.#open.get(uri.toString())?.follower.dispose();
    this.#open.delete(uri.toString());
  }

  dispose(): void {
    this.#listening.dispose();
    for (const { follower } of this.#open.values()) follower.dispose();
    this.#open.clear();
  }
}

async function podsOf(cluster: Cluster, { key, podName }: CommandTarget): Promise<readonly Fields[]> {
  if (podName !== undefined) {
    const pod = await cluster.read({ apiVersion: 'v1', kind: 'Pod', namespace: key.namespace, name: podName });
    if (pod) return [pod];
    throw new ExpectedError(t`The pod ${podName} does not exist now.`);
  }
  const { pods } = await cluster.history({ key });
  if (pods.length === 0) throw new ExpectedError(t`${key.kind} ${key.name} has no pods now.`);
  // In the order of ordinals: web-2 before web-10.
  return [...pods].sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true }));
}

/** The empty name means all of them. */
async function pickContainer(pods: readonly Fields[], about: string): Promise<string | undefined> {
  const names = [...new Set(pods.flatMap(containersOf))];
  if (names.length === 1) return names[0];
  const items = [{ label: t`All containers`, name: '' }, ...names.map((name) => ({ label: name, name }))];
  return (await vscode.window.showQuickPick(items, { title: t`Container of ${about}` }))?.name;
}

function sourcesOf(podNames: readonly string[], pods: readonly Fields[], container: string): readonly LogSource[] {
  const byName = new Map(pods.map((pod) => [nameOf(pod), pod]));
  return podNames.flatMap((pod) => {
    // A pod that came later has the containers of the others.
    const known = byName.get(pod) ?? pods[0] ?? {};
    const names = container === '' ? containersOf(known) : [container];
    return names.map((name) => ({ pod, container: name }));
  });
}

function containersOf({ spec }: Fields): readonly string[] {
  const { initContainers, containers } = asFields(spec);
  return [...asList(initContainers), ...asList(containers)].map((each) => asText(asFields(each).name) ?? '');
}

function nameOf({ metadata }: Fields): string {
  return asText(asFields(metadata).name) ?? '';
}

interface Mode extends vscode.QuickPickItem {
  readonly id: string;
  readonly mode: LogMode;
}

async function pickMode(): Promise<Mode | undefined> {
  const mode = { follow: false, previous: false, sinceSeconds: undefined, tailLines: 2_000 };
  const items: readonly Mode[] = [
    {
      id: 'follow',
      label: t`Follow`,
      description: t`the last 200 lines, and what comes`,
      mode: { ...mode, follow: true, tailLines: 200 },
    },
    { id: 'last', label: t`The last 2000 lines`, mode },
    { id: 'previous', label: t`Before the last restart`, mode: { ...mode, previous: true } },
    { id: '10m', label: t`The last 10 minutes`, mode: { ...mode, sinceSeconds: 600, tailLines: 10_000 } },
    { id: '1h', label: t`The last hour`, mode: { ...mode, sinceSeconds: 3_600, tailLines: 10_000 } },
  ];
  return vscode.window.showQuickPick(items, { title: t`Which part of the log?` });
}
