import type { Slot } from '../rollout/slot';

/** Kubernetes' own word for what keeps a pod from running. */
export function stateText({ state, reason }: Pick<Slot, 'state' | 'reason'>): string {
  return reason ?? state;
}
