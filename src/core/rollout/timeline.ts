import type { KubeEvent, LiveWorkload } from '../objects';
import { parseTime } from '../time';
import type { Rollout } from './rollout';
import type { Slot, SlotState } from './slot';
import { firstStretches } from './stretches';

/** Of a slot, and `pulling`: the node fetches the image, which is often what a start waits for. */
export type LaneState = SlotState | 'pulling';

/** A time during which a lane showed one state of one pod. Times are milliseconds since 1970, UTC. */
export interface Stretch {
  readonly from: number;
  /** `undefined`: it lasts. */
  readonly to: number | undefined;
  readonly state: LaneState;
  /** Kubernetes' own word for what is wrong; `undefined` when nothing is. */
  readonly reason: string | undefined;
  /** Uid of the pod; `undefined` while the ordinal has none. */
  readonly pod: string | undefined;
  readonly revision: string | undefined;
}

/** An event at the moment it happened last. */
export interface Mark {
  readonly uid: string;
  readonly at: number;
  readonly reason: string;
  readonly message: string;
  readonly warning: boolean;
  readonly count: number;
}

/** The history of an ordinal, or of one pod of a Deployment. */
export interface Lane {
  readonly name: string;
  /** The partition keeps this ordinal at its revision. */
  readonly held: boolean;
  readonly stretches: readonly Stretch[];
  readonly marks: readonly Mark[];
}

/** One way from a revision to the next. */
export interface Passage {
  /** The revision it leads to, as lanes name it. */
  readonly revision: string;
  readonly images: readonly string[];
  readonly from: number;
  /** `undefined`: it still goes on. */
  readonly to: number | undefined;
  /** `superseded`: another revision came before this one was done. */
  readonly outcome: 'running' | 'complete' | 'superseded';
}

/** What a workload's pods did, since somebody began to look; a value that `extendTimeline` carries on. */
export interface Timeline {
  readonly uid: string;
  readonly lanes: readonly Lane[];
  /** Events that concern no lane: of the workload itself. */
  readonly marks: readonly Mark[];
  /** Oldest first; the last one may still go on. */
  readonly passages: readonly Passage[];
}

export interface Moment {
  readonly workload: LiveWorkload;
  readonly rollout: Rollout;
  readonly events: readonly KubeEvent[];
  readonly now: number;
}

/** More is not readable on a screen, and a loop of crashes must not fill the memory. */
const MOST_STRETCHES = 200;
const MOST_MARKS = 100;
const MOST_PASSAGES = 20;
const MOST_LANES = 60;

/** The timeline with this moment added; of another object of the same name (`uid`), a new one. */
export function extendTimeline(previous: Timeline | undefined, moment: Moment): Timeline {
  const { workload, rollout, now } = moment;
  const known = previous?.uid === workload.uid ? previous : undefined;
  // Without its pods a workload shows nothing that a lane could hold.
  const slots = rollout.slots;
  const names = new Set(slots.map(({ podName }) => podName));
  const lanes = slots.map((slot, index) => {
    const lane = known?.lanes.find(({ name }) => name === slot.podName);
    return extendLane(lane, slot, { moment, held: isHeld(slot, { index, workload }) });
  });
  const gone = (known?.lanes ?? []).filter(({ name }) => !names.has(name)).map((lane) => endLane(lane, now));
  return {
    uid: workload.uid,
    lanes: [...lanes, ...gone.slice(-Math.max(0, MOST_LANES - lanes.length))],
    marks: mergeMarks(
      known?.marks ?? [],
      moment.events.filter((event) => event.involved.kind !== 'Pod' && podIn(event, names) === undefined),
    ),
    passages: extendPassages(known?.passages ?? [], moment),
  };
}

/** The update loop counts indexes: partition 2 spares the two lowest ordinals, whatever their numbers. */
function isHeld({ updated }: Slot, { index, workload }: { index: number; workload: LiveWorkload }): boolean {
  return workload.kind === 'StatefulSet' && index < (workload.partition ?? 0) && updated === false;
}

function extendLane(
  lane: Lane | undefined,
  slot: Slot,
  { moment: { events, now }, held }: { moment: Moment; held: boolean },
): Lane {
  const own = events.filter((event) => concerns(event, slot));
  const state = stateOf(slot, own);
  const next = { state, reason: slot.reason, pod: slot.pod?.uid, revision: slot.revision };
  const before = lane?.stretches ?? [];
  const last = before.at(-1);
  let stretches = before;
  if (last?.to !== undefined || !last || !sameStretch(last, next)) {
    // Of a pod that was not seen before, its own record tells how it came to where it is.
    const record =
      slot.pod && slot.pod.uid !== last?.pod
        ? firstStretches(slot.pod, next, now)
        : [{ ...next, from: now, to: undefined }];
    const begin = Math.max(last?.to ?? last?.from ?? -Infinity, record[0]?.from ?? now);
    const ended = last?.to === undefined ? [...before.slice(0, -1), ...endStretch(last, begin)] : before;
    stretches = [
      ...ended,
      ...record.filter(({ to }) => to === undefined || to > begin).map((each) => laterThan(each, begin)),
    ];
  }
  return {
    name: slot.podName,
    held,
    stretches: stretches.slice(-MOST_STRETCHES),
    marks: mergeMarks(lane?.marks ?? [], own),
  };
}

function laterThan(stretch: Stretch, begin: number): Stretch {
  return stretch.from >= begin ? stretch : { ...stretch, from: begin };
}

function endStretch(stretch: Stretch | undefined, at: number): readonly Stretch[] {
  return stretch === undefined || at <= stretch.from ? [] : [{ ...stretch, to: at }];
}

function endLane(lane: Lane, now: number): Lane {
  const last = lane.stretches.at(-1);
  if (last?.to !== undefined) return lane;
  return { ...lane, stretches: [...lane.stretches.slice(0, -1), ...endStretch(last, now)] };
}

function sameStretch(a: Stretch, b: Omit<Stretch, 'from' | 'to'>): boolean {
  return a.state === b.state && a.reason === b.reason && a.pod === b.pod && a.revision === b.revision;
}

function stateOf({ state }: Slot, events: readonly KubeEvent[]): LaneState {
  if (state !== 'starting') return state;
  const pull = events
    .filter(({ reason }) => reason === 'Pulling' || reason === 'Pulled')
    .sort((a, b) => timeOf(a) - timeOf(b))
    .at(-1);
  return pull?.reason === 'Pulling' ? 'pulling' : state;
}

/** Of this pod (not of a namesake before it), or of its controller about it: `create Pod web-2 in StatefulSet …`. */
function concerns(event: KubeEvent, { podName, pod }: Slot): boolean {
  if (event.involved.kind === 'Pod') return event.involved.name === podName && (!pod || event.involved.uid === pod.uid);
  return podIn(event, new Set([podName])) !== undefined;
}

function podIn({ message }: KubeEvent, names: ReadonlySet<string>): string | undefined {
  const name = /\b[Pp]od:? (\S+)/.exec(message)?.[1]?.replace(/[.,;]$/, '');
  return name !== undefined && names.has(name) ? name : undefined;
}

function timeOf({ last, first }: KubeEvent): number {
  return parseTime(last ?? first) ?? 0;
}

/** An event that happens again has the same uid and a higher count: one mark, at its latest time. */
function mergeMarks(known: readonly Mark[], events: readonly KubeEvent[]): readonly Mark[] {
  const marks = new Map(known.map((mark) => [mark.uid, mark]));
  for (const event of events) {
    const at = timeOf(event);
    if (at === 0) continue;
    const { uid, reason, message, count, type } = event;
    marks.set(uid, { uid, at, reason, message, count, warning: type === 'Warning' });
  }
  return [...marks.values()].sort((a, b) => a.at - b.at).slice(-MOST_MARKS);
}

function extendPassages(known: readonly Passage[], { workload, rollout, now }: Moment): readonly Passage[] {
  const revision = targetOf(workload);
  const last = known.at(-1);
  const complete = rollout.phase === 'complete';
  if (revision === undefined || rollout.phase === 'observing') return known;
  if (last?.revision === revision) {
    if (last.to !== undefined || !complete) return known;
    return [...known.slice(0, -1), { ...last, to: now, outcome: 'complete' }];
  }
  const before =
    last?.to === undefined && last
      ? [...known.slice(0, -1), { ...last, to: now, outcome: 'superseded' as const }]
      : known;
  // The revision that was there when somebody began to look is no rollout that anybody has seen.
  if (complete && known.length === 0) return known;
  const images = workload.images.map(({ image }) => image);
  const passage: Passage = complete
    ? { revision, images, from: now, to: now, outcome: 'complete' }
    : { revision, images, from: now, to: undefined, outcome: 'running' };
  return [...before, passage].slice(-MOST_PASSAGES);
}

/** The newest revision as slots name it. */
function targetOf(workload: LiveWorkload): string | undefined {
  if (workload.kind === 'Deployment') return workload.revision;
  const { updateRevision } = workload;
  return updateRevision === '' ? undefined : updateRevision.slice(updateRevision.lastIndexOf('-') + 1);
}
