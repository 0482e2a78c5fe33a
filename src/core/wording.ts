import { t } from '../util/l10n';
import type { Rollout } from './rollout/rollout';
import type { Slot } from './rollout/slot';

/** Every sentence about a rollout: tree, CodeLens, hover and status bar speak with one voice. */

/** What the workload is doing, in one phrase: `2 of 3 updated, web-0 waits for web-1`. */
export function rolloutPhrase(rollout: Rollout): string {
  const { phase, replicas, ready, updated, toUpdate, current, next, deadlock } = rollout;
  switch (phase) {
    case 'observing':
      return t`waiting for the controller to see the new spec`;
    case 'complete':
      return replicas === 0 ? t`scaled to 0` : partitioned(rollout, t`${ready} of ${replicas} ready`);
    case 'blocked':
      if (deadlock) return t`stuck at ${deadlock.podName}: ${stateWord(deadlock)} in an older revision`;
      return current ? t`stuck at ${current.podName}: ${stateWord(current)}` : t`stuck, ${ready} of ${replicas} ready`;
    case 'paused':
      return t`paused, ${updated} of ${replicas} updated`;
    case 'waitingForDelete':
      return t`${updated} of ${replicas} updated, OnDelete: waits until pods are deleted`;
    case 'progressing': {
      // Before any pod has to be replaced this is a start or a scale-up, and readiness is what counts.
      const progress = updated === replicas ? t`${ready} of ${replicas} ready` : t`${updated} of ${toUpdate} updated`;
      if (!current) return progress;
      if (current.state === 'ready') return t`${progress}, ${current.podName} is next`;
      if (next) return t`${progress}, ${next.podName} waits for ${current.podName}`;
      return `${progress}, ${current.podName} ${stateWord(current)}`;
    }
  }
}

function partitioned({ toUpdate, replicas, slots }: Rollout, text: string): string {
  const held = slots.slice(0, replicas - toUpdate).some(({ updated }) => updated === false);
  return held ? t`${text}, partition holds ${replicas - toUpdate} back` : text;
}

/** Kubernetes' own word where it has one (`ImagePullBackOff`), ours where it has none. */
export function stateWord({ state, reason }: Pick<Slot, 'state' | 'reason'>): string {
  if (reason !== undefined) return reason;
  switch (state) {
    case 'missing':
      return t`not created`;
    case 'terminating':
      return t`terminating`;
    case 'pending':
      return t`pending`;
    case 'starting':
      return t`starting`;
    case 'notReady':
      return t`running, not ready`;
    case 'ready':
      return t`ready`;
    case 'failed':
      return t`failed`;
  }
}

/** One pod in one line: `ready · 2 restarts · new 7c9f4`; a row is narrow, so the revision is cut. */
export function slotPhrase(slot: Slot): string {
  const parts = [stateWord(slot)];
  if (slot.condemned) parts.push(t`scaled away`);
  if (slot.restarts > 0) parts.push(restartsPhrase(slot.restarts));
  if (slot.revision !== undefined) {
    const revision = slot.revision.slice(0, 5);
    parts.push(slot.updated ? t`new ${revision}` : t`old ${revision}`);
  }
  return parts.join(' · ');
}

export function restartsPhrase(count: number): string {
  return count === 1 ? t`1 restart` : t`${count} restarts`;
}

/** kubectl's way of saying an age: `45s`, `12m`, `5h3m`, `4d`. */
export function age(since: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  if (Number.isNaN(seconds)) return '';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
