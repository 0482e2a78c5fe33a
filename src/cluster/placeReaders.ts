import type {
  ClaimFact,
  NamespacePod,
  NodeFact,
  NodeRequirement,
  NodeTerm,
  PriorityClassFact,
  RuntimeClassFact,
  ServiceFact,
  StorageClassFact,
  VolumeFact,
} from '../core/causes/factObjects';
import { readPodTemplate } from '../core/kube/readWorkloadSpec';
import { type Json, numberOf, record, records, text, textMap, texts } from './json';

/** From the server's JSON to facts about what pods stand on: nodes, storage, classes, and the pods beside them. */

export function namespacePodOf(object: Json): NamespacePod {
  const metadata = record(object.metadata);
  const spec = record(object.spec);
  const status = record(object.status);
  return {
    name: text(metadata.name) ?? '',
    uid: text(metadata.uid) ?? '',
    ownerUid: text(records(metadata.ownerReferences).find(({ controller }) => controller === true)?.uid),
    labels: textMap(metadata.labels),
    phase: text(status.phase) ?? 'Unknown',
    deleting: metadata.deletionTimestamp !== undefined,
    node: text(spec.nodeName) || undefined,
    conditions: records(status.conditions)
      .filter((condition) => condition.status === 'True')
      .flatMap(({ type }) => text(type) ?? []),
    scheduler: text(spec.schedulerName) ?? 'default-scheduler',
    priorityClassName: text(spec.priorityClassName) || undefined,
    template: readPodTemplate({ metadata, spec }),
    overhead: textMap(spec.overhead),
  };
}

export function serviceOf({ spec: value }: Json): ServiceFact {
  const spec = record(value);
  return {
    headless: spec.clusterIP === 'None',
    selector: textMap(spec.selector),
    publishNotReadyAddresses: spec.publishNotReadyAddresses === true,
    ports: records(spec.ports).map(({ name, port }) => ({ name: text(name), port: numberOf(port) })),
  };
}

export function claimOf(object: Json): ClaimFact {
  const metadata = record(object.metadata);
  const spec = record(object.spec);
  const status = record(object.status);
  return {
    name: text(metadata.name) ?? '',
    uid: text(metadata.uid) ?? '',
    labels: textMap(metadata.labels),
    phase: text(status.phase) ?? 'Pending',
    deleting: metadata.deletionTimestamp !== undefined,
    storageClassName: text(spec.storageClassName),
    accessModes: texts(spec.accessModes),
    requested: textMap(record(spec.resources).requests).storage,
    capacity: textMap(status.capacity).storage,
    volumeName: text(spec.volumeName) || undefined,
    owners: records(metadata.ownerReferences).map(({ kind, name, uid }) => ({
      kind: text(kind) ?? '',
      name: text(name) ?? '',
      uid: text(uid) ?? '',
    })),
  };
}

export function volumeOf(object: Json): VolumeFact {
  const required = record(record(record(object.spec).nodeAffinity).required);
  return { name: nameOf(object), nodeTerms: records(required.nodeSelectorTerms).map(nodeTermOf) };
}

function nodeTermOf({ matchExpressions, matchFields }: Json): NodeTerm {
  return {
    matchExpressions: records(matchExpressions).map(requirementOf),
    matchFields: records(matchFields).map(requirementOf),
  };
}

function requirementOf({ key, operator, values }: Json): NodeRequirement {
  return { key: text(key) ?? '', operator: text(operator) ?? '', values: texts(values) };
}

/** Also the annotation's name of the time when it was beta, which the server still reads. */
const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

export function storageClassOf(object: Json): StorageClassFact {
  const annotations = textMap(record(object.metadata).annotations);
  return {
    name: nameOf(object),
    isDefault: DEFAULT_CLASS.some((name) => annotations[name] === 'true'),
    provisioner: text(object.provisioner) ?? '',
    bindingMode: text(object.volumeBindingMode) ?? 'Immediate',
    allowsExpansion: object.allowVolumeExpansion === true,
  };
}

export function priorityClassOf(object: Json): PriorityClassFact {
  return {
    name: nameOf(object),
    value: numberOf(object.value) ?? 0,
    globalDefault: object.globalDefault === true,
  };
}

export function runtimeClassOf(object: Json): RuntimeClassFact {
  return {
    handler: text(object.handler) ?? '',
    overhead: textMap(record(object.overhead).podFixed),
    nodeSelector: textMap(record(object.scheduling).nodeSelector),
  };
}

export function nodeOf(object: Json): NodeFact {
  const spec = record(object.spec);
  const status = record(object.status);
  return {
    name: nameOf(object),
    labels: textMap(record(object.metadata).labels),
    taints: records(spec.taints).map(({ key, value, effect }) => ({
      key: text(key) ?? '',
      value: text(value) ?? '',
      effect: text(effect) ?? '',
    })),
    unschedulable: spec.unschedulable === true,
    ready: records(status.conditions).some((condition) => condition.type === 'Ready' && condition.status === 'True'),
    allocatable: textMap(status.allocatable),
    images: records(status.images).flatMap(({ names }) => texts(names)),
  };
}

function nameOf({ metadata }: Json): string {
  return text(record(metadata).name) ?? '';
}
