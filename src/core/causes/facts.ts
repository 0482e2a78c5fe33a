import type { LiveWorkload, Pod } from '../objects';

/**
 * One piece of knowledge about the cluster: known, forbidden (and which right is missing) or unavailable (and why).
 * Never silently absent: a rule whose facts are not known is counted as not checked.
 */
export type Fact<T> =
  | { readonly state: 'known'; readonly value: T }
  | { readonly state: 'forbidden'; readonly right: string }
  | { readonly state: 'unavailable'; readonly reason: string };

export interface Facts {
  readonly serverVersion: Fact<ServerVersion>;
  /** The workload in the cluster as the server returns it (JSON); `null`: there is none. */
  readonly liveObject: Fact<Readonly<Record<string, unknown>> | null>;
  /** The same, slim; `null`: there is none. */
  readonly liveWorkload: Fact<LiveWorkload | null>;
  /** The pods of the live workload. */
  readonly pods: Fact<readonly Pod[]>;
  readonly quotas: Fact<readonly ResourceQuota[]>;
  readonly limitRanges: Fact<readonly LimitRange[]>;
  /** For each ServiceAccount that the manifest names: does it exist? */
  readonly serviceAccounts: Fact<ReadonlyMap<string, boolean>>;
  /** For each ConfigMap that the manifest names: its keys; `null`: it does not exist. */
  readonly configMaps: Fact<ReadonlyMap<string, readonly string[] | null>>;
  /** For each Secret that the manifest names: type and keys, never values; `null`: it does not exist. */
  readonly secrets: Fact<ReadonlyMap<string, SecretFact | null>>;
  /** May this user apply the workload? */
  readonly access: Fact<Access>;
  /** Other objects of the same file, which are applied with it: a reference to one of them is no mistake. */
  readonly sameFile: Fact<readonly { readonly kind: string; readonly name: string }[]>;
}

export type FactName = keyof Facts;

export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

export interface Access {
  readonly allowed: boolean;
  /** `patch` or `create`. */
  readonly verb: string;
  /** `statefulsets.apps`. */
  readonly resource: string;
  readonly user: string | undefined;
  readonly reason: string | undefined;
}

export interface SecretFact {
  readonly type: string;
  readonly keys: readonly string[];
}

export interface ResourceQuota {
  readonly name: string;
  readonly hard: Readonly<Record<string, string>>;
  /** What the quota controller and admission last counted. */
  readonly used: Readonly<Record<string, string>>;
  readonly scoped: boolean;
}

export interface LimitRange {
  readonly name: string;
  readonly limits: readonly LimitRangeItem[];
}

/** Quantities by resource name; defaults of the LimitRange itself are applied by the rule, not here. */
export interface LimitRangeItem {
  readonly type: string;
  readonly min: Readonly<Record<string, string>>;
  readonly max: Readonly<Record<string, string>>;
  readonly default: Readonly<Record<string, string>>;
  readonly defaultRequest: Readonly<Record<string, string>>;
  readonly maxLimitRequestRatio: Readonly<Record<string, string>>;
}
