import type { ConnectionState } from '../cluster/main';
import type { ClusterSession } from './clusterSession';

/** The connection in one word, for the view's title and the status bar. */
export function connectionWord(session: ClusterSession): string {
  if (session.state.kind === 'opening') return 'connecting';
  if (session.state.kind === 'failed') return 'not connected';
  const state = connectionOf(session);
  return state ? (state.kind === 'failed' ? 'not connected' : state.kind) : 'not connected';
}

function connectionOf(session: ClusterSession): ConnectionState | undefined {
  if (session.state.kind !== 'open' || !session.selection) return undefined;
  return session.rollouts(session.selection.namespace)?.live.connectionState;
}

/** What stands above the rows while they may not be trusted in full; `undefined` when they may. */
export function connectionMessage(session: ClusterSession): string | undefined {
  const state = connectionOf(session);
  if (state?.kind === 'reconnecting') {
    const since = new Date(state.since).toLocaleTimeString();
    return `Reconnecting since ${since}: what is shown may be out of date. ${state.reason}`;
  }
  if (state?.kind === 'live' && state.missing.length > 0) return `You may not ${state.missing.join(', ')}.`;
  return undefined;
}
