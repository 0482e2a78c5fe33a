import type { ConnectionState } from '../cluster/main';
import type { ClusterSession } from './clusterSession';
import type { Connection, Scope } from './connection';
import { t } from '../util/l10n';

/** How a connection stands, in the same words everywhere: tree, status bar and lens. */
export interface ConnectionWords {
  /** `live`, `connecting`, `paused`, `reconnecting since 12:04`, `unreachable`, `sign in`, `forbidden`, `not connected`. */
  readonly word: string;
  /** A sentence for a person; `undefined` while there is nothing to add. */
  readonly detail: string | undefined;
  /** `trouble`: it does not come back by itself, or has never come. `stale`: what is shown may be old. */
  readonly mood: 'good' | 'busy' | 'stale' | 'trouble';
  /** What would help. */
  readonly help: 'none' | 'retry' | 'signIn' | 'elsewhere';
}

export function wordsOf(state: ConnectionState, known: boolean): ConnectionWords {
  switch (state.kind) {
    case 'live': {
      const detail = state.missing.length > 0 ? t`You may not ${state.missing.join(', ')}.` : undefined;
      return { word: 'live', detail, mood: 'good', help: 'none' };
    }
    case 'connecting':
      return { word: 'connecting', detail: undefined, mood: 'busy', help: 'none' };
    case 'resting':
      return { word: 'paused', detail: t`Nobody has looked for some minutes.`, mood: 'stale', help: 'none' };
    case 'reconnecting': {
      if (!known) return { word: 'unreachable', detail: state.reason, mood: 'trouble', help: 'retry' };
      const since = new Date(state.since).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
      const detail = t`What is shown is from ${since} and may be out of date. ${state.reason}`;
      return { word: t`reconnecting since ${since}`, detail, mood: 'stale', help: 'retry' };
    }
    case 'forbidden':
      return { word: 'forbidden', detail: state.message, mood: 'trouble', help: 'elsewhere' };
    case 'failed':
      return state.signIn
        ? { word: t`sign in`, detail: state.message, mood: 'trouble', help: 'signIn' }
        : { word: 'unreachable', detail: state.message, mood: 'trouble', help: 'retry' };
  }
}

/** The worst of what a scope is made of: one namespace that is not live makes the whole not live. */
export function wordsOfScope({ rollouts }: Scope): ConnectionWords {
  const all = rollouts.map(({ live }) => wordsOf(live.connectionState, live.synced));
  const usable = all.filter(({ help }) => help !== 'elsewhere');
  const [worst] = (usable.length > 0 ? usable : all).sort((a, b) => MOODS.indexOf(b.mood) - MOODS.indexOf(a.mood));
  return worst ?? notConnected();
}

const MOODS: readonly ConnectionWords['mood'][] = ['good', 'busy', 'stale', 'trouble'];

const notConnected = (): ConnectionWords => ({
  word: t`not connected`,
  detail: undefined,
  mood: 'stale',
  help: 'retry',
});

/** Of the chosen context. */
export function wordsOfSession(session: ClusterSession): ConnectionWords {
  const { state } = session;
  if (state.kind === 'opening') return { ...notConnected(), word: 'connecting', mood: 'busy', help: 'none' };
  if (state.kind === 'failed') return { ...notConnected(), detail: state.message, mood: 'trouble' };
  const connection = session.connection();
  return connection ? wordsOfScope(connection.scope()) : notConnected();
}

/** What is shown of a context: a namespace, how many, or all of them. */
export function placeOf({ context }: Pick<Connection, 'context'>, { namespaces }: Pick<Scope, 'namespaces'>): string {
  if (!namespaces) return t`${context} · all namespaces`;
  return namespaces.length === 1 ? `${context}/${namespaces[0]}` : `${context} · ${namespaces.length} namespaces`;
}

/** What stands above the rows: where we look, whether it is live, and what may not be trusted in full. */
export function viewMessage(session: ClusterSession): string | undefined {
  const connection = session.connection();
  if (!connection) return undefined;
  const others = session.contexts.length - 1;
  const scope = connection.scope();
  const { word, detail } = wordsOfScope(scope);
  const where =
    others > 0 ? t`${session.contexts.length} contexts, ${connection.context} is chosen` : placeOf(connection, scope);
  const trouble = scope.narrowed ?? detail;
  return `${where} · ${word}${trouble === undefined ? '' : `. ${trouble}`}`;
}
