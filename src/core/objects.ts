/**
 * Live objects, reduced to what the product reads: the rest is dropped where a stream comes in, so that ten thousand of
 * them stay small. Times are RFC 3339 texts as the server sends them.
 */

export interface ObjectKey {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export function idOf({ kind, namespace, name }: ObjectKey): string {
  return `${kind}/${namespace}/${name}`;
}

export interface LiveObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly created: string;
  /** `metadata.deletionTimestamp`; `undefined` while nobody has asked for deletion. */
  readonly deleting: string | undefined;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly since: string | undefined;
}

export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly LabelRequirement[];
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export interface ContainerImage {
  readonly name: string;
  readonly image: string;
  readonly init: boolean;
  /** Of each resource as the template writes it: `requests.cpu`, `limits.memory`. */
  readonly resources?: Readonly<Record<string, string>>;
}

interface Workload extends LiveObject {
  readonly generation: number;
  readonly observedGeneration: number;
  /** `spec.replicas`, defaulted to 1 by the server. */
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly images: readonly ContainerImage[];
  readonly readyReplicas: number;
  readonly updatedReplicas: number;
  readonly availableReplicas: number;
  /** `status.replicas`: pods that exist. */
  readonly existingReplicas: number;
  readonly minReadySeconds: number;
  readonly conditions: readonly Condition[];
}

export interface StatefulSet extends Workload {
  readonly kind: 'StatefulSet';
  readonly serviceName: string | undefined;
  readonly podManagementPolicy: 'OrderedReady' | 'Parallel';
  readonly updateStrategy: 'RollingUpdate' | 'OnDelete';
  /** `undefined` when `updateStrategy.rollingUpdate` is absent, which kubectl words differently from partition 0. */
  readonly partition: number | undefined;
  /** `spec.ordinals.start`, 0 by default. */
  readonly firstOrdinal: number;
  readonly currentReplicas: number;
  readonly currentRevision: string;
  readonly updateRevision: string;
  /** Names of the claim templates: the claim of an ordinal is `<template>-<set>-<ordinal>`. */
  readonly claimTemplates: readonly string[];
}

export interface Deployment extends Workload {
  readonly kind: 'Deployment';
  readonly strategy: 'RollingUpdate' | 'Recreate';
  readonly paused: boolean;
  /** Annotation `deployment.kubernetes.io/revision`; `undefined` before the controller's first sync. */
  readonly revision: string | undefined;
  readonly progressDeadlineSeconds: number | undefined;
}

export type LiveWorkload = StatefulSet | Deployment;

export interface ReplicaSet extends LiveObject {
  readonly kind: 'ReplicaSet';
  readonly ownerUid: string | undefined;
  /** Annotation `deployment.kubernetes.io/revision`. */
  readonly revision: string | undefined;
  readonly templateHash: string | undefined;
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly conditions: readonly Condition[];
}

export type ContainerStatus =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message: string | undefined }
  | { readonly kind: 'running'; readonly startedAt: string | undefined }
  | Termination;

export interface Termination {
  readonly kind: 'terminated';
  readonly reason: string;
  readonly exitCode: number;
  readonly signal: number | undefined;
  readonly message: string | undefined;
  readonly finishedAt: string | undefined;
}

export interface PodContainer {
  readonly name: string;
  readonly init: boolean;
  readonly image: string;
  readonly ready: boolean;
  readonly restarts: number;
  /** `undefined` before the kubelet has reported on it. */
  readonly state: ContainerStatus | undefined;
  /** How it ended the last time; `undefined` when it never did. */
  readonly last: Termination | undefined;
}

export interface Pod extends LiveObject {
  readonly kind: 'Pod';
  readonly labels: Readonly<Record<string, string>>;
  /** Uid of the controlling owner; `undefined` for a pod without one. */
  readonly ownerUid: string | undefined;
  readonly graceSeconds: number | undefined;
  readonly node: string | undefined;
  readonly phase: string;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly conditions: readonly Condition[];
  /** In the order of the spec, init containers first. */
  readonly containers: readonly PodContainer[];
}

export interface KubeEvent {
  readonly uid: string;
  readonly namespace: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly involved: {
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
    /** `spec.containers{app}`; `undefined` for events of the whole object. */
    readonly fieldPath: string | undefined;
  };
}
