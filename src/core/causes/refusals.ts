import type { FieldPath } from '../fieldPath';
import type { KubeEvent, LiveWorkload } from '../objects';
import { ordinalOf } from '../rollout/rollout';
import { timeOf } from './observed';
import type { Observation } from './rule';
import { t } from '../../util/l10n';

/** A pod, or the claim it needs, that the API server did not let in. */
export interface Refusal {
  /** `web-1`; of a Deployment what the ReplicaSet would have named it: such pods have no names yet. */
  readonly pod: string;
  /** Name of the claim that was refused; `undefined` when it was the pod itself. */
  readonly claim: string | undefined;
  /** The server's reason, without the words that the controllers put before it. */
  readonly text: string;
  readonly count: number;
  /** Milliseconds since the first time. */
  readonly age: number;
}

/**
 * The refusal that still holds, if there is one: the newest `FailedCreate` event of a StatefulSet's missing ordinals, or
 * of the ReplicaSets of a Deployment that says `ReplicaFailure` (pkg/controller/controller_utils.go).
 */
export function refusals(observation: Observation): readonly Refusal[] {
  const { workload, pods, replicaSets, events, now } = observation;
  const present = new Set(pods.map(({ name }) => name));
  const owners = new Set([workload.uid, ...replicaSets.map(({ uid }) => uid)]);
  const progress = lastProgress(observation);
  let newest: { readonly refusal: Refusal; readonly last: number } | undefined;
  for (const event of events) {
    if (event.reason !== 'FailedCreate' || !owners.has(event.involved.uid)) continue;
    const read = readRefusal(event);
    const last = timeOf(event.last);
    if (!read || present.has(read.pod) || !stillWanted(workload, read.pod)) continue;
    if (last < progress || (newest && newest.last >= last)) continue;
    // Each try of a ReplicaSet is about another pod, and an event of its own.
    const tries = events.filter((each) => each.reason === event.reason && each.involved.uid === event.involved.uid);
    const same = event.involved.kind === 'ReplicaSet' ? tries : [event];
    const count = same.reduce((sum, each) => sum + each.count, 0);
    const first = Math.min(...same.map((each) => timeOf(each.first)));
    newest = { refusal: { ...read, count, age: now - first }, last };
  }
  return newest ? [newest.refusal] : [];
}

/** Who was refused, as the subject of a sentence. */
export function refusedName({ pod, claim }: Refusal): string {
  return claim === undefined ? pod : t`The claim ${claim} of ${pod}`;
}

/** pkg/controller/statefulset/stateful_pod_control.go (`Create Pod` from 1.35 on), pkg/controller/controller_utils.go. */
const OF_STATEFUL_SET = /create (?:Claim \S+ for )?Pod (\S+) in StatefulSet \S+ failed error: ([\s\S]*)/i;
const OF_REPLICA_SET = /Error creating: ([\s\S]*)/;
const SUBJECT = /(pods?|persistentvolumeclaims?) "([^"]+)" is (?:forbidden|invalid): /i;

function readRefusal({ message, involved }: KubeEvent): Pick<Refusal, 'pod' | 'claim' | 'text'> | undefined {
  const [, name, ofPod] = OF_STATEFUL_SET.exec(message) ?? [];
  const whole = ofPod ?? OF_REPLICA_SET.exec(message)?.[1];
  if (whole === undefined) return undefined;
  // A webhook's refusal, or one that it could not be asked, names no object.
  const subject = SUBJECT.exec(whole);
  const [prefix = '', kind = '', object] = subject ?? [];
  const claim = kind.toLowerCase().startsWith('persistent') ? object : undefined;
  const text = subject ? whole.slice(subject.index + prefix.length) : whole;
  return { pod: name ?? (claim === undefined ? object : undefined) ?? `${involved.name}-`, claim, text };
}

/** OrderedReady: a pod that came after a refusal proves that the refusal is over. */
function lastProgress({ workload, pods }: Observation): number {
  if (workload.kind !== 'StatefulSet' || workload.podManagementPolicy !== 'OrderedReady') return 0;
  return Math.max(0, ...pods.map(({ created }) => timeOf(created)));
}

function stillWanted(workload: LiveWorkload, pod: string): boolean {
  if (workload.kind === 'Deployment') {
    return workload.conditions.some(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  }
  const ordinal = ordinalOf(workload.name, pod);
  const { firstOrdinal, replicas } = workload;
  return ordinal !== undefined && ordinal >= firstOrdinal && ordinal < firstOrdinal + replicas;
}

/** Where the claim's storage stands: `data-web-3` comes of the template `data`. */
export function claimPath(workload: LiveWorkload, claim: string): FieldPath {
  const templates = workload.kind === 'StatefulSet' ? workload.claimTemplates : [];
  const index = templates.findIndex((name) => claim.startsWith(`${name}-${workload.name}-`));
  const list = ['spec', 'volumeClaimTemplates'];
  return index < 0 ? list : [...list, index, 'spec', 'resources', 'requests', 'storage'];
}
