import { asFields, asList, asNumber, asRecord, asText, type Fields } from '../kube/readers';
import { type FieldChange, fieldChanges } from './fieldChanges';

/** One template that a workload has had. */
export interface Revision {
  /** As kubectl counts: a revision that is gone back to gets the next number, and leaves its old one. */
  readonly number: number;
  /** Of the ControllerRevision or ReplicaSet. */
  readonly name: string;
  /** `kubernetes.io/change-cause` of the revision itself; `undefined` where kubectl prints `<none>`. */
  readonly changeCause: string | undefined;
  /** RFC 3339. */
  readonly created: string;
  /** The pod template as the workload's spec would have it. */
  readonly template: Fields;
  /** `name=image`, init containers first. */
  readonly images: readonly string[];
  /** Since the revision before it; empty for the first that is kept. */
  readonly changes: readonly FieldChange[];
  /** The workload's spec asks for this one. Pods may still run others, and under a partition they go on to. */
  readonly wanted: boolean;
  /** Names of the pods that run it now. */
  readonly pods: readonly string[];
}

/** Objects as the server sends them. */
export interface HistoryInput {
  readonly workload: Fields;
  /** ControllerRevisions of a StatefulSet or DaemonSet, ReplicaSets of a Deployment; also those of other owners. */
  readonly revisions: readonly Fields[];
  /** Pods that the selector of the workload matches. */
  readonly pods: readonly Fields[];
}

export const CHANGE_CAUSE = 'kubernetes.io/change-cause';
const DEPLOYMENT_REVISION = 'deployment.kubernetes.io/revision';
const TEMPLATE_HASH = 'pod-template-hash';
const REVISION_HASH = 'controller-revision-hash';

/**
 * The history of a workload, oldest first: the same rows as `kubectl rollout history` (pkg/polymorphichelpers/history.go),
 * and what it does not say: what each one changed, and which pods run it.
 */
export function historyOf({ workload, revisions, pods }: HistoryInput): readonly Revision[] {
  const uid = uidOf(workload);
  const own = revisions.filter((each) => controllerOf(each) === uid);
  const read = own.map((each) => (each.kind === 'ReplicaSet' ? replicaSetRevision(each) : controllerRevision(each)));
  // kubectl keys by number: of two with the same one the last counts.
  const byNumber = new Map(read.filter(({ number }) => number > 0).map((each) => [each.number, each]));
  const sorted = [...byNumber.values()].sort((a, b) => a.number - b.number);
  const live = asFields(asFields(workload.spec).template);
  const wanted = wantedOf(sorted, workload, live);
  return sorted.map((each, index) => {
    const before = sorted[index - 1];
    return {
      number: each.number,
      name: each.name,
      changeCause: each.changeCause,
      created: each.created,
      template: each.template,
      images: imagesOf(each.template),
      changes: before ? templateChanges(before.template, each.template) : [],
      wanted: each === wanted,
      pods: pods.filter((pod) => runs(pod, each)).map(nameOf),
    };
  });
}

/** Fields of the whole workload: `spec.template.spec…`. */
export function templateChanges(before: unknown, after: unknown): readonly FieldChange[] {
  return fieldChanges(before, after, ['spec', 'template']);
}

interface Kept {
  readonly number: number;
  readonly name: string;
  readonly uid: string;
  readonly changeCause: string | undefined;
  readonly created: string;
  readonly template: Fields;
  /** The value of its pods' label `controller-revision-hash`: the whole name of a StatefulSet's, the hash of a DaemonSet's. */
  readonly podLabels: readonly string[];
}

function controllerRevision(object: Fields): Kept {
  const template = without(asFields(asFields(asFields(object.data).spec).template), '$patch');
  const hash = labelsOf(object)[REVISION_HASH];
  return {
    ...headOf(object),
    number: asNumber(object.revision) ?? 0,
    template,
    podLabels: [nameOf(object), hash ?? ''],
  };
}

/** A ReplicaSet's template has a label more than the one it was made of. */
function replicaSetRevision(object: Fields): Kept {
  const template = asFields(asFields(object.spec).template);
  const metadata = asFields(template.metadata);
  const labels = without(asFields(metadata.labels), TEMPLATE_HASH);
  const number = Number(annotationsOf(object)[DEPLOYMENT_REVISION]);
  return {
    ...headOf(object),
    number: Number.isInteger(number) ? number : 0,
    template: { ...template, metadata: { ...metadata, labels } },
    podLabels: [],
  };
}

function without(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name));
}

function headOf(object: Fields): Pick<Kept, 'name' | 'uid' | 'changeCause' | 'created'> {
  return {
    name: nameOf(object),
    uid: uidOf(object),
    changeCause: annotationsOf(object)[CHANGE_CAUSE] || undefined,
    created: asText(asFields(object.metadata).creationTimestamp) ?? '',
  };
}

/**
 * The revision that the spec asks for: the one with its template, and not the highest number, which during a rollout may
 * be the one before. Where the server has defaulted the template anew since (an upgrade), the controller's word counts.
 */
function wantedOf(revisions: readonly Kept[], workload: Fields, live: Fields): Kept | undefined {
  const same = revisions.findLast(({ template }) => templateChanges(template, live).length === 0);
  if (same) return same;
  const status = asFields(workload.status);
  const seen = asNumber(status.observedGeneration) === asNumber(asFields(workload.metadata).generation);
  if (!seen) return undefined;
  const number = Number(annotationsOf(workload)[DEPLOYMENT_REVISION]);
  return revisions.find((each) => each.name === status.updateRevision || each.number === number);
}

function runs(pod: Fields, { uid, podLabels }: Kept): boolean {
  const label = labelsOf(pod)[REVISION_HASH];
  return controllerOf(pod) === uid || (label !== undefined && podLabels.includes(label));
}

export function imagesOf(template: Fields): readonly string[] {
  const spec = asFields(template.spec);
  return [...asList(spec.initContainers), ...asList(spec.containers)].map((each) => {
    const { name, image } = asFields(each);
    return `${asText(name) ?? ''}=${asText(image) ?? ''}`;
  });
}

function controllerOf(object: Fields): string | undefined {
  const owners = asList(asFields(object.metadata).ownerReferences).map(asFields);
  return asText(owners.find(({ controller }) => controller === true)?.uid);
}

function nameOf(object: Fields): string {
  return asText(asFields(object.metadata).name) ?? '';
}

function uidOf(object: Fields): string {
  return asText(asFields(object.metadata).uid) ?? '';
}

function labelsOf(object: Fields): Readonly<Record<string, string>> {
  return asRecord(asFields(object.metadata).labels, asText);
}

function annotationsOf(object: Fields): Readonly<Record<string, string>> {
  return asRecord(asFields(object.metadata).annotations, asText);
}
