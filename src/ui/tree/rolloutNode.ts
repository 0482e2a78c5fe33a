import type * as vscode from 'vscode';
import { idOf, type ObjectKey } from '../../core/objects';

/** A row. It holds keys only: what it shows is asked of the live rollouts when it is drawn. */
export type RolloutNode =
  | ContextNode
  | NamespaceNode
  | WorkloadNode
  | { readonly kind: 'revision'; readonly context: string; readonly key: ObjectKey; readonly revision: string }
  | SlotNode
  | MoreNode
  | MessageNode;

export interface ContextNode {
  readonly kind: 'context';
  readonly context: string;
}

export interface NamespaceNode {
  readonly kind: 'namespace';
  readonly context: string;
  readonly namespace: string;
}

export interface WorkloadNode {
  readonly kind: 'workload';
  readonly context: string;
  readonly key: ObjectKey;
}

export interface SlotNode {
  readonly kind: 'slot';
  readonly context: string;
  readonly key: ObjectKey;
  readonly podName: string;
  /** Of a Deployment's pod: the row that it stands under. */
  readonly revision: string | undefined;
}

/** The rest of a level that is too long to be drawn as a whole. */
export interface MoreNode {
  readonly kind: 'more';
  /** The row whose children go on; `undefined`: the root. */
  readonly parent: RolloutNode | undefined;
  readonly left: number;
}

export interface MessageNode {
  readonly kind: 'message';
  readonly text: string;
  readonly detail?: string;
  readonly command?: vscode.Command;
  readonly look: 'error' | 'info' | 'action' | 'wait';
}

/** A row of a workload, or of something below it. */
export type KeyedNode = Extract<RolloutNode, { readonly key: ObjectKey }>;

/** Identity, never state: selection and expansion stay when a row changes. `undefined`: it has none worth keeping. */
export function nodeId(node: RolloutNode): string | undefined {
  switch (node.kind) {
    case 'context':
      return node.context;
    case 'namespace':
      return `${node.context}/${node.namespace}`;
    case 'workload':
      return `${node.context}/${idOf(node.key)}`;
    case 'revision':
      return `${node.context}/${idOf(node.key)}/revision ${node.revision}`;
    case 'slot':
      return `${node.context}/${idOf(node.key)}/${node.podName}`;
    case 'more':
      return `${(node.parent && nodeId(node.parent)) ?? ''}/more`;
    case 'message':
      return undefined;
  }
}

/** The same object for the same row: VS Code finds the row that is to be drawn again by its object. */
export class RolloutNodes {
  readonly #known = new Map<string, RolloutNode>();

  same<T extends RolloutNode>(node: T): T {
    const id = nodeId(node);
    if (id === undefined) return node;
    const known = this.#known.get(id);
    if (known?.kind === node.kind) return known as T;
    this.#known.set(id, node);
    return node;
  }

  find(id: string): RolloutNode | undefined {
    return this.#known.get(id);
  }

  forget(id: string): void {
    this.#known.delete(id);
  }
}
