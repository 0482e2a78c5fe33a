/** What a write is done to. */
export interface WriteTarget {
  readonly apiVersion: string;
  readonly kind: string;
  /** Of the manifest or the choice of the window; of a kind without namespaces it has no meaning. */
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource?: 'scale' | 'status' | 'exec' | 'portforward';
}

/**
 * `own` is a part of an apply: it changes who manages which field, and no field. `exec` opens a stream into a pod, which may change
 * anything there.
 */
export type WriteVerb = 'apply' | 'own' | 'create' | 'patch' | 'replace' | 'delete' | 'exec';

export interface PlannedWrite {
  readonly verb: WriteVerb;
  readonly target: WriteTarget;
  /** Takes fields from others; only of an apply, and asked for on its own. */
  readonly force?: boolean;
}

/** One line of the audit. No field of an object is in it, and no sentence of the server, which may quote one. */
export interface WriteRecord extends PlannedWrite {
  readonly context: string;
  /** `unknown`: the request was sent and no answer came, so it may have been done. */
  readonly outcome: 'done' | 'refused' | 'notSent' | 'unknown';
  /** `201`, `409 Conflict`, `no answer`. */
  readonly answer: string;
  /** What had to be as a person saw it: `uid …, resourceVersion 41`. */
  readonly precondition: string;
}

declare const granted: unique symbol;

/**
 * Leave to do these very writes, each once. Only the gate of the user interface (`ui/act/writeGate.ts`) makes one, after
 * trust, policy, rights and a person's consent; a test holds that nothing else does.
 */
export interface WritePermit {
  readonly [granted]: 'write';
  readonly context: string;
  readonly planned: readonly PlannedWrite[];
  readonly record: (entry: WriteRecord) => void;
}

/** Leave to send dry-runs to a context: the server checks, calls its webhooks, and stores nothing. */
export interface TrialPermit {
  readonly [granted]: 'trial';
  readonly context: string;
}

/** A dry-run is served by either permit: the server checks and answers, and stores nothing. What is stored needs its own. */
export type Permitted =
  | { readonly permit: WritePermit; readonly dryRun?: false | undefined }
  | { readonly permit: WritePermit | TrialPermit; readonly dryRun: true };

/** Of namespaces only those count that both know: whether a kind has one is known when the server was asked. */
export function isSameTarget(a: WriteTarget, b: WriteTarget): boolean {
  const sameNamespace = a.namespace === undefined || b.namespace === undefined || a.namespace === b.namespace;
  return (
    sameNamespace &&
    groupOf(a.apiVersion) === groupOf(b.apiVersion) &&
    a.kind === b.kind &&
    a.name === b.name &&
    a.subresource === b.subresource
  );
}

/** `apps` of `apps/v1`; the core group's name is empty. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** `StatefulSet db/web`, for messages. */
export function nameOfTarget({ kind, namespace, name, subresource }: WriteTarget): string {
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  return `${subresource === undefined ? '' : `${subresource} of `}${kind} ${place}`;
}
