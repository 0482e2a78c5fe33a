import * as vscode from 'vscode';
import { idOf, type ObjectKey } from '../../core/objects';
import { DisposableStore, type Disposable } from '../../util/disposable';
import type { ClusterSession, RolloutChange } from '../clusterSession';
import { placeOf, viewMessage, wordsOf, wordsOfScope } from '../connectionWords';
import { registerCommand, VIEW_ROLLOUTS } from '../contributions';
import { goToWorkload } from './goToWorkload';
import { OpenRows } from './openRows';
import {
  contextItem,
  messageItem,
  moreItem,
  namespaceItem,
  namespacePhrase,
  revisionItem,
  slotItem,
  workloadItem,
} from './rolloutItem';
import {
  nodeId,
  type ContextNode,
  type KeyedNode,
  type MoreNode,
  type NamespaceNode,
  type RolloutNode,
} from './rolloutNode';
import { TreeRows } from './treeRows';
import { t } from '../../util/l10n';

/** Bursts of changes are drawn together, in milliseconds; after many rows VS Code gets more time. */
const GATHER = 100;
/** After a pause the first change is drawn soon: a burst of one step may still be on its way. */
const GATHER_FIRST = 10;
const GATHER_AFTER_MANY = 250;
const MANY = 500;

export function registerRolloutTree(session: ClusterSession): Disposable {
  const disposables = new DisposableStore();
  const rows = new TreeRows(session);
  const tree = disposables.add(new RolloutTree(session, rows));
  const view = disposables.add(
    vscode.window.createTreeView<RolloutNode>(VIEW_ROLLOUTS, { treeDataProvider: tree, showCollapseAll: true }),
  );
  const describe = (): void => {
    const message = viewMessage(session) ?? '';
    if (message !== view.message) view.message = message;
  };
  const looked = (): void => {
    session.lookAtView(view.visible);
    tree.setVisible(view.visible);
    if (view.visible && session.state.kind === 'idle') session.openQuietly();
  };
  disposables.add(view.onDidChangeVisibility(looked));
  disposables.add(session.onDidChange(describe));
  disposables.add(view.onDidCollapseElement(({ element }) => tree.closed(element)));
  disposables.add(registerCommand('ordinal.showMore', (node) => tree.showMore(node)));
  disposables.add(
    registerCommand('ordinal.goToWorkload', async () => {
      const found = await goToWorkload(session);
      if (!found) return;
      const row = rows.rowOf(found.context, found.key);
      tree.draw(rows.parentOf(row));
      await view.reveal(row, { select: true, focus: true, expand: true });
    }),
  );
  describe();
  looked();
  return disposables;
}

class RolloutTree implements vscode.TreeDataProvider<RolloutNode> {
  readonly #session: ClusterSession;
  readonly #rows: TreeRows;
  readonly #open: OpenRows;
  readonly #disposables = new DisposableStore();
  readonly #onDidChangeTreeData = new vscode.EventEmitter<RolloutNode[] | undefined>();
  /** What rows without open children look like, as VS Code last heard it. */
  readonly #looks = new Map<string, string>();
  /** Changes by context since the last flush. */
  readonly #dirty = new Map<string, { readonly keys: Map<string, ObjectKey>; readonly namespaces: Set<string> }>();
  #whole = false;
  #visible = false;
  #timer: NodeJS.Timeout | undefined;
  #pause = GATHER;
  /** When rows were drawn again last. */
  #flushed = 0;

  readonly onDidChangeTreeData = this.#onDidChangeTreeData.event;

  constructor(session: ClusterSession, rows: TreeRows) {
    this.#session = session;
    this.#rows = rows;
    this.#open = this.#disposables.add(new OpenRows(session));
    this.#disposables.add(this.#onDidChangeTreeData);
    this.#disposables.add(
      session.onDidChange(() => {
        this.#open.update();
        this.#whole = true;
        this.#gather();
      }),
    );
    this.#disposables.add(session.onDidChangeAny((change) => this.#changed(change)));
  }

  getTreeItem(node: RolloutNode): vscode.TreeItem {
    const item = this.#itemOf(node);
    if (item.id !== undefined) this.#looks.set(item.id, lookOf(item));
    return item;
  }

  getChildren(node?: RolloutNode): RolloutNode[] {
    if (node) this.#open.opened(node);
    return this.#rows.childrenOf(node);
  }

  getParent(node: RolloutNode): RolloutNode | undefined {
    return this.#rows.parentOf(node);
  }

  closed(node: RolloutNode): void {
    this.#open.closed(node);
  }

  showMore(node: MoreNode): void {
    this.#rows.showMore(node.parent);
    this.draw(node.parent);
  }

  /** A row with all below it; without one, everything. */
  draw(node: RolloutNode | undefined): void {
    this.#onDidChangeTreeData.fire(node && [node]);
  }

  /** Nothing is drawn while nobody sees it; what has changed meanwhile is drawn when somebody does. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (visible && (this.#whole || this.#dirty.size > 0)) this.#gather();
  }

  #itemOf(node: RolloutNode): vscode.TreeItem {
    const id = nodeId(node) ?? '';
    switch (node.kind) {
      case 'context':
        return this.#contextItem(node, id);
      case 'namespace':
        return this.#namespaceItem(node, id);
      case 'more':
        return moreItem(node, id);
      case 'message':
        return messageItem(node);
      case 'workload':
      case 'revision':
      case 'slot':
        return this.#keyedItem(node, id);
    }
  }

  #keyedItem(node: KeyedNode, id: string): vscode.TreeItem {
    const assessment = this.#rows.assessmentOf(node);
    if (!assessment) return new vscode.TreeItem(node.key.name);
    const { slots } = assessment.rollout;
    switch (node.kind) {
      case 'workload':
        return workloadItem(assessment, id);
      case 'revision': {
        const own = slots.filter(({ revision }) => (revision ?? 'unknown') === node.revision);
        const ready = own.filter(({ state }) => state === 'ready').length;
        const newest = own.some(({ updated }) => updated === true);
        return revisionItem({ revision: node.revision, newest, pods: own.length, ready }, id);
      }
      case 'slot': {
        const slot = slots.find(({ podName }) => podName === node.podName);
        return slot ? slotItem(slot, assessment, { id, now: Date.now() }) : new vscode.TreeItem(node.podName);
      }
    }
  }

  #contextItem({ context }: ContextNode, id: string): vscode.TreeItem {
    const connection = this.#session.connection(context);
    const chosen = context === this.#session.selection?.context;
    const scope = connection?.scope() ?? NOTHING;
    const place = connection ? placeOf(connection, scope) : t`not connected`;
    return contextItem({ context, chosen, place, words: wordsOfScope(scope) }, id);
  }

  #namespaceItem({ context, namespace }: NamespaceNode, id: string): vscode.TreeItem {
    const scope = this.#session.connection(context)?.scope();
    // In a stream of its own it may be forbidden or late on its own.
    const own = scope?.namespaces ? scope.rollouts[scope.namespaces.indexOf(namespace)] : undefined;
    const words = own && wordsOf(own.live.connectionState, own.live.synced);
    return namespaceItem(namespace, namespacePhrase(this.#rows.workloadsIn(context, namespace), words), id);
  }

  #changed({ context, keys, namespaces }: RolloutChange): void {
    const dirty = this.#dirty.get(context) ?? { keys: new Map<string, ObjectKey>(), namespaces: new Set<string>() };
    this.#dirty.set(context, dirty);
    for (const key of keys) dirty.keys.set(`${context}/${idOf(key)}`, key);
    for (const namespace of namespaces) dirty.namespaces.add(namespace);
    this.#gather();
  }

  #gather(): void {
    if (!this.#visible) return;
    const rested = performance.now() - this.#flushed;
    this.#timer ??= setTimeout(() => this.#flush(), Math.max(GATHER_FIRST, this.#pause - rested));
  }

  #flush(): void {
    this.#timer = undefined;
    this.#flushed = performance.now();
    const nodes = this.#whole ? undefined : this.#dirtyNodes();
    const changed = [...this.#dirty.values()].reduce((sum, { keys }) => sum + keys.size, 0);
    this.#pause = changed > MANY ? GATHER_AFTER_MANY : GATHER;
    this.#whole = false;
    this.#dirty.clear();
    if (nodes?.length !== 0) this.#onDidChangeTreeData.fire(nodes);
  }

  /** The rows to be drawn again; `undefined`: all, since rows came or went at the root. */
  #dirtyNodes(): RolloutNode[] | undefined {
    const nodes = new Set<RolloutNode>();
    for (const [context, { keys, namespaces }] of this.#dirty) {
      const top = this.#rows.contextNode(context);
      const grouped = this.#rows.isGrouped(context);
      const touched = new Set(namespaces);
      for (const key of keys.values()) touched.add(key.namespace);
      for (const namespace of touched) {
        // Of a manifest elsewhere, which the tree does not show.
        if (!this.#rows.shows(context, namespace)) continue;
        const node = this.#rows.nodes.find(`${context}/${namespace}`);
        const appeared = !node || this.#rows.workloadsIn(context, namespace).length === 0;
        if (namespaces.has(namespace) && (!grouped || appeared)) {
          if (!top) return undefined;
          nodes.add(top);
        } else if (grouped && node && (namespaces.has(namespace) || this.#looksNew(node))) nodes.add(node);
      }
      for (const [id, { namespace }] of keys) {
        const node = this.#rows.nodes.find(id);
        if (!node || (top && nodes.has(top))) continue;
        const parent = grouped ? this.#rows.nodes.find(`${context}/${namespace}`) : undefined;
        if (grouped && (!parent || nodes.has(parent) || !this.#open.has(parent))) continue;
        // Below an open row pods may have changed that the row itself does not tell of.
        if (this.#open.has(node) || this.#looksNew(node)) nodes.add(node);
      }
    }
    return [...nodes];
  }

  #looksNew(node: RolloutNode): boolean {
    const item = this.#itemOf(node);
    return item.id === undefined || this.#looks.get(item.id) !== lookOf(item);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#disposables.dispose();
  }
}

const NOTHING = { namespaces: [], rollouts: [], narrowed: undefined } as const;

function lookOf({ description, iconPath, contextValue, tooltip }: vscode.TreeItem): string {
  const text = typeof tooltip === 'object' ? tooltip.value : tooltip;
  return JSON.stringify([description, iconPath, contextValue, text]);
}
