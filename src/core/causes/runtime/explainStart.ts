import type { FieldPath } from '../../fieldPath';
import type { KubeEvent, LiveWorkload, Pod } from '../../objects';
import type { Finding } from '../finding';
import { eventsOfPod, oneLine, timeOf } from '../observed';
import type { Observation } from '../rule';
import { schedulingPath } from './schedulingPath';
import { t } from '../../../util/l10n';

type Observed = Omit<Finding, 'cause' | 'origin'>;

const POD: FieldPath = ['spec', 'template', 'spec'];

/** A node may be added, or become free: so long it is a wait. */
const SCHEDULING_MS = 300_000;
/** A scheduler that runs has an answer for each pod within moments. */
const SILENT_MS = 30_000;

/** What keeps a pod from its node, and its containers from being made there: in the order in which it goes. */
export function* explainStart(pod: Pod, observation: Observation): Generator<Observed> {
  const { events, workload } = observation;
  if (pod.phase === 'Failed') {
    if (pod.reason !== undefined) yield failed(pod);
    return;
  }
  if (pod.node === undefined) {
    yield* withoutNode(pod, observation);
    return;
  }
  if (pod.reason === 'NodeLost' || nodeLost(pod, events)) {
    yield {
      code: 'node-lost',
      severity: 'error',
      path: ['metadata', 'name'],
      pod: pod.name,
      message: t`${pod.name} is on ${pod.node}, of which nothing is heard any more.`,
      advice: t`A StatefulSet's pod stays until its node is back or is deleted: two pods of one name must never run.`,
    };
  }
  if (hasStarted(pod)) return;
  const trouble = eventsOfPod(pod, events).find(({ reason }) => STARTING.has(reason));
  if (!trouble) return;
  const often = trouble.count >= 2;
  // The node may not yet have heard that the pod is its own: the next try goes well.
  if (!often && trouble.message.includes('kube-api-access-')) return;
  if (trouble.reason === 'FailedCreatePodSandBox') {
    yield {
      code: 'sandbox-fails',
      severity: often ? 'error' : 'warning',
      path: /FQDN/.test(trouble.message)
        ? [...POD, 'setHostnameAsFQDN']
        : /runtime/i.test(trouble.message)
          ? [...POD, 'runtimeClassName']
          : ['metadata', 'name'],
      pod: pod.name,
      message: t`${pod.name} gets no sandbox on ${pod.node}: ${oneLine(trouble.message)}.`,
      advice: t`The node, its network plugin or its runtime is at fault, unless the text names a field.`,
    };
    return;
  }
  yield {
    code: 'volume-not-mounted',
    // Another node may still hold it: the node lets go after some minutes.
    severity: often && trouble.reason === 'FailedMount' ? 'error' : 'warning',
    path: volumePath(trouble.message, workload),
    pod: pod.name,
    message: t`${pod.name} waits for its volume: ${oneLine(trouble.message)}.`,
  };
}

const STARTING = new Set(['FailedMount', 'FailedAttachVolume', 'FailedMapVolume', 'FailedCreatePodSandBox']);

function failed({ name, reason = '', message }: Pod): Observed {
  return {
    code: 'pod-failed',
    severity: 'warning',
    path: ['metadata', 'name'],
    pod: name,
    message: t`${name} has failed: ${reason}${message === undefined ? '' : `, ${oneLine(message)}`}.`,
  };
}

/** The kubelet has run one of its containers: then sandbox and volumes are there. */
function hasStarted({ containers }: Pod): boolean {
  return containers.some(
    ({ state, restarts }) =>
      restarts > 0 ||
      (state !== undefined && state.kind !== 'waiting') ||
      (state?.kind === 'waiting' && state.reason !== 'ContainerCreating' && state.reason !== 'PodInitializing'),
  );
}

/** pkg/controller/nodelifecycle writes it of each pod when a node has been silent for the grace period. */
function nodeLost(pod: Pod, events: readonly KubeEvent[]): boolean {
  const ready = pod.conditions.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'False') return false;
  return eventsOfPod(pod, events).some(
    ({ reason, last }) => reason === 'NodeNotReady' && timeOf(last) >= timeOf(ready.since),
  );
}

function* withoutNode(pod: Pod, { workload, events, now }: Observation): Generator<Observed> {
  const scheduled = pod.conditions.find(({ type }) => type === 'PodScheduled');
  const waited = now - timeOf(scheduled?.since ?? pod.created);
  if (scheduled?.reason === 'SchedulingGated') {
    yield {
      code: 'pod-gated',
      severity: waited > SILENT_MS ? 'error' : 'warning',
      path: [...POD, 'schedulingGates'],
      pod: pod.name,
      message: t`${pod.name} is kept from every node by its scheduling gates${scheduled.message === undefined ? '' : `: ${oneLine(scheduled.message)}`}.`,
      advice: t`Whoever set the gate has to lift it; without such a controller, take the gate out.`,
    };
    return;
  }
  if (scheduled === undefined && waited > SILENT_MS) {
    yield {
      code: 'pod-unscheduled',
      severity: 'error',
      path: [...POD, 'schedulerName'],
      pod: pod.name,
      message: t`No scheduler has looked at ${pod.name} since it was made, ${Math.round(waited / 1000)} s ago.`,
      advice: t`The scheduler that schedulerName names does not run; without the field it is the default one.`,
    };
    return;
  }
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return;
  const claim = claimTrouble(pod, workload, events);
  if (claim) {
    yield claim;
    return;
  }
  const text = schedulingText(scheduled.message ?? '');
  yield {
    code: 'pod-unschedulable',
    severity: waited > SCHEDULING_MS ? 'error' : 'warning',
    path: schedulingPath(text),
    pod: pod.name,
    message: t`${pod.name} finds no node: ${text}.`,
    advice: t`A node that is added, or room that becomes free, ends it; else change what the text names.`,
  };
}

/** What the scheduler tried besides says nothing about the pod. */
function schedulingText(message: string): string {
  return oneLine(message.replace(/,? ?(?:no new claims to deallocate|preemption:).*$/s, '').replace(/[\s,.]+$/, ''));
}

/** The claim's own events say why it has no volume (pkg/controller/volume/persistentvolume/pv_controller.go). */
function claimTrouble({ name }: Pod, workload: LiveWorkload, events: readonly KubeEvent[]): Observed | undefined {
  if (workload.kind !== 'StatefulSet') return undefined;
  for (const [index, template] of workload.claimTemplates.entries()) {
    const claim = `${template}-${name}`;
    const trouble = events.findLast(
      ({ involved, reason }) =>
        involved.kind === 'PersistentVolumeClaim' &&
        involved.name === claim &&
        (reason === 'ProvisioningFailed' || reason === 'FailedBinding'),
    );
    if (!trouble) continue;
    const field = /storage ?class/i.test(trouble.message) ? ['storageClassName'] : [];
    return {
      code: 'claim-pending',
      severity: 'error',
      path: ['spec', 'volumeClaimTemplates', index, 'spec', ...field],
      pod: name,
      message: t`${name} waits for its claim ${claim}: ${oneLine(trouble.message)}.`,
      advice: t`Create the StorageClass or a volume; the class of a claim that exists cannot be changed.`,
    };
  }
  return undefined;
}

/** `volume "config"` is the template's own, `pvc-…` the one behind a claim. */
function volumePath(text: string, workload: LiveWorkload): FieldPath {
  const volume = /for volume "([^"]+)"/.exec(text)?.[1];
  if (volume !== undefined && !/^(?:pvc-|kube-api-access-)/.test(volume)) return [...POD, 'volumes', { name: volume }];
  const claims = workload.kind === 'StatefulSet' ? workload.claimTemplates.length : 0;
  return claims > 0 ? ['spec', 'volumeClaimTemplates'] : ['metadata', 'name'];
}
