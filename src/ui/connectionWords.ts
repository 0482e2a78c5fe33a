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

/** What stands above the rows: where we look, whether it is live, and what may not be trusted in full. */
export function connectionMessage(session: ClusterSession): string {
  const { selection } = session;
  if (!selection) return '';
  const where = `${selection.context}/${selection.namespace} · ${connectionWord(session)}`;
  const state = connectionOf(session);
  if (state?.kind === 'reconnecting') {
    const since = new Date(state.since).toLocaleTimeString();
    return `${where} since ${since}: what is shown may be out of date. ${state.reason}`;
  }
  if (state?.kind === 'live' && state.missing.length > 0) return `${where}. You may not ${state.missing.join(', ')}.`;
  return where;
}
