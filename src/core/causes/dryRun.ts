import type { FieldPath } from '../fieldPath';

/** What the API server says of an object that it is asked to check and not to store (`dryRun=All`). */
export type DryRun =
  | {
      readonly kind: 'admitted';
      /** With the server's defaults and what mutating webhooks changed. */
      readonly object: Readonly<Record<string, unknown>>;
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: 'refused';
      /** HTTP: 403 admission or rights, 422 validation, 409 conflict of owners, 404, 500 a webhook that is down. */
      readonly status: number;
      /** Kubernetes' word: `Forbidden`, `Invalid`, `InternalError`; empty when the answer has none. */
      readonly reason: string;
      /** As it came. */
      readonly message: string;
      /** In the workload's manifest, also of its pod and its claims; empty when the server names no field. */
      readonly fields: readonly DryRunField[];
      readonly warnings: readonly string[];
    };

export interface DryRunField {
  readonly path: FieldPath;
  /** The server's words about it. */
  readonly message: string;
}
