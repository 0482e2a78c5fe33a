import type { FieldPath } from '../fieldPath';

/** The six causes of failed upgrades, and what only a StatefulSet can get wrong. */
export type Cause = 'imagePull' | 'permissions' | 'quota' | 'readiness' | 'limitRange' | 'runtime' | 'statefulSet';

/** Error only where apply or the rollout will fail (or has failed). */
export type Severity = 'error' | 'warning' | 'information';

/** Something we say about a manifest or a running workload. */
export interface Finding {
  /** Stable, kebab-case, names a page in docs/rules. */
  readonly code: string;
  readonly cause: Cause;
  readonly severity: Severity;
  readonly origin: 'foreseen' | 'observed';
  /** The field that causes it, in the workload's manifest. */
  readonly path: FieldPath;
  /** One sentence: what happens, with the evidence. */
  readonly message: string;
  /** What to do; `undefined` when the message says it. */
  readonly advice?: string;
  readonly related?: readonly RelatedObject[];
  readonly fixes?: readonly Fix[];
  /** Observed: the pod that shows it. */
  readonly pod?: string;
  /**
   * Observed: the value that stood in the field when it went wrong. An open manifest that says something else at `path`
   * is not what the cluster runs, and is not marked.
   */
  readonly value?: string;
  /** The API server's own answer to a dry-run: it gives way to a finding that says the same with cause and way out. */
  readonly fromServer?: true;
  /** Left out where one of these codes is found: it says the same, and better. */
  readonly unless?: readonly string[];
}

export interface RelatedObject {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly message: string;
}

/** An edit of the manifest that a person can accept; it never invents a name. */
export interface Fix {
  readonly title: string;
  readonly edit:
    | { readonly kind: 'replace'; readonly path: FieldPath; readonly text: string }
    | { readonly kind: 'remove'; readonly path: FieldPath };
}
