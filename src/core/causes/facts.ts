import type { Version } from '../kube/serverVersion';
import type { LiveWorkload, Pod } from '../objects';
import type { DryRun } from './dryRun';
import type {
  ClaimFact,
  NamespaceFact,
  NamespacePod,
  NodeFact,
  PriorityClassFact,
  Rights,
  RuntimeClassFact,
  ServiceAccountFact,
  ServiceFact,
  StorageClassFact,
  VolumeFact,
} from './factObjects';

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
  /** The ServiceAccount of the pods, `default` when the manifest names none; `null`: it does not exist. */
  readonly serviceAccounts: Fact<ReadonlyMap<string, ServiceAccountFact | null>>;
  /** For each ConfigMap that the manifest names: its keys; `null`: it does not exist. Others may be in it. */
  readonly configMaps: Fact<ReadonlyMap<string, readonly string[] | null>>;
  /** For each Secret that the manifest names: type and keys, never values; `null`: it does not exist. Others may be in it. */
  readonly secrets: Fact<ReadonlyMap<string, SecretFact | null>>;
  /** May this user apply the workload? */
  readonly access: Fact<Access>;
  /** All that this user may do in the namespace. */
  readonly rights: Fact<Rights>;
  /** `null`: there is no such namespace. */
  readonly namespace: Fact<NamespaceFact | null>;
  /** Every pod of the namespace, those of the workload included. */
  readonly namespacePods: Fact<readonly NamespacePod[]>;
  /** The governing Service; `null`: it does not exist. Empty for a Deployment and a set without `serviceName`. */
  readonly services: Fact<ReadonlyMap<string, ServiceFact | null>>;
  /** Every claim of the namespace; empty, unasked, for a workload without claims. */
  readonly claims: Fact<readonly ClaimFact[]>;
  /** The volumes, by name, that the claims of this workload are bound to. */
  readonly volumes: Fact<ReadonlyMap<string, VolumeFact>>;
  /** All of the cluster; empty, unasked, for a workload without claim templates. */
  readonly storageClasses: Fact<readonly StorageClassFact[]>;
  /** All of the cluster; empty, unasked, while no manifest names one. */
  readonly priorityClasses: Fact<readonly PriorityClassFact[]>;
  /** The RuntimeClass that the manifest names; `null`: it does not exist. */
  readonly runtimeClasses: Fact<ReadonlyMap<string, RuntimeClassFact | null>>;
  readonly nodes: Fact<readonly NodeFact[]>;
  /** What the server says of an apply of this very text, without doing it. Unavailable while the text is changing. */
  readonly workloadDryRun: Fact<DryRun>;
  /** The same of one pod made of the template: quotas, LimitRanges, PodSecurity and webhooks act on pods alone. */
  readonly podDryRun: Fact<DryRun>;
  /** The same of one claim of each template, by the template's name. */
  readonly claimDryRuns: Fact<ReadonlyMap<string, DryRun>>;
  /** The objects of the same file in their order, this one among them: a reference to one of them is no mistake. */
  readonly sameFile: Fact<readonly FileObject[]>;
}

export type FactName = keyof Facts;

export interface FileObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  /** As kubectl reads it; compared by identity. */
  readonly object?: Readonly<Record<string, unknown>>;
}

export type ServerVersion = Version;

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
  /** Of a pull secret that can be read: the registries it has credentials for, as written; `undefined`: it cannot. */
  readonly registries: readonly string[] | undefined;
}

export interface ResourceQuota {
  readonly name: string;
  readonly hard: Readonly<Record<string, string>>;
  /** What the quota controller and admission last counted. */
  readonly used: Readonly<Record<string, string>>;
  /** All must match for an object to count; `spec.scopes` and `spec.scopeSelector` alike. */
  readonly scopes: readonly QuotaScope[];
}

export interface QuotaScope {
  /** `Terminating`, `NotTerminating`, `BestEffort`, `NotBestEffort`, `PriorityClass`, `CrossNamespacePodAffinity`. */
  readonly name: string;
  /** `Exists` for a name in `spec.scopes`. */
  readonly operator: string;
  readonly values: readonly string[];
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
