import * as vscode from 'vscode';
import type { Assessment } from '../../core/causes/assess';
import type { ObjectKey } from '../../core/objects';
import type { Slot } from '../../core/rollout/slot';
import { DisposableStore, type Disposable } from '../../util/disposable';
import type { ClusterSession } from '../clusterSession';
import { connectionMessage } from '../connectionWords';
import { VIEW_ROLLOUTS } from '../contributions';
import { idOf } from '../liveRollouts';
import {
  messageItem,
  revisionItem,
  SELECT_CONTEXT,
  SELECT_NAMESPACE,
  slotItem,
  TRY_AGAIN,
  workloadItem,
} from './rolloutItem';

/** A row. It holds keys only: what it shows is asked of the live rollouts when it is drawn. */
export type RolloutNode =
  | { readonly kind: 'workload'; readonly key: ObjectKey }
  | { readonly kind: 'revision'; readonly key: ObjectKey; readonly revision: string }
  | { readonly kind: 'slot'; readonly key: ObjectKey; readonly podName: string }
  | {
      readonly kind: 'message';
      readonly text: string;
      readonly detail?: string;
      readonly command?: vscode.Command;
      readonly look: 'error' | 'info' | 'action';
    };

/** Bursts of changes are drawn together, in milliseconds. */
const GATHER = 100;

export function registerRolloutTree(session: ClusterSession): Disposable {
  const disposables = new DisposableStore();
  const tree = disposables.add(new RolloutTree(session));
  const view = disposables.add(
    vscode.window.createTreeView<RolloutNode>(VIEW_ROLLOUTS, { treeDataProvider: tree, showCollapseAll: true }),
  );
  const describe = (): void => {
    view.message = connectionMessage(session);
  };
  const opened = (): void => {
    if (view.visible && session.state.kind === 'idle') session.openQuietly();
  };
  disposables.add(view.onDidChangeVisibility(opened));
  disposables.add(session.onDidChange(describe));
  // Pods are watched of what is expanded; of what rolls they are watched anyway.
  const expanded = new Map<string, Disposable>();
  disposables.add(
    view.onDidExpandElement(({ element }) => {
      if (element.kind !== 'workload') return;
      const watch = session.rollouts(element.key.namespace)?.live.watchPods(element.key);
      if (!watch) return;
      expanded.get(idOf(element.key))?.dispose();
      expanded.set(idOf(element.key), watch);
    }),
  );
  disposables.add(
    view.onDidCollapseElement(({ element }) => {
      if (element.kind !== 'workload') return;
      expanded.get(idOf(element.key))?.dispose();
      expanded.delete(idOf(element.key));
    }),
  );
  disposables.add({ dispose: () => expanded.forEach((watch) => watch.dispose()) });
  describe();
  opened();
  return disposables;
}

class RolloutTree implements vscode.TreeDataProvider<RolloutNode> {
  readonly #session: ClusterSession;
  readonly #disposables = new DisposableStore();
  readonly #onDidChangeTreeData = new vscode.EventEmitter<RolloutNode | undefined>();
  /** Rows that VS Code knows, by workload: the same object must be given again to redraw it. */
  readonly #workloads = new Map<string, RolloutNode>();
  readonly #dirty = new Set<string>();
  #shown = '';
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#onDidChangeTreeData.event;

  constructor(session: ClusterSession) {
    this.#session = session;
    this.#disposables.add(this.#onDidChangeTreeData);
    this.#disposables.add(session.onDidChange(() => this.#gather()));
    this.#disposables.add(session.onDidChangeRollouts((keys) => this.#gather(keys)));
  }

  getTreeItem(node: RolloutNode): vscode.TreeItem {
    if (node.kind === 'message') return messageItem({ detail: undefined, command: undefined, ...node }, node.look);
    const assessment = this.#assessment(node.key);
    const id = this.#id(node);
    if (!assessment) return new vscode.TreeItem(node.key.name);
    switch (node.kind) {
      case 'workload':
        return workloadItem(assessment, id);
      case 'revision': {
        const slots = slotsOfRevision(assessment, node.revision);
        const ready = slots.filter(({ state }) => state === 'ready').length;
        const newest = slots.some(({ updated }) => updated === true);
        return revisionItem({ revision: node.revision, newest, pods: slots.length, ready }, id);
      }
      case 'slot': {
        const slot = assessment.rollout.slots.find(({ podName }) => podName === node.podName);
        return slot ? slotItem(slot, assessment, { id, now: Date.now() }) : new vscode.TreeItem(node.podName);
      }
    }
  }

  /** Identity, never state: selection and expansion stay when a row changes. */
  #id(node: Exclude<RolloutNode, { kind: 'message' }>): string {
    const workload = `${this.#session.selection?.context ?? ''}/${idOf(node.key)}`;
    if (node.kind === 'workload') return workload;
    return node.kind === 'revision' ? `${workload}/revision ${node.revision}` : `${workload}/${node.podName}`;
  }

  getChildren(node?: RolloutNode): RolloutNode[] {
    if (!node) return this.#roots();
    if (node.kind === 'slot' || node.kind === 'message') return [];
    const assessment = this.#assessment(node.key);
    if (!assessment) return [];
    if (node.kind === 'revision')
      return slotsOfRevision(assessment, node.revision).map((slot) => slotNode(slot, node.key));
    const { slots } = assessment.rollout;
    if (assessment.workload.kind === 'StatefulSet') return slots.map((slot) => slotNode(slot, node.key));
    const revisions = [...new Set(slots.map(({ revision }) => revision ?? 'unknown'))];
    return revisions.map((revision) => ({ kind: 'revision', key: node.key, revision }));
  }

  getParent(): undefined {
    return undefined;
  }

  #roots(): RolloutNode[] {
    const { state, selection } = this.#session;
    if (state.kind === 'failed') return failure(state.message, [SELECT_CONTEXT]);
    if (state.kind !== 'open' || !selection) return [];
    const rollouts = this.#session.rollouts(selection.namespace);
    if (!rollouts) return [];
    const { connectionState, synced } = rollouts.live;
    if (connectionState.kind === 'forbidden') return failure(connectionState.message, [SELECT_NAMESPACE]);
    if (connectionState.kind === 'failed') return failure(connectionState.message, [SELECT_CONTEXT]);
    const all = rollouts.all();
    this.#shown = shape(all);
    if (all.length === 0 && synced) {
      const text = `No StatefulSets or Deployments in ${selection.namespace}`;
      return [{ kind: 'message', text, look: 'info', command: SELECT_NAMESPACE }];
    }
    return all.map(({ workload }) => this.#workloadNode(workload));
  }

  #workloadNode({ kind, namespace, name }: ObjectKey): RolloutNode {
    const key = { kind, namespace, name };
    const known = this.#workloads.get(idOf(key));
    if (known) return known;
    const node: RolloutNode = { kind: 'workload', key };
    this.#workloads.set(idOf(key), node);
    return node;
  }

  #assessment(key: ObjectKey): Assessment | undefined {
    return this.#session.rollouts(key.namespace)?.of(key);
  }

  /** Without keys the whole tree is drawn again. */
  #gather(keys?: readonly ObjectKey[]): void {
    if (keys) for (const key of keys) this.#dirty.add(idOf(key));
    else this.#dirty.add('*');
    this.#timer ??= setTimeout(() => this.#flush(), GATHER);
  }

  #flush(): void {
    this.#timer = undefined;
    const { selection } = this.#session;
    const all = (selection && this.#session.rollouts(selection.namespace)?.all()) ?? [];
    const whole = this.#dirty.has('*') || shape(all) !== this.#shown;
    const nodes = whole
      ? [undefined]
      : [...this.#dirty].map((id) => this.#workloads.get(id)).filter((node) => node !== undefined);
    this.#dirty.clear();
    for (const node of nodes) this.#onDidChangeTreeData.fire(node);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#disposables.dispose();
  }
}

function slotNode({ podName }: Slot, key: ObjectKey): RolloutNode {
  return { kind: 'slot', key, podName };
}

function slotsOfRevision({ rollout }: Assessment, revision: string): readonly Slot[] {
  return rollout.slots.filter((slot) => (slot.revision ?? 'unknown') === revision);
}

/** Which rows there are: only when this changes does the whole tree have to be drawn. */
function shape(all: readonly Assessment[]): string {
  return all.map(({ workload }) => idOf(workload)).join('\n');
}

function failure(text: string, actions: readonly vscode.Command[]): RolloutNode[] {
  const rows: RolloutNode[] = [{ kind: 'message', text, detail: text, look: 'error' }];
  for (const command of [TRY_AGAIN, ...actions])
    rows.push({ kind: 'message', text: command.title, command, look: 'action' });
  return rows;
}
