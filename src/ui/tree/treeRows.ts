import type * as vscode from 'vscode';
import type { Assessment } from '../../core/causes/assess';
import type { LiveWorkload, ObjectKey } from '../../core/objects';
import type { Slot } from '../../core/rollout/slot';
import type { ClusterSession, ShownContext } from '../clusterSession';
import type { Scope } from '../connection';
import { wordsOfScope, type ConnectionWords } from '../connectionWords';
import type { LiveRollouts } from '../liveRollouts';
import { selectContext, selectNamespace, signIn, tryAgain } from './rolloutItem';
import { RolloutNodes, nodeId, type MessageNode, type RolloutNode, type WorkloadNode } from './rolloutNode';
import { t } from '../../util/l10n';

/** So many rows of a level are drawn before *Show more*: VS Code asks for every row of an open level, seen or not. */
const PAGE = 500;

/** Which rows there are, and which stands below which: context, namespace, workload, ordinal. */
export class TreeRows {
  readonly #session: ClusterSession;
  readonly nodes = new RolloutNodes();
  /** How many rows of a level are drawn, where it is more than one page. */
  readonly #limits = new Map<string, number>();

  constructor(session: ClusterSession) {
    this.#session = session;
  }

  childrenOf(node: RolloutNode | undefined): RolloutNode[] {
    switch (node?.kind) {
      case undefined:
        return this.#roots();
      case 'context': {
        const shown = this.#session.contexts.find(({ context }) => context === node.context);
        return shown ? this.#ofContext(shown, node) : [];
      }
      case 'namespace': {
        const rollouts = this.#shownRollouts(node.context, node.namespace);
        return rollouts ? this.#ofNamespace(rollouts, node, node) : [];
      }
      case 'workload':
        return this.#ofWorkload(node);
      case 'revision': {
        const slots = this.assessmentOf(node)?.rollout.slots ?? [];
        return slots.filter((slot) => revisionName(slot) === node.revision).map((slot) => slotNode(slot, node));
      }
      case 'slot':
      case 'more':
      case 'message':
        return [];
    }
  }

  parentOf(node: RolloutNode): RolloutNode | undefined {
    switch (node.kind) {
      case 'slot': {
        const { context, key, revision } = node;
        return this.nodes.same(
          revision === undefined ? { kind: 'workload', context, key } : { kind: 'revision', context, key, revision },
        );
      }
      case 'revision':
        return this.nodes.same({ kind: 'workload', context: node.context, key: node.key });
      case 'workload':
        return this.isGrouped(node.context)
          ? this.nodes.same({ kind: 'namespace', context: node.context, namespace: node.key.namespace })
          : this.contextNode(node.context);
      case 'namespace':
        return this.contextNode(node.context);
      case 'more':
        return node.parent;
      case 'context':
      case 'message':
        return undefined;
    }
  }

  /** `undefined`: there is only one context, and its rows stand at the root. */
  contextNode(context: string): RolloutNode | undefined {
    return this.#session.contexts.length > 1 ? this.nodes.same({ kind: 'context', context }) : undefined;
  }

  /** Whether the workloads of a context stand below their namespaces. */
  isGrouped(context: string): boolean {
    return this.#session.connection(context)?.scope().namespaces?.length !== 1;
  }

  shows(context: string, namespace: string): boolean {
    const scope = this.#session.connection(context)?.scope();
    return scope !== undefined && (scope.namespaces?.includes(namespace) ?? true);
  }

  assessmentOf({ context, key }: { readonly context: string; readonly key: ObjectKey }): Assessment | undefined {
    return this.#shownRollouts(context, key.namespace)?.of(key);
  }

  workloadsIn(context: string, namespace: string): readonly LiveWorkload[] {
    return this.#shownRollouts(context, namespace)?.live.workloads(namespace) ?? [];
  }

  /** Draws another page of a level; `first`: at least so many rows. */
  showMore(parent: RolloutNode | undefined, first = 0): void {
    const id = (parent && nodeId(parent)) ?? '';
    this.#limits.set(id, Math.max((this.#limits.get(id) ?? PAGE) + PAGE, first));
  }

  /** The row of a workload, in a level that is drawn as far as that row. */
  rowOf(context: string, key: ObjectKey): RolloutNode {
    const node = this.nodes.same<WorkloadNode>({ kind: 'workload', context, key });
    const parent = this.parentOf(node);
    const index = this.workloadsIn(context, key.namespace).findIndex(
      ({ kind, name }) => kind === key.kind && name === key.name,
    );
    if (index >= this.#limitOf(parent)) this.showMore(parent, index + 1);
    return node;
  }

  #roots(): RolloutNode[] {
    const { state, contexts } = this.#session;
    if (state.kind === 'failed') return failure(state.message, [tryAgain(), selectContext()]);
    const [only] = contexts;
    if (!only) return [];
    if (contexts.length === 1) return this.#ofContext(only, undefined);
    return contexts.map(({ context }) => this.nodes.same({ kind: 'context', context }));
  }

  #ofContext({ context, connection, problem }: ShownContext, parent: RolloutNode | undefined): RolloutNode[] {
    if (!connection) return failure(problem ?? '', [tryAgain()]);
    const scope = connection.scope();
    const [first] = scope.rollouts;
    if (!first) return [];
    const words = wordsOfScope(scope);
    const known = namespacesOf(scope).length > 0;
    if (words.mood === 'trouble' && !(scope.namespaces ? scope.namespaces.length > 1 : known)) return helpful(words);
    const note = scope.narrowed === undefined ? [] : [narrowedRow(scope.narrowed)];
    const [single] = scope.namespaces ?? [];
    if (scope.namespaces?.length === 1 && single !== undefined)
      return [...note, ...this.#ofNamespace(first, { context, namespace: single }, parent)];
    const names = scope.namespaces ?? first.live.namespaces;
    if (names.length === 0) return first.live.synced ? [nothingRow(context)] : [];
    const rows = names.map((namespace) => this.nodes.same({ kind: 'namespace', context, namespace }));
    return [...note, ...this.#page(rows, parent)];
  }

  #ofNamespace(
    rollouts: LiveRollouts,
    { context, namespace }: { readonly context: string; readonly namespace: string },
    parent: RolloutNode | undefined,
  ): RolloutNode[] {
    const { live } = rollouts;
    const workloads = live.workloads(namespace);
    if (workloads.length === 0) {
      const words = wordsOfScope({ namespaces: [namespace], rollouts: [rollouts], narrowed: undefined });
      if (words.mood === 'trouble') return helpful(words);
      return live.synced ? [nothingRow(namespace)] : [];
    }
    const rows = workloads.map(({ kind, name }) => this.#workloadNode(context, { kind, namespace, name }));
    return this.#page(rows, parent);
  }

  #workloadNode(context: string, key: ObjectKey): WorkloadNode {
    return this.nodes.same({ kind: 'workload', context, key });
  }

  #ofWorkload(node: WorkloadNode): RolloutNode[] {
    const rollouts = this.#shownRollouts(node.context, node.key.namespace);
    const assessment = rollouts?.of(node.key);
    if (!rollouts || !assessment) return [];
    const { workload, rollout } = assessment;
    if (rollouts.live.podsOf(workload) === undefined) {
      const refusal = rollouts.live.podsRefusal(workload);
      if (refusal !== undefined) return [{ kind: 'message', text: refusal, look: 'error' }];
      return [{ kind: 'message', text: t`Loading pods…`, look: 'wait' }];
    }
    if (workload.kind === 'StatefulSet') return rollout.slots.map((slot) => slotNode(slot, node));
    const revisions = [...new Set(rollout.slots.map(revisionName))];
    return revisions.map((revision) =>
      this.nodes.same({ kind: 'revision', context: node.context, key: node.key, revision }),
    );
  }

  #limitOf(parent: RolloutNode | undefined): number {
    return this.#limits.get((parent && nodeId(parent)) ?? '') ?? PAGE;
  }

  #page(rows: readonly RolloutNode[], parent: RolloutNode | undefined): RolloutNode[] {
    const limit = this.#limitOf(parent);
    if (rows.length <= limit) return [...rows];
    return [...rows.slice(0, limit), { kind: 'more', parent, left: rows.length - limit }];
  }

  #shownRollouts(context: string, namespace: string): LiveRollouts | undefined {
    const scope = this.#session.connection(context)?.scope();
    if (!scope?.namespaces) return scope?.rollouts[0];
    return scope.rollouts[scope.namespaces.indexOf(namespace)];
  }
}

function namespacesOf({ rollouts }: Scope): readonly string[] {
  return rollouts.flatMap(({ live }) => live.namespaces);
}

function revisionName({ revision }: Slot): string {
  return revision ?? 'unknown';
}

function slotNode(slot: Slot, parent: { readonly context: string; readonly key: ObjectKey; readonly kind: string }) {
  const { context, key } = parent;
  const revision = parent.kind === 'revision' ? revisionName(slot) : undefined;
  return { kind: 'slot', context, key, podName: slot.podName, revision } as const;
}

const ACTIONS: Readonly<Record<ConnectionWords['help'], readonly (() => vscode.Command)[]>> = {
  none: [],
  retry: [tryAgain, selectContext],
  signIn: [signIn, selectContext],
  elsewhere: [selectNamespace, selectContext, tryAgain],
};

function helpful({ word, detail, help }: ConnectionWords): RolloutNode[] {
  return failure(
    detail ?? word,
    ACTIONS[help].map((action) => action()),
  );
}

function failure(text: string, actions: readonly vscode.Command[]): RolloutNode[] {
  const rows = actions.map((command): MessageNode => ({
    kind: 'message',
    text: command.title,
    command,
    look: 'action',
  }));
  return [{ kind: 'message', text, detail: text, look: 'error' }, ...rows];
}

function narrowedRow(reason: string): MessageNode {
  return { kind: 'message', text: reason, detail: reason, command: selectNamespace(), look: 'info' };
}

function nothingRow(where: string): MessageNode {
  const text = t`No StatefulSets or Deployments in ${where}`;
  return { kind: 'message', text, look: 'info', command: selectNamespace() };
}
