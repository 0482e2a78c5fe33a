import { valueAt, type FieldPath } from '../../fieldPath';
import { compareQuantities, parseQuantity } from '../../kube/quantity';
import { readWorkloadSpec } from '../../kube/readWorkloadSpec';
import type { Container, WorkloadSpec } from '../../kube/workloadSpec';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

const POD: FieldPath = ['spec', 'template', 'spec'];

type Pair = readonly [now: Container, before: Container];

/** The containers that were there before, by name. */
function pairsOf(workload: WorkloadSpec, liveObject: Readonly<Record<string, unknown>> | null): readonly Pair[] {
  const before = liveObject === null ? undefined : readWorkloadSpec(liveObject);
  return workload.template.containers.flatMap((now): Pair[] => {
    const old = before?.template.containers.find(({ name, init }) => name === now.name && init === now.init);
    return old ? [[now, old]] : [];
  });
}

/** What a container really uses is not known here; a fall to less than a quarter seldom is meant. */
const SHARE = 4n;

export const memoryLimitLowered: Rule<'liveObject'> = {
  code: 'memory-limit-lowered',
  cause: 'runtime',
  severity: 'warning',
  rows: ['R11'],
  summary: 'A memory limit that falls to less than a quarter',
  needs: ['liveObject'],
  *check({ workload, facts: { liveObject } }) {
    for (const [now, before] of pairsOf(workload, liveObject)) {
      const limit = parseQuantity(now.limits.memory ?? '');
      const old = parseQuantity(before.limits.memory ?? '');
      if (!limit || !old || compareQuantities({ ...limit, value: limit.value * SHARE }, old) >= 0) continue;
      yield {
        path: [...now.path, 'resources', 'limits', 'memory'],
        message: t`The memory limit of ${now.name ?? ''} falls from ${before.limits.memory ?? ''} to ${now.limits.memory ?? ''}: a container that uses more is killed (OOMKilled).`,
      };
    }
  },
};

/** The kubelet refuses to start it as root, and cannot tell of an image whose user is a name (security_context_others.go). */
export const nonRootUnproven: Rule<'liveObject'> = {
  code: 'non-root-unproven',
  cause: 'runtime',
  severity: 'information',
  rows: ['R14', 'R15'],
  summary: 'runAsNonRoot that is new, without a user',
  needs: ['liveObject'],
  *check({ manifest, workload, facts: { liveObject } }) {
    for (const [now, before] of pairsOf(workload, liveObject)) {
      const own = [...now.path, 'securityContext'];
      const pod = [...POD, 'securityContext'];
      const ask = (object: unknown, container: FieldPath, field: string): unknown =>
        valueAt(object, [...container, field]) ?? valueAt(object, [...pod, field]);
      if (ask(manifest.object, own, 'runAsNonRoot') !== true) continue;
      if (ask(manifest.object, own, 'runAsUser') !== undefined) continue;
      if (ask(liveObject, [...before.path, 'securityContext'], 'runAsNonRoot') === true) continue;
      const place = valueAt(manifest.object, [...own, 'runAsNonRoot']) === true ? own : pod;
      yield {
        path: [...place, 'runAsNonRoot'],
        message: t`runAsNonRoot is new: if the image of ${now.name ?? ''} runs as root, or names its user by a word, the container is not started.`,
        advice: t`Give a runAsUser, unless the image has a numeric user.`,
      };
    }
  },
};

/** A pod that names a scheduler which nobody runs stays Pending without a condition and without an event. */
export const schedulerOther: Rule<never> = {
  code: 'scheduler-other',
  cause: 'runtime',
  severity: 'information',
  rows: ['R28'],
  summary: 'A scheduler other than the default one',
  needs: [],
  *check({ manifest }) {
    const path = [...POD, 'schedulerName'];
    const name = valueAt(manifest.object, path);
    if (typeof name !== 'string' || name === '' || name === 'default-scheduler') return;
    yield {
      path,
      message: t`Pods wait for the scheduler ${name}: where it does not run they stay Pending without a word.`,
    };
  },
};
