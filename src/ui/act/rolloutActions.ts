import * as vscode from 'vscode';
import type { Cluster } from '../../cluster/main';
import type { FieldPath } from '../../core/fieldPath';
import { asFields, asList, asNumber, asText, type Fields } from '../../core/kube/readers';
import type { ObjectKey } from '../../core/objects';
import { ExpectedError } from '../../util/errors';
import { t } from '../../util/l10n';
import type { CommandTarget } from '../commandTargets';
import type { ActParts } from './actParts';
import { changeLive, placeOf, refusePaused, seenIn, tellWithFile, type LiveChange } from './liveChange';

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const REPLICAS: FieldPath = ['spec', 'replicas'];
const PARTITION: FieldPath = ['spec', 'updateStrategy', 'rollingUpdate', 'partition'];

interface Now {
  readonly key: ObjectKey;
  readonly cluster: Cluster;
  readonly workload: Fields;
  readonly spec: Fields;
}

async function now(parts: ActParts, { key, context }: CommandTarget): Promise<Now> {
  const cluster = await parts.clusterOf(context);
  const { namespace, name, kind } = key;
  const workload = await cluster.read({ apiVersion: 'apps/v1', kind, namespace, name });
  if (!workload) throw new ExpectedError(t`${kind} ${name} is not in the namespace ${namespace}.`);
  return { key, cluster, workload, spec: asFields(workload.spec) };
}

type Asked = Pick<LiveChange, 'patch' | 'question' | 'detail' | 'action' | 'ask' | 'subresource'>;

function change(parts: ActParts, { key, cluster, workload }: Now, asked: Asked): Promise<Fields | undefined> {
  return changeLive(parts, { cluster, seen: seenIn(key, workload), ...asked });
}

/** As `kubectl rollout restart`: an annotation of the template makes a new revision, and the strategy does the rest. */
export async function restart(parts: ActParts, target: CommandTarget): Promise<void> {
  const live = await now(parts, target);
  const { key, cluster, spec, workload } = live;
  refusePaused(key, workload);
  const strategy = asFields(key.kind === 'Deployment' ? spec.strategy : spec.updateStrategy);
  const partition = asNumber(asFields(strategy.rollingUpdate).partition) ?? 0;
  const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const done = await change(parts, live, {
    patch: { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: at } } } } },
    question: t`Restart the pods of ${placeOf(key, cluster)}?`,
    detail: [
      t`Each pod is replaced, as the update strategy says: ${asText(strategy.type) ?? 'RollingUpdate'}.`,
      ...(strategy.type === 'OnDelete' ? [t`OnDelete: a pod follows only when somebody deletes it.`] : []),
      ...(partition > 0
        ? [t`The partition of ${partition} keeps the pods below that ordinal from being restarted.`]
        : []),
      t`A new revision is made by this.`,
    ].join('\n'),
    action: t`Restart`,
    ask: 'always',
  });
  if (done) void vscode.window.showInformationMessage(t`The pods of ${placeOf(key, cluster)} are being replaced.`);
}

/** Of a Deployment only: no other kind can be paused; a StatefulSet has its partition for that. */
export async function pause(parts: ActParts, target: CommandTarget, paused: boolean): Promise<void> {
  const live = await now(parts, target);
  const { key, cluster, spec } = live;
  if (key.kind !== 'Deployment')
    throw new ExpectedError(t`Only Deployments can be paused. Set the partition of a StatefulSet to hold pods back.`);
  if ((spec.paused === true) === paused)
    throw new ExpectedError(
      paused ? t`Deployment ${key.name} is paused already.` : t`Deployment ${key.name} is not paused.`,
    );
  const after = await change(parts, live, {
    patch: { spec: { paused: paused ? true : null } },
    question: paused ? t`Pause ${placeOf(key, cluster)}?` : t`Resume ${placeOf(key, cluster)}?`,
    detail: paused
      ? t`Changes of the template wait until it is resumed; scaling goes on, and the pods stay as they are.`
      : t`What was changed meanwhile is rolled out now.`,
    action: paused ? t`Pause` : t`Resume`,
    ask: 'asSet',
  });
  if (!after) return;
  await tellWithFile(parts, {
    key,
    done: paused ? t`${placeOf(key, cluster)} is paused.` : t`${placeOf(key, cluster)} goes on.`,
    below: ['spec', 'paused'],
    before: paused ? undefined : true,
    after: paused ? true : undefined,
  });
}

export async function scale(parts: ActParts, target: CommandTarget): Promise<void> {
  const live = await now(parts, target);
  const { key, cluster, spec } = live;
  if (key.kind === 'DaemonSet') throw new ExpectedError(t`A DaemonSet has one pod for each node: it has no replicas.`);
  const before = asNumber(spec.replicas) ?? 1;
  const typed = await vscode.window.showInputBox({
    title: t`Scale ${placeOf(key, cluster)}`,
    prompt: t`How many pods? There are ${before} wanted now.`,
    value: String(before),
    validateInput: (value) => (/^\d{1,5}$/.test(value.trim()) ? undefined : t`A whole number from 0 on.`),
  });
  if (typed === undefined) return;
  const replicas = Number(typed.trim());
  if (replicas === before) return;
  const after = await change(parts, live, {
    patch: { spec: { replicas } },
    subresource: 'scale',
    question: t`Scale ${placeOf(key, cluster)} from ${before} to ${replicas}?`,
    detail: scaleMeans(live, before, replicas).join('\n'),
    action: t`Scale to ${replicas}`,
    ask: replicas < before ? 'always' : 'asSet',
  });
  if (!after) return;
  const done = t`${placeOf(key, cluster)} is scaled to ${replicas}.`;
  const inFile = asFields(parts.findManifest(key)?.manifest.object.spec).replicas !== undefined;
  // A file without replicas leaves them to somebody else, an autoscaler as a rule.
  await tellWithFile(parts, { key, done, below: REPLICAS, before: inFile ? before : replicas, after: replicas });
}

function scaleMeans({ key, spec, workload }: Now, before: number, replicas: number): readonly string[] {
  const lines: string[] = [];
  if (replicas === 0) lines.push(t`All pods stop: what ${key.name} serves is not served any more.`);
  if (key.kind === 'StatefulSet') lines.push(...ordinalsMeant(key, spec, { before, replicas }));
  if (isAutoscaled(workload)) lines.push(t`An autoscaler has set the replicas before: it may set them again at once.`);
  return lines;
}

interface Step {
  readonly before: number;
  readonly replicas: number;
}

function ordinalsMeant({ name }: ObjectKey, spec: Fields, { before, replicas }: Step): readonly string[] {
  const start = asNumber(asFields(spec.ordinals).start) ?? 0;
  if (replicas > before) {
    return [
      t`New pods: ${name}-${start + before} to ${name}-${start + replicas - 1}. A claim that is there already is used again, with its data.`,
    ];
  }
  const lines = [t`Pods that go, the highest first: ${name}-${start + before - 1} to ${name}-${start + replicas}.`];
  const templates = asList(spec.volumeClaimTemplates).map(
    (each) => asText(asFields(asFields(each).metadata).name) ?? '',
  );
  if (templates.length === 0) return lines;
  const lost = asFields(spec.persistentVolumeClaimRetentionPolicy).whenScaled === 'Delete';
  const claims = templates.map((each) => `${each}-${name}-${start + replicas}`).join(', ');
  lines.push(
    lost
      ? t`Their claims are deleted WITH THEIR DATA, since persistentVolumeClaimRetentionPolicy.whenScaled is Delete: ${claims} and so on.`
      : t`Their claims stay, with their data: ${claims} and so on.`,
  );
  return lines;
}

/** The autoscaler writes the scale as the controller manager. */
function isAutoscaled({ metadata }: Fields): boolean {
  return asList(asFields(metadata).managedFields)
    .map(asFields)
    .some(({ manager, subresource }) => manager === 'kube-controller-manager' && subresource === 'scale');
}

/** Which ordinals get the newest revision: those from the partition on. */
export async function setPartition(parts: ActParts, target: CommandTarget): Promise<void> {
  const live = await now(parts, target);
  const { key, cluster, spec } = live;
  if (key.kind !== 'StatefulSet') throw new ExpectedError(t`Only StatefulSets have a partition.`);
  const strategy = asFields(spec.updateStrategy);
  if (strategy.type === 'OnDelete')
    throw new ExpectedError(
      t`${key.name} has the strategy OnDelete, which has no partition: pods follow when they are deleted.`,
    );
  const before = asNumber(asFields(strategy.rollingUpdate).partition) ?? 0;
  const start = asNumber(asFields(spec.ordinals).start) ?? 0;
  const replicas = asNumber(spec.replicas) ?? 1;
  const partition = await pickPartition({ key, start, replicas, partition: before });
  if (partition === undefined || partition === before) return;
  const after = await change(parts, live, {
    patch: { spec: { updateStrategy: { rollingUpdate: { partition } } } },
    question: t`Set the partition of ${placeOf(key, cluster)} from ${before} to ${partition}?`,
    detail: partitionMeans({ key, start, replicas, partition }),
    action: t`Set Partition`,
    ask: partition < before ? 'always' : 'asSet',
  });
  if (!after) return;
  await tellWithFile(parts, {
    key,
    done: t`The partition of ${placeOf(key, cluster)} is ${partition}.`,
    below: PARTITION,
    before,
    after: partition,
  });
}

interface Partition {
  readonly key: ObjectKey;
  readonly start: number;
  readonly replicas: number;
  readonly partition: number;
}

async function pickPartition(now: Partition): Promise<number | undefined> {
  const { key, replicas, partition: before } = now;
  const items = Array.from({ length: replicas + 1 }, (_, index) => replicas - index).map((partition) => ({
    label: t`partition ${partition}`,
    description: partition === before ? t`now` : '',
    detail: partitionMeans({ ...now, partition }),
    partition,
  }));
  return (await vscode.window.showQuickPick(items, { title: t`Partition of ${key.name}` }))?.partition;
}

/** A partition counts pods from the first one, whatever the number of that is (stateful_set_utils.go). */
function partitionMeans({ key: { name }, start, replicas, partition }: Partition): string {
  const last = start + replicas - 1;
  if (partition <= 0) return t`All pods get the newest revision.`;
  if (partition >= replicas) return t`No pod gets the newest revision.`;
  return partition === replicas - 1
    ? t`Only ${name}-${last} gets the newest revision.`
    : t`${name}-${last} down to ${name}-${start + partition} get the newest revision, the others stay.`;
}
