import { asFields, type Fields } from '../kube/readers';
import { CHANGE_CAUSE, type Revision, templateChanges } from './history';

/** What an undo goes back to, or why it cannot. */
export type UndoTarget =
  | { readonly kind: 'revision'; readonly revision: Revision }
  /** There is no revision but the one that the spec asks for. */
  | { readonly kind: 'onlyOne' }
  | { readonly kind: 'unknown'; readonly number: number };

/**
 * Without a number: the one before the newest, as kubectl does, unless the spec asks for that very one already (an undo
 * whose controller has not renumbered yet): then the newest other one.
 */
export function undoTarget(history: readonly Revision[], number?: number): UndoTarget {
  if (number !== undefined) {
    const revision = history.find((each) => each.number === number);
    return revision ? { kind: 'revision', revision } : { kind: 'unknown', number };
  }
  const revision = history.findLast(
    (each, index) => !each.wanted && (index < history.length - 1 || hasWanted(history)),
  );
  return revision ? { kind: 'revision', revision } : { kind: 'onlyOne' };
}

function hasWanted(history: readonly Revision[]): boolean {
  return history.some(({ wanted }) => wanted);
}

/** Whether the spec has this template already: then kubectl skips the rollback, and so do we. */
export function isSameTemplate(workload: Fields, { template }: Revision): boolean {
  return templateChanges(asFields(workload.spec).template, template).length === 0;
}

/**
 * A strategic merge patch that puts the whole template back, as kubectl's undo does (rollback.go): replicas, strategy and
 * claims stay. The cause is that of the undo, so that the one of the revision left is not repeated on the next one.
 */
export function undoPatch({ template }: Revision, cause: string): Fields {
  return {
    metadata: { annotations: { [CHANGE_CAUSE]: cause } },
    spec: { template: { ...template, $patch: 'replace' } },
  };
}

/** In the words of `kubernetes.io/change-cause`, which stay in the cluster and are not translated. */
export function undoCause({ number, changeCause }: Revision): string {
  return changeCause === undefined ? `undo to revision ${number}` : `undo to revision ${number}: ${changeCause}`;
}
