import type { FieldPath } from '../fieldPath';
import type { LabelSelector } from '../objects';

/**
 * A StatefulSet or Deployment as a manifest or the API server writes it, read into one shape that rules can trust:
 * whatever has the wrong type is left out, every part knows its path. Made by `readWorkloadSpec`.
 */
export interface WorkloadSpec {
  readonly kind: 'StatefulSet' | 'Deployment';
  readonly apiVersion: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  /** As written; `undefined` when left out (the server makes it 1). */
  readonly replicas: number | undefined;
  readonly selector: LabelSelector | undefined;
  readonly template: PodTemplate;
  /** StatefulSet only. */
  readonly serviceName: string | undefined;
  readonly podManagementPolicy: string | undefined;
  readonly firstOrdinal: number;
  readonly partition: number | undefined;
  readonly claimTemplates: readonly ClaimTemplate[];
  /** `spec.persistentVolumeClaimRetentionPolicy.whenScaled`. */
  readonly claimsWhenScaled: string | undefined;
  readonly revisionHistoryLimit: number | undefined;
  /** Deployment only. */
  readonly paused: boolean;
  /** `spec.updateStrategy.type` or `spec.strategy.type`. */
  readonly strategy: string | undefined;
  readonly maxSurge: number | string | undefined;
  readonly maxUnavailable: number | string | undefined;
  readonly minReadySeconds: number;
  readonly progressDeadlineSeconds: number | undefined;
}

export interface ClaimTemplate {
  readonly path: FieldPath;
  readonly name: string | undefined;
  readonly storageClassName: string | undefined;
  readonly storage: string | undefined;
  readonly accessModes: readonly string[];
}

export interface PodTemplate {
  /** `['spec', 'template']`. */
  readonly path: FieldPath;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccountName: string | undefined;
  readonly priorityClassName: string | undefined;
  readonly runtimeClassName: string | undefined;
  readonly imagePullSecrets: readonly Reference[];
  /** `spec.template.spec.resources`: what the pod as a whole asks for (on from 1.34), whatever its containers say. */
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
  /** Init containers first, then containers, each in the manifest's order. */
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}

export interface Container {
  readonly path: FieldPath;
  readonly init: boolean;
  /** An init container with `restartPolicy: Always`: runs beside the containers, and counts with them. */
  readonly sidecar: boolean;
  readonly name: string | undefined;
  readonly image: string | undefined;
  readonly ports: readonly ContainerPort[];
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
  readonly probes: readonly Probe[];
  readonly volumeMounts: readonly VolumeMount[];
  /** From env, envFrom: the ConfigMaps and Secrets that the container cannot start without. */
  readonly references: readonly Reference[];
}

export interface ContainerPort {
  readonly path: FieldPath;
  readonly name: string | undefined;
  readonly containerPort: number | undefined;
  readonly hostPort: number | undefined;
}

export interface Probe {
  readonly path: FieldPath;
  readonly type: 'readinessProbe' | 'livenessProbe' | 'startupProbe';
  /** Of httpGet, tcpSocket or grpc; `undefined` for exec. */
  readonly port: number | string | undefined;
  readonly portPath: FieldPath;
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

export interface VolumeMount {
  readonly path: FieldPath;
  readonly name: string | undefined;
  readonly mountPath: string | undefined;
}

export interface Volume {
  readonly path: FieldPath;
  readonly name: string | undefined;
  /** The ConfigMap or Secret it mounts; projected volumes have several. */
  readonly references: readonly Reference[];
  /** Name of the claim it mounts. */
  readonly claimName: string | undefined;
}

/** A name that must exist in the namespace. */
export interface Reference {
  /** Path of the name (or of the key, when a key is asked for: `keyPath`). */
  readonly path: FieldPath;
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** The entry that must exist in it; `undefined` when any content will do. */
  readonly key: string | undefined;
  readonly keyPath: FieldPath | undefined;
  readonly optional: boolean;
}
