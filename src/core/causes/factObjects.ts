import type { PodTemplate } from '../kube/workloadSpec';

/** What rules read of the objects around a workload; everything else is dropped where it comes in. */

export interface ServiceAccountFact {
  readonly imagePullSecrets: readonly string[];
  readonly secrets: readonly string[];
  /** Annotation `kubernetes.io/enforce-mountable-secrets`: pods may use no Secret but those listed. */
  readonly onlyItsSecrets: boolean;
}

export interface NamespaceFact {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly terminating: boolean;
}

/** The answer of a SelfSubjectRulesReview. */
export interface Rights {
  /** Some authorizer could not list its rules: what is not among them may be allowed all the same. */
  readonly incomplete: boolean;
  readonly rules: readonly ResourceRule[];
}

/** `*` stands for all; no resource names means any. */
export interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}

export interface NamespacePod {
  readonly name: string;
  readonly uid: string;
  /** Uid of the controlling owner. */
  readonly ownerUid: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly phase: string;
  readonly deleting: boolean;
  readonly node: string | undefined;
  /** Types of its conditions that are `True`. */
  readonly conditions: readonly string[];
  readonly scheduler: string;
  readonly priorityClassName: string | undefined;
  /** Its spec as admission left it: defaults filled in, sidecars injected. */
  readonly template: PodTemplate;
  /** Added by its RuntimeClass; quantities by resource name. */
  readonly overhead: Readonly<Record<string, string>>;
}

export interface ServiceFact {
  /** `clusterIP: None`. */
  readonly headless: boolean;
  /** Empty: it selects no pods by itself. */
  readonly selector: Readonly<Record<string, string>>;
  readonly publishNotReadyAddresses: boolean;
  readonly ports: readonly { readonly name: string | undefined; readonly port: number | undefined }[];
}

export interface ClaimFact {
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `Pending`, `Bound`, `Lost`. */
  readonly phase: string;
  readonly deleting: boolean;
  readonly storageClassName: string | undefined;
  readonly accessModes: readonly string[];
  readonly requested: string | undefined;
  /** `status.capacity.storage`. */
  readonly capacity: string | undefined;
  /** The PersistentVolume it is bound to. */
  readonly volumeName: string | undefined;
  readonly owners: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
}

export interface VolumeFact {
  readonly name: string;
  /** `spec.nodeAffinity.required`: any of the terms; empty: it is reachable from every node. */
  readonly nodeTerms: readonly NodeTerm[];
}

/** All of its requirements must be met (v1.NodeSelectorTerm). */
export interface NodeTerm {
  readonly matchExpressions: readonly NodeRequirement[];
  readonly matchFields: readonly NodeRequirement[];
}

export interface NodeRequirement {
  readonly key: string;
  /** `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt`, `Lt`. */
  readonly operator: string;
  readonly values: readonly string[];
}

export interface StorageClassFact {
  readonly name: string;
  /** Given to claims that name none. */
  readonly isDefault: boolean;
  readonly provisioner: string;
  /** `Immediate` or `WaitForFirstConsumer`. */
  readonly bindingMode: string;
  readonly allowsExpansion: boolean;
}

export interface PriorityClassFact {
  readonly name: string;
  readonly value: number;
  readonly globalDefault: boolean;
}

export interface RuntimeClassFact {
  readonly handler: string;
  /** `overhead.podFixed`: added to every pod. */
  readonly overhead: Readonly<Record<string, string>>;
  readonly nodeSelector: Readonly<Record<string, string>>;
}

export interface NodeFact {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  readonly ready: boolean;
  /** What pods may ask of it, by resource name. */
  readonly allocatable: Readonly<Record<string, string>>;
  /** Names of images that are on it; the kubelet reports fifty at most. */
  readonly images: readonly string[];
}

export interface Taint {
  readonly key: string;
  readonly value: string;
  /** `NoSchedule`, `PreferNoSchedule`, `NoExecute`. */
  readonly effect: string;
}
