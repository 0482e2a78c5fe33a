import { claimNameOf } from '../../kube/claims';
import { matchesSelector } from '../../kube/labelSelector';
import { ordinalOf, revisionOf } from '../../rollout/rollout';
import { isReady, podState } from '../../rollout/slot';
import type { ServerVersion } from '../facts';
import { podsToCome } from '../podsToCome';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

const NAME = ['metadata', 'name'];

/** The controller meets `AlreadyExists`, and says nothing (pkg/controller/statefulset/stateful_pod_control.go). */
export const podNameTaken: Rule<'namespacePods' | 'liveWorkload'> = {
  code: 'pod-name-taken',
  cause: 'statefulSet',
  severity: 'error',
  rows: ['S47'],
  summary: "Somebody else's pod with the name of an ordinal",
  needs: ['namespacePods', 'liveWorkload'],
  whole: true,
  *check({ workload, facts: { namespacePods, liveWorkload } }) {
    const { kind, name, firstOrdinal: first, replicas = liveWorkload?.replicas ?? 1, selector, template } = workload;
    if (kind !== 'StatefulSet' || name === undefined) return;
    for (const pod of namespacePods) {
      const ordinal = ordinalOf(name, pod.name);
      if (ordinal === undefined || ordinal < first || ordinal >= first + replicas || pod.deleting) continue;
      if (liveWorkload && pod.ownerUid === liveWorkload.uid) continue;
      // A pod without an owner that the selector takes is adopted.
      const adopted =
        pod.ownerUid === undefined &&
        matchesSelector(selector ?? { matchLabels: template.labels, matchExpressions: [] }, pod.labels);
      if (adopted) continue;
      yield {
        path: NAME,
        message: t`A pod named ${pod.name} is there and does not belong to this StatefulSet, which will wait for the name without a word.`,
        advice: t`Delete or rename the other pod.`,
      };
    }
  },
};

/**
 * The controller tries to give a pod the volumes of the claim templates, which no pod can be given: after an orphaning
 * recreate with new templates it never gets any further (kubernetes/kubernetes#141876).
 */
export const podVolumesOutdated: Rule<'namespacePods' | 'liveWorkload'> = {
  code: 'pod-volumes-outdated',
  cause: 'statefulSet',
  severity: 'error',
  rows: ['S33'],
  summary: 'Pods without the volume of a claim template',
  needs: ['namespacePods', 'liveWorkload'],
  whole: true,
  *check({ workload, facts: { namespacePods, liveWorkload } }) {
    const { kind, name = '', claimTemplates, selector, firstOrdinal: first, replicas = 1 } = workload;
    if (kind !== 'StatefulSet') return;
    for (const { name: claim, path } of claimTemplates) {
      const lacking = namespacePods.filter((pod) => {
        const ordinal = ordinalOf(name, pod.name);
        const own = liveWorkload ? pod.ownerUid === liveWorkload.uid : pod.ownerUid === undefined;
        if (ordinal === undefined || ordinal < first || ordinal >= first + replicas || !own || pod.deleting)
          return false;
        if (!liveWorkload && (!selector || !matchesSelector(selector, pod.labels))) return false;
        const wanted = claimNameOf(claim ?? '', name, ordinal);
        return !pod.template.volumes.some((volume) => volume.name === claim && volume.claimName === wanted);
      });
      const [pod] = lacking;
      if (!pod) continue;
      yield {
        path: [...path, 'metadata', 'name'],
        message: t`${pod.name} has no volume ${claim ?? ''}, and cannot be given one: the controller fails at it (FailedUpdate) and replaces no pod.`,
        advice: t`Apply, then delete ${lacking.map((each) => each.name).join(', ')} one by one: each comes back with the volume.`,
      };
    }
  },
};

/** A pod on a lost node is never taken away by itself (kubernetes/kubernetes#64869), nor is its volume. */
export const nodeOfPodLost: Rule<'nodes' | 'pods' | 'liveObject'> = {
  code: 'node-of-pod-not-ready',
  cause: 'statefulSet',
  severity: 'warning',
  rows: ['S45', 'S35'],
  summary: 'A pod that is to be replaced on a node that is not ready',
  needs: ['nodes', 'pods', 'liveObject'],
  whole: true,
  *check({ manifest, workload, facts: { nodes, pods, liveObject } }) {
    if (workload.kind !== 'StatefulSet') return;
    const { changed } = podsToCome({ object: manifest.object, workload }, { liveObject, pods });
    const lost = new Set(nodes.filter(({ ready }) => !ready).map(({ name }) => name));
    const pod = changed ? pods.find(({ node }) => node !== undefined && lost.has(node)) : undefined;
    if (!pod) return;
    yield {
      path: NAME,
      message: t`${pod.name} is on ${pod.node ?? ''}, which is not ready: deleted, it stays until the node is back, and the rollout waits for it.`,
    };
  },
};

/** With OrderedReady pods go from the highest ordinal down, and only while all below are well. */
export const scaleDownWaits: Rule<'liveWorkload' | 'pods'> = {
  code: 'scale-down-waits',
  cause: 'statefulSet',
  severity: 'warning',
  rows: ['S58'],
  summary: 'A scale-down that waits for a pod which cannot run',
  needs: ['liveWorkload', 'pods'],
  *check({ workload, facts: { liveWorkload: live, pods } }) {
    const { replicas, firstOrdinal: first } = workload;
    if (live?.kind !== 'StatefulSet' || live.podManagementPolicy !== 'OrderedReady') return;
    if (replicas === undefined || replicas === 0 || replicas >= live.replicas) return;
    const kept = pods.filter((pod) => (ordinalOf(live.name, pod.name) ?? Infinity) < first + replicas);
    const broken = kept.find((pod) => podState(pod).state === 'failed');
    if (!broken) return;
    yield {
      path: ['spec', 'replicas'],
      message: t`${broken.name} cannot run, and with OrderedReady no pod is scaled away before it does.`,
    };
  },
};

/** kubernetes/kubernetes#137409: in these versions the broken old pods use up what may be unavailable. */
export const parallelDeadlock: Rule<'serverVersion' | 'liveWorkload' | 'pods'> = {
  code: 'parallel-deadlock',
  cause: 'statefulSet',
  severity: 'error',
  rows: ['S20'],
  summary: 'Broken old pods that a Parallel set of 1.35.0 to 1.35.3 never replaces',
  needs: ['serverVersion', 'liveWorkload', 'pods'],
  whole: true,
  *check({ workload, facts: { serverVersion, liveWorkload: live, pods } }) {
    if (live?.kind !== 'StatefulSet' || live.podManagementPolicy !== 'Parallel' || !isAffected(serverVersion)) return;
    const most = typeof workload.maxUnavailable === 'number' ? workload.maxUnavailable : 1;
    const unwell = pods.filter((pod) => !isReady(pod));
    const broken = unwell.filter((pod) => podState(pod).state === 'failed' && revisionOf(pod) !== undefined);
    const [pod] = broken;
    if (!pod || broken.length < most) return;
    yield {
      path: NAME,
      message: t`${pod.name} cannot run and counts as unavailable: Kubernetes 1.35.${serverVersion.patch} then replaces no pod, however good the new template is.`,
      advice: t`Apply, then delete ${broken.map(({ name }) => name).join(', ')}; 1.35.4 has the fault corrected.`,
    };
  },
};

function isAffected({ major, minor, patch }: ServerVersion): boolean {
  return major === 1 && minor === 35 && patch <= 3;
}
