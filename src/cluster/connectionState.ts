/** How one resource reaches us. */
export type StreamState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** It comes back by itself. `since`: milliseconds since 1970. */
  | { readonly kind: 'reconnecting'; readonly since: number; readonly reason: string }
  /** `right`: what is missing, `list statefulsets.apps`. */
  | { readonly kind: 'forbidden'; readonly right: string; readonly message: string }
  /** It needs a person: to sign in, or to mend something. */
  | { readonly kind: 'failed'; readonly signIn: boolean; readonly message: string };

/** How the workloads of a cluster reach us. */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  /** Nobody has looked for some minutes: no connection until somebody does. */
  | { readonly kind: 'resting' }
  /** `missing`: rights that some part would need, `list deployments.apps`; that part stays empty. */
  | { readonly kind: 'live'; readonly missing: readonly string[] }
  /** It comes back by itself; what is shown is as old as `since` (milliseconds since 1970). */
  | { readonly kind: 'reconnecting'; readonly since: number; readonly reason: string }
  | { readonly kind: 'forbidden'; readonly right: string; readonly message: string }
  /** It needs a person: to sign in, or to mend something. */
  | { readonly kind: 'failed'; readonly signIn: boolean; readonly message: string };

/**
 * One state out of several streams. `main` carry the connection: it is live when each of them is live or forbidden, and
 * one is live. The others only add what is missing.
 */
export function connectionStateOf(main: readonly StreamState[], others: readonly StreamState[]): ConnectionState {
  const all = [...main, ...others];
  const failed = all.find((state) => state.kind === 'failed');
  if (failed) return failed;
  const reconnecting = main.filter((state) => state.kind === 'reconnecting').sort((a, b) => a.since - b.since);
  if (reconnecting[0]) return reconnecting[0];
  if (main.some(({ kind }) => kind === 'connecting')) return { kind: 'connecting' };
  const [forbidden] = main.filter((state) => state.kind === 'forbidden');
  if (forbidden && main.every(({ kind }) => kind === 'forbidden')) return forbidden;
  const missing = all.flatMap((state) => (state.kind === 'forbidden' ? [state.right] : []));
  return { kind: 'live', missing: [...new Set(missing)] };
}
