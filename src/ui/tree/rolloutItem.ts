import * as vscode from 'vscode';
import type { Assessment } from '../../core/causes/assess';
import type { LiveWorkload } from '../../core/objects';
import { isSettled, type Phase } from '../../core/rollout/rollout';
import type { Slot, SlotState } from '../../core/rollout/slot';
import { age, restartsPhrase, rolloutPhrase, slotPhrase, stateWord } from '../../core/wording';
import type { ConnectionWords } from '../connectionWords';
import { commandLink } from '../contributions';
import { toMarkdown } from '../convert';
import type { MessageNode, MoreNode } from './rolloutNode';
import { t } from '../../util/l10n';

interface Look {
  readonly icon: string;
  readonly color: string | undefined;
}

/** One colour and one shape for each state, so that colour alone never carries the meaning. */
const SLOT_LOOKS: Readonly<Record<SlotState, Look>> = {
  missing: { icon: 'circle-large-outline', color: 'disabledForeground' },
  terminating: { icon: 'circle-slash', color: 'disabledForeground' },
  pending: { icon: 'watch', color: 'charts.yellow' },
  starting: { icon: 'sync', color: 'charts.yellow' },
  notReady: { icon: 'circle-filled', color: 'charts.yellow' },
  ready: { icon: 'pass-filled', color: 'testing.iconPassed' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
};

const PHASE_LOOKS: Readonly<Record<Phase, Look>> = {
  observing: { icon: 'sync', color: 'charts.yellow' },
  complete: { icon: 'pass-filled', color: 'testing.iconPassed' },
  progressing: { icon: 'sync', color: 'charts.yellow' },
  blocked: { icon: 'error', color: 'testing.iconFailed' },
  paused: { icon: 'debug-pause', color: 'charts.yellow' },
  waitingForDelete: { icon: 'watch', color: 'charts.yellow' },
};

function icon({ icon: name, color }: Look): vscode.ThemeIcon {
  return new vscode.ThemeIcon(name, color === undefined ? undefined : new vscode.ThemeColor(color));
}

/** A workload: `web  2 of 3 updated, web-0 waits for web-1`. */
export function workloadItem(assessment: Assessment, id: string): vscode.TreeItem {
  const { workload, rollout, findings } = assessment;
  const phrase = rolloutPhrase(rollout);
  const item = new vscode.TreeItem(workload.name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.description = workload.kind === 'StatefulSet' ? phrase : `${phrase} · ${workload.kind}`;
  item.iconPath = icon(PHASE_LOOKS[rollout.phase]);
  item.contextValue = contextValueOf(assessment);
  item.accessibilityInformation = { label: `${workload.kind} ${workload.name}: ${phrase}` };
  const tooltip = new vscode.MarkdownString(
    t`**${workload.name}** · ${workload.kind} in ${workload.namespace}\n\n${phrase}`,
  );
  for (const finding of findings.slice(0, 3)) {
    tooltip.appendMarkdown(`\n\n${toMarkdown(finding.message)}`);
    if (finding.advice !== undefined) tooltip.appendMarkdown(`\n\n→ ${toMarkdown(finding.advice)}`);
  }
  for (const { name, image } of workload.images) tooltip.appendMarkdown(`\n\n${name}: \`${image}\``);
  item.tooltip = tooltip;
  return item;
}

/** What menus ask for: `workload Deployment paused`. */
function contextValueOf({ workload, inTheWay }: Assessment): string {
  const paused = workload.kind === 'Deployment' && workload.paused;
  return ['workload', workload.kind, ...(inTheWay ? ['deadlocked'] : []), ...(paused ? ['paused'] : [])].join(' ');
}

/** An ordinal or a Deployment's pod: `web-2  ready · new 7c9f4`. */
export function slotItem(
  slot: Slot,
  assessment: Assessment,
  { id, now }: { id: string; now: number },
): vscode.TreeItem {
  const item = new vscode.TreeItem(slot.podName, vscode.TreeItemCollapsibleState.None);
  const phrase = slotPhrase(slot);
  item.id = id;
  item.description = phrase;
  item.iconPath = icon(SLOT_LOOKS[slot.state]);
  item.contextValue = slot.pod ? 'pod' : 'missing';
  item.accessibilityInformation = { label: `${slot.podName}: ${phrase}` };
  item.tooltip = slotTooltip(slot, assessment, now);
  return item;
}

function slotTooltip(slot: Slot, { workload, findings }: Assessment, now: number): vscode.MarkdownString {
  const { pod } = slot;
  const lines = [`**${slot.podName}** · ${stateWord(slot)}`];
  for (const finding of findings) if (finding.pod === slot.podName) lines.push(toMarkdown(finding.message));
  if (pod) {
    if (slot.revision !== undefined)
      lines.push(slot.updated ? t`new revision ${slot.revision}` : t`old revision ${slot.revision}`);
    lines.push(t`age ${age(pod.created, now)}${pod.node === undefined ? '' : t` · node ${pod.node}`}`);
    for (const container of pod.containers) {
      const restarts = container.restarts > 0 ? ` · ${restartsPhrase(container.restarts)}` : '';
      lines.push(`${container.name}: \`${container.image}\`${restarts}`);
    }
  }
  if (workload.kind === 'StatefulSet' && slot.ordinal !== undefined) {
    for (const template of workload.claimTemplates) lines.push(t`claim ${template}-${workload.name}-${slot.ordinal}`);
  }
  return new vscode.MarkdownString(lines.join('\n\n'));
}

/** A Deployment's pods of one revision. */
export function revisionItem(
  { revision, newest, pods, ready }: { revision: string; newest: boolean; pods: number; ready: number },
  id: string,
): vscode.TreeItem {
  const item = new vscode.TreeItem(t`revision ${revision}`, vscode.TreeItemCollapsibleState.Expanded);
  item.id = id;
  item.description = newest ? t`new · ${ready} of ${pods} pods ready` : t`old · ${ready} of ${pods} pods ready`;
  item.iconPath = new vscode.ThemeIcon('layers');
  item.contextValue = 'revision';
  return item;
}

/** A context among others: `prod  live · all namespaces`. */
export function contextItem({ context, chosen, place, words }: ContextLook, id: string): vscode.TreeItem {
  const item = new vscode.TreeItem(context, vscode.TreeItemCollapsibleState.Expanded);
  item.id = id;
  item.description = `${words.word} · ${place}`;
  item.iconPath = icon(words.mood === 'trouble' ? CONTEXT_TROUBLE : CONTEXT);
  item.contextValue = chosen ? 'context chosen' : 'context beside';
  item.accessibilityInformation = { label: t`context ${context}: ${words.word}, ${place}` };
  item.tooltip = [chosen ? t`Manifests are applied to this context.` : undefined, words.detail]
    .filter((line) => line !== undefined)
    .join('\n\n');
  return item;
}

export interface ContextLook {
  readonly context: string;
  readonly chosen: boolean;
  /** The namespaces that are shown, in words. */
  readonly place: string;
  readonly words: ConnectionWords;
}

const CONTEXT: Look = { icon: 'server', color: undefined };
const CONTEXT_TROUBLE: Look = { icon: 'error', color: 'testing.iconFailed' };

/** A namespace: `shop  12 workloads, 1 rolling or not ready`. */
export function namespaceItem(namespace: string, phrase: NamespacePhrase, id: string): vscode.TreeItem {
  const item = new vscode.TreeItem(namespace, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.description = phrase.text;
  item.iconPath = icon(phrase.look);
  item.contextValue = 'namespace';
  item.accessibilityInformation = { label: t`namespace ${namespace}: ${phrase.text}` };
  return item;
}

export interface NamespacePhrase {
  readonly text: string;
  readonly look: Look;
}

/** From counters alone: no pod is watched for it. `words`: how its workloads reach us, where they do so on their own. */
export function namespacePhrase(
  workloads: readonly LiveWorkload[],
  words: ConnectionWords | undefined,
): NamespacePhrase {
  if (words?.mood === 'trouble') return { text: words.word, look: { icon: 'error', color: 'testing.iconFailed' } };
  const all = workloads.length === 1 ? t`1 workload` : t`${workloads.length} workloads`;
  const moving = workloads.filter((workload) => !isSettled(workload)).length;
  const state = words && words.mood !== 'good' ? ` · ${words.word}` : '';
  if (moving === 0) return { text: `${all}${state}`, look: { icon: 'symbol-namespace', color: undefined } };
  const text = t`${all}, ${moving} rolling or not ready${state}`;
  return { text, look: { icon: 'symbol-namespace', color: 'charts.yellow' } };
}

/** What stands for the rest of a long level. */
export function moreItem(node: MoreNode, id: string): vscode.TreeItem {
  const item = new vscode.TreeItem(t`Show more`);
  item.id = id;
  item.description = `${node.left} more`;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.contextValue = 'more';
  item.command = commandLink('ordinal.showMore', t`Show more`, { args: [node] });
  return item;
}

const MESSAGE_ICONS: Readonly<Record<MessageNode['look'], string>> = {
  error: 'error',
  info: 'info',
  action: 'arrow-right',
  wait: 'loading~spin',
};

/** A sentence in place of rows, with the command that helps. */
export function messageItem({ text, detail, command, look }: MessageNode): vscode.TreeItem {
  const item = new vscode.TreeItem(text);
  item.iconPath = new vscode.ThemeIcon(MESSAGE_ICONS[look]);
  item.contextValue = 'message';
  if (detail !== undefined) item.tooltip = detail;
  if (command) item.command = command;
  return item;
}

export const tryAgain = (): vscode.Command => commandLink('ordinal.reconnect', t`Try again`);
export const signIn = (): vscode.Command => commandLink('ordinal.reconnect', t`Sign in again`);
export const selectContext = (): vscode.Command => commandLink('ordinal.selectContext', t`Select another context`);
export const selectNamespace = (): vscode.Command => commandLink('ordinal.selectNamespace', t`Select other namespaces`);
