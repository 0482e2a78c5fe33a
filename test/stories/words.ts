import { assess, type Assessment } from '../../src/core/causes/assess';
import { formatPath } from '../../src/core/fieldPath';
import type { KubeEvent, LiveWorkload, Pod, ReplicaSet } from '../../src/core/objects';
import { kubectlStatus } from '../../src/core/rollout/kubectlStatus';
import { rolloutPhrase, slotPhrase } from '../../src/core/wording';
import { deploymentOf, eventOf, podOf, replicaSetOf, statefulSetOf } from '../../src/cluster/projection';
import type { Frame, Kind, Recorded, Story } from './story';

/** What the cluster had at a moment of a story. */
class Stage {
  readonly #objects = new Map<string, { readonly kind: Kind; readonly object: Recorded }>();

  change({ put = [], gone = [] }: Frame): void {
    for (const uid of gone) this.#objects.delete(uid);
    for (const each of put) this.#objects.set(String((each.object.metadata as Recorded).uid), each);
  }

  #all<T>(kind: Kind, project: (object: Recorded) => T): T[] {
    return [...this.#objects.values()].filter((each) => each.kind === kind).map(({ object }) => project(object));
  }

  assess(now: number, { logs }: Story): Assessment | undefined {
    const [workload] = this.#all<LiveWorkload>('workload', (object) =>
      'serviceName' in (object.spec as object) ? statefulSetOf(object) : deploymentOf(object),
    );
    if (!workload) return undefined;
    const replicaSets = this.#all<ReplicaSet>('replicaSet', replicaSetOf);
    const owners = new Set([workload.uid, ...replicaSets.map(({ uid }) => uid)]);
    const pods = this.#all<Pod>('pod', podOf).filter(({ ownerUid }) => owners.has(ownerUid ?? ''));
    const events = this.#all<KubeEvent>('event', eventOf);
    return assess({
      workload,
      pods: pods.sort((a, b) => (a.name < b.name ? -1 : 1)),
      replicaSets,
      events,
      logs: new Map(Object.entries(logs)),
      now,
    });
  }
}

/** A cause may begin to count between two frames, since time has passed. */
const TICK_MS = 5_000;

/** What a user reads at each moment at which it changes: the lens, the pods, the causes with their lines, kubectl's line. */
export function wordsOf(story: Story): string {
  const stage = new Stage();
  const began = Date.parse(story.began);
  const lines = [`# ${story.title}`, `# ${story.nodes}, Kubernetes ${story.kubernetes.replace(/^v/, '')}`];
  let before = '';
  const tell = (at: number, did: string | undefined): void => {
    const words = momentOf(stage.assess(began + at, story));
    if (did !== undefined) lines.push('', `== ${did}`);
    if (words !== before || did !== undefined) lines.push('', `+${Math.round(at / 1000)} s`, words);
    before = words;
  };
  for (const [index, frame] of story.frames.entries()) {
    stage.change(frame);
    tell(frame.at, frame.did);
    const next = story.frames[index + 1]?.at ?? frame.at;
    for (let at = frame.at + TICK_MS; at < next; at += TICK_MS) tell(at, undefined);
  }
  return `${lines.join('\n')}\n`;
}

function momentOf(assessment: Assessment | undefined): string {
  if (!assessment) return 'nothing there';
  const { workload, rollout, findings } = assessment;
  const kubectl = kubectlStatus(workload);
  return [
    rolloutPhrase(rollout),
    ...rollout.slots.map((slot) => `  ${slot.podName} ${slotPhrase(slot)}`),
    ...findings.map(({ severity, code, path, message }) => `  ${severity} ${code} @ ${formatPath(path)}: ${message}`),
    `  kubectl: ${kubectl.state} ${kubectl.text}`,
  ].join('\n');
}

/** The assessment at the end of a story. */
export function endOf(story: Story): Assessment | undefined {
  const stage = new Stage();
  for (const frame of story.frames) stage.change(frame);
  return stage.assess(Date.parse(story.began) + (story.frames.at(-1)?.at ?? 0), story);
}
