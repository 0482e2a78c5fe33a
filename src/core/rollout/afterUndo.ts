import type { Pod, StatefulSet } from '../objects';
import { deriveRollout } from './rollout';
import type { Slot } from './slot';

/** What keeps a set from following a template that it is given now. */
export interface UndoOutlook {
  /** The pod that the controller waits for, and never replaces; it has to be deleted after the undo. */
  readonly stuck: Slot | undefined;
  /** A pod that the controller waits for as long as it is not ready; it may still become so. */
  readonly waits: Slot | undefined;
}

/**
 * Going back to a good template does not free a set that is stuck in OrderedReady (kubernetes/kubernetes#67250): derived
 * from the rollout as it will be when the revision is the newest one.
 */
export function afterUndo(set: StatefulSet, pods: readonly Pod[], updateRevision: string): UndoOutlook {
  const { deadlock, slots } = deriveRollout({
    workload: { ...set, updateRevision },
    pods,
    replicaSets: [],
    blocked: false,
  });
  if (deadlock) return { stuck: deadlock, waits: undefined };
  if (set.podManagementPolicy !== 'OrderedReady' || set.updateStrategy !== 'RollingUpdate') return NOTHING;
  const from = set.firstOrdinal + (set.partition ?? 0);
  const first = slots.find(({ state, condemned }) => state !== 'ready' && !condemned);
  const old = first?.updated === false && (first.ordinal ?? 0) >= from && first.state !== 'terminating';
  return old ? { stuck: undefined, waits: first } : NOTHING;
}

const NOTHING: UndoOutlook = { stuck: undefined, waits: undefined };
