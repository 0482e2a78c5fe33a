import type { Recorded } from './story';

/** Names of fields that nothing is derived of, at any depth. */
const DROPPED = new Set([
  ...['managedFields', 'resourceVersion', 'selfLink', 'generateName', 'blockOwnerDeletion'],
  ...['imageID', 'containerID', 'hostIP', 'hostIPs', 'podIP', 'podIPs', 'qosClass', 'allocatedResources', 'user'],
  ...[
    'volumeMounts',
    'terminationMessagePath',
    'terminationMessagePolicy',
    'imagePullPolicy',
    'dnsPolicy',
    'tolerations',
  ],
  ...['schedulerName', 'enableServiceLinks', 'preemptionPolicy', 'priority', 'serviceAccount', 'lastProbeTime'],
  ...['reportingComponent', 'reportingInstance', 'source', 'observedGenerationOfPod', 'collisionCount'],
]);

/** `status.volumeMounts` says nothing; in a spec neither does the token that every pod gets. */
export function slim(object: unknown, key = ''): unknown {
  if (Array.isArray(object)) return object.map((item) => slim(item, key));
  if (typeof object !== 'object' || object === null) return object;
  const entries = Object.entries(object)
    .filter(([name, value]) => !DROPPED.has(name) && value !== null && !(key === 'annotations' && !KEPT.test(name)))
    .map(([name, value]) => [name, slim(value, name)] as const)
    .filter(([name, value]) => name === 'rollingUpdate' || name === 'emptyDir' || !isEmpty(value));
  return Object.fromEntries(entries);
}

const KEPT = /^deployment\.kubernetes\.io\/revision$|change-cause/;

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

export const slimObject = (object: Recorded): Recorded => slim(object) as Recorded;
