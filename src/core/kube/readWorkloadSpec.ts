import type { FieldPath } from '../fieldPath';
import type { LabelSelector } from '../objects';
import { readContainer, readVolume } from './readContainer';
import { asFields, asList, asNumber, asQuantityText, asRecord, asText, asTexts, type Fields } from './readers';
import type { ClaimTemplate, PodTemplate, Reference, WorkloadSpec } from './workloadSpec';

/** `undefined` for any other kind. Tolerates every value: what has the wrong type is left out. */
export function readWorkloadSpec(object: unknown): WorkloadSpec | undefined {
  const fields = asFields(object);
  const kind = fields.kind;
  const apiVersion = asText(fields.apiVersion) ?? '';
  if (kind !== 'StatefulSet' && kind !== 'Deployment') return undefined;
  // Any version that Kubernetes ever had, and what is often written for it; not the same kind of somebody else's group.
  if (!/^(?:v1|(?:apps?|extensions)\/.*)$/.test(apiVersion)) return undefined;
  const metadata = asFields(fields.metadata);
  const spec = asFields(fields.spec);
  const strategy = asFields(kind === 'StatefulSet' ? spec.updateStrategy : spec.strategy);
  const rolling = asFields(strategy.rollingUpdate);
  return {
    kind,
    apiVersion,
    name: asText(metadata.name),
    namespace: asText(metadata.namespace),
    replicas: asNumber(spec.replicas),
    selector: readSelector(spec.selector),
    template: readPodTemplate(asFields(spec.template)),
    serviceName: asText(spec.serviceName),
    podManagementPolicy: asText(spec.podManagementPolicy),
    firstOrdinal: asNumber(asFields(spec.ordinals).start) ?? 0,
    partition: asNumber(rolling.partition),
    claimTemplates: asList(spec.volumeClaimTemplates).map(readClaimTemplate),
    claimsWhenScaled: asText(asFields(spec.persistentVolumeClaimRetentionPolicy).whenScaled),
    revisionHistoryLimit: asNumber(spec.revisionHistoryLimit),
    paused: spec.paused === true,
    strategy: asText(strategy.type),
    maxSurge: asNumber(rolling.maxSurge) ?? asText(rolling.maxSurge),
    maxUnavailable: asNumber(rolling.maxUnavailable) ?? asText(rolling.maxUnavailable),
    minReadySeconds: asNumber(spec.minReadySeconds) ?? 0,
    progressDeadlineSeconds: asNumber(spec.progressDeadlineSeconds),
  };
}

/**
 * Not a whole workload: a Kustomize patch, which has only what it changes. The server demands a selector and images, so
 * what a patch lacks stands elsewhere.
 */
export function isPatch({ selector, template }: WorkloadSpec): boolean {
  return selector === undefined || template.containers.every(({ image }) => image === undefined);
}

/** Every ConfigMap and Secret that the pods need to start; not the pull secrets, which they only may need. */
export function referencesOf({ template }: WorkloadSpec): readonly Reference[] {
  return [...template.containers, ...template.volumes].flatMap(({ references }) => references);
}

export function readSelector(value: unknown): LabelSelector | undefined {
  if (value === undefined || value === null) return undefined;
  const { matchLabels, matchExpressions } = asFields(value);
  return {
    matchLabels: asRecord(matchLabels, asText),
    matchExpressions: asList(matchExpressions).map((item) => {
      const { key, operator, values } = asFields(item);
      return { key: asText(key) ?? '', operator: asText(operator) ?? '', values: asTexts(values) };
    }),
  };
}

const TEMPLATE: FieldPath = ['spec', 'template'];
const POD: FieldPath = [...TEMPLATE, 'spec'];

/** Paths are those in a workload, also of a live pod that is read as a template. */
export function readPodTemplate({ metadata, spec }: Fields): PodTemplate {
  const pod = asFields(spec);
  const resources = asFields(pod.resources);
  const containers = (key: string): PodTemplate['containers'] =>
    asList(pod[key]).map((item, index) =>
      readContainer(asFields(item), { path: [...POD, key, index], init: key === 'initContainers' }),
    );
  return {
    path: TEMPLATE,
    labels: asRecord(asFields(metadata).labels, asText),
    serviceAccountName: asText(pod.serviceAccountName) ?? asText(pod.serviceAccount),
    priorityClassName: asText(pod.priorityClassName) || undefined,
    runtimeClassName: asText(pod.runtimeClassName) || undefined,
    imagePullSecrets: asList(pod.imagePullSecrets).flatMap((item, index): Reference[] => {
      const name = asText(asFields(item).name);
      if (name === undefined || name === '') return [];
      const path = [...POD, 'imagePullSecrets', index, 'name'];
      return [{ path, kind: 'Secret', name, key: undefined, keyPath: undefined, optional: false }];
    }),
    requests: asRecord(resources.requests, asQuantityText),
    limits: asRecord(resources.limits, asQuantityText),
    containers: [...containers('initContainers'), ...containers('containers')],
    volumes: asList(pod.volumes).map((item, index) => readVolume(asFields(item), [...POD, 'volumes', index])),
  };
}

function readClaimTemplate(item: unknown, index: number): ClaimTemplate {
  const { metadata, spec } = asFields(item);
  const claim = asFields(spec);
  return {
    path: ['spec', 'volumeClaimTemplates', index],
    name: asText(asFields(metadata).name),
    storageClassName: asText(claim.storageClassName),
    storage: asQuantityText(asFields(asFields(claim.resources).requests).storage),
    accessModes: asTexts(claim.accessModes),
  };
}
