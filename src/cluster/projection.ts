import type {
  Condition,
  ContainerImage,
  ContainerStatus,
  Deployment,
  KubeEvent,
  LabelSelector,
  LiveObject,
  Pod,
  PodContainer,
  ReplicaSet,
  StatefulSet,
  Termination,
} from '../core/objects';
import { type Json, numberOf, record, records, text, textMap, texts } from './json';

/** From the server's JSON to the slim objects that are kept. What is absent or of a wrong type gets the API's default. */

const REVISION = 'deployment.kubernetes.io/revision';

export function statefulSetOf(object: Json): StatefulSet {
  const spec = record(object.spec);
  const status = record(object.status);
  const strategy = record(spec.updateStrategy);
  return {
    kind: 'StatefulSet',
    ...workloadOf(object),
    serviceName: text(spec.serviceName) || undefined,
    podManagementPolicy: spec.podManagementPolicy === 'Parallel' ? 'Parallel' : 'OrderedReady',
    updateStrategy: strategy.type === 'OnDelete' ? 'OnDelete' : 'RollingUpdate',
    partition:
      strategy.rollingUpdate === undefined ? undefined : (numberOf(record(strategy.rollingUpdate).partition) ?? 0),
    firstOrdinal: numberOf(record(spec.ordinals).start) ?? 0,
    currentReplicas: numberOf(status.currentReplicas) ?? 0,
    currentRevision: text(status.currentRevision) ?? '',
    updateRevision: text(status.updateRevision) ?? '',
    claimTemplates: records(spec.volumeClaimTemplates).flatMap(({ metadata }) => text(record(metadata).name) ?? []),
  };
}

export function deploymentOf(object: Json): Deployment {
  const spec = record(object.spec);
  return {
    kind: 'Deployment',
    ...workloadOf(object),
    strategy: record(spec.strategy).type === 'Recreate' ? 'Recreate' : 'RollingUpdate',
    paused: spec.paused === true,
    revision: annotationOf(object, REVISION),
    progressDeadlineSeconds: numberOf(spec.progressDeadlineSeconds),
  };
}

export function replicaSetOf(object: Json): ReplicaSet {
  const status = record(object.status);
  const metadata = record(object.metadata);
  return {
    kind: 'ReplicaSet',
    ...liveObjectOf(object),
    ownerUid: ownerUidOf(metadata),
    revision: annotationOf(object, REVISION),
    templateHash: textMap(metadata.labels)['pod-template-hash'],
    replicas: numberOf(record(object.spec).replicas) ?? 1,
    readyReplicas: numberOf(status.readyReplicas) ?? 0,
    conditions: conditionsOf(status),
  };
}

export function podOf(object: Json): Pod {
  const metadata = record(object.metadata);
  const spec = record(object.spec);
  const status = record(object.status);
  return {
    kind: 'Pod',
    ...liveObjectOf(object),
    labels: textMap(metadata.labels),
    ownerUid: ownerUidOf(metadata),
    graceSeconds: numberOf(metadata.deletionGracePeriodSeconds),
    node: text(spec.nodeName),
    phase: text(status.phase) ?? 'Unknown',
    reason: text(status.reason),
    message: text(status.message),
    conditions: conditionsOf(status),
    containers: [
      ...containersOf(spec.initContainers, status.initContainerStatuses, true),
      ...containersOf(spec.containers, status.containerStatuses, false),
    ],
  };
}

/** Also of `events.k8s.io`, where a repeated event counts in `series`. */
export function eventOf(object: Json): KubeEvent {
  const { namespace, uid, created } = liveObjectOf(object);
  const involved = record(object.involvedObject ?? object.regarding);
  const series = record(object.series);
  const first =
    text(object.firstTimestamp) ?? text(object.eventTime) ?? text(object.deprecatedFirstTimestamp) ?? created;
  return {
    uid,
    namespace,
    type: text(object.type) ?? 'Normal',
    reason: text(object.reason) ?? '',
    message: text(object.message) ?? text(object.note) ?? '',
    count: numberOf(object.count) ?? numberOf(series.count) ?? 1,
    first,
    last: text(object.lastTimestamp) ?? text(series.lastObservedTime) ?? first,
    involved: {
      kind: text(involved.kind) ?? '',
      name: text(involved.name) ?? '',
      uid: text(involved.uid) ?? '',
      fieldPath: text(involved.fieldPath),
    },
  };
}

function liveObjectOf(object: Json): LiveObject {
  const metadata = record(object.metadata);
  return {
    namespace: text(metadata.namespace) ?? '',
    name: text(metadata.name) ?? '',
    uid: text(metadata.uid) ?? '',
    resourceVersion: text(metadata.resourceVersion) ?? '',
    created: text(metadata.creationTimestamp) ?? '',
    deleting: text(metadata.deletionTimestamp),
  };
}

function workloadOf(object: Json) {
  const spec = record(object.spec);
  const status = record(object.status);
  const podSpec = record(record(spec.template).spec);
  return {
    ...liveObjectOf(object),
    generation: numberOf(record(object.metadata).generation) ?? 0,
    observedGeneration: numberOf(status.observedGeneration) ?? 0,
    replicas: numberOf(spec.replicas) ?? 1,
    selector: selectorOf(spec.selector),
    images: [...imagesOf(podSpec.initContainers, true), ...imagesOf(podSpec.containers, false)],
    readyReplicas: numberOf(status.readyReplicas) ?? 0,
    updatedReplicas: numberOf(status.updatedReplicas) ?? 0,
    availableReplicas: numberOf(status.availableReplicas) ?? 0,
    existingReplicas: numberOf(status.replicas) ?? 0,
    minReadySeconds: numberOf(spec.minReadySeconds) ?? 0,
    conditions: conditionsOf(status),
  };
}

export function selectorOf(value: unknown): LabelSelector {
  const selector = record(value);
  return {
    matchLabels: textMap(selector.matchLabels),
    matchExpressions: records(selector.matchExpressions).map((each) => ({
      key: text(each.key) ?? '',
      operator: text(each.operator) ?? '',
      values: texts(each.values),
    })),
  };
}

function imagesOf(containers: unknown, init: boolean): readonly ContainerImage[] {
  return records(containers).map(({ name, image, resources }) => {
    const asked = Object.entries(record(resources)).flatMap(([kind, amounts]) =>
      Object.entries(record(amounts)).map(([resource, amount]) => [`${kind}.${resource}`, String(amount)] as const),
    );
    const base = { name: text(name) ?? '', image: text(image) ?? '', init };
    return asked.length === 0 ? base : { ...base, resources: Object.fromEntries(asked) };
  });
}

function conditionsOf(status: Json): readonly Condition[] {
  return records(status.conditions).map((each) => ({
    type: text(each.type) ?? '',
    status: text(each.status) ?? '',
    reason: text(each.reason) || undefined,
    message: text(each.message) || undefined,
    since: text(each.lastTransitionTime),
  }));
}

/** The controlling owner: a pod has at most one. */
function ownerUidOf(metadata: Json): string | undefined {
  return text(records(metadata.ownerReferences).find(({ controller }) => controller === true)?.uid);
}

function annotationOf(object: Json, name: string): string | undefined {
  return text(record(record(object.metadata).annotations)[name]);
}

function containersOf(specs: unknown, statuses: unknown, init: boolean): readonly PodContainer[] {
  const reported = records(statuses);
  return records(specs).map((spec) => {
    const status = record(reported.find(({ name }) => name === spec.name));
    return {
      name: text(spec.name) ?? '',
      init,
      image: text(spec.image) ?? '',
      ready: status.ready === true,
      restarts: numberOf(status.restartCount) ?? 0,
      state: statusOf(record(status.state)),
      last: terminationOf(record(status.lastState).terminated),
    };
  });
}

function statusOf(state: Json): ContainerStatus | undefined {
  if (state.terminated !== undefined) return terminationOf(state.terminated);
  if (state.running !== undefined) return { kind: 'running', startedAt: text(record(state.running).startedAt) };
  if (state.waiting === undefined) return undefined;
  const { reason, message } = record(state.waiting);
  return { kind: 'waiting', reason: text(reason) ?? '', message: text(message) };
}

function terminationOf(value: unknown): Termination | undefined {
  if (value === undefined) return undefined;
  const ended = record(value);
  return {
    kind: 'terminated',
    reason: text(ended.reason) ?? '',
    exitCode: numberOf(ended.exitCode) ?? 0,
    signal: numberOf(ended.signal),
    message: text(ended.message),
    finishedAt: text(ended.finishedAt),
  };
}
