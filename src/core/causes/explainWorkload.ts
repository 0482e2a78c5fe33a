import { formatPath } from '../fieldPath';
import type { Finding } from './finding';
import { explainers } from './explainers';
import type { Observation } from './rule';

/** Why it is stuck: the primary cause first, each cause once, however many pods show it. */
export function explainWorkload(observation: Observation): readonly Finding[] {
  const all = explainers.flatMap((explainer) =>
    [...explainer.explain(observation)].map((finding): Finding => ({
      ...finding,
      cause: explainer.cause,
      origin: 'observed',
    })),
  );
  const groups = new Map<string, readonly [Finding, ...Finding[]]>();
  for (const finding of all) {
    const id = `${finding.code} ${formatPath(finding.path)} ${finding.value ?? ''}`;
    const [first, ...more] = groups.get(id) ?? [];
    groups.set(id, first ? [first, ...more, finding] : [finding]);
  }
  const merged = [...groups.values()].map(mergeGroup);
  const weight = ({ severity }: Finding): number => (severity === 'error' ? 0 : severity === 'warning' ? 1 : 2);
  return merged.sort((a, b) => weight(a) - weight(b));
}

/** The worst one speaks for all, and says how many there are. */
function mergeGroup(group: readonly [Finding, ...Finding[]]): Finding {
  const worst = group.find(({ severity }) => severity === 'error') ?? group[0];
  return group.length === 1 ? worst : { ...worst, message: `${worst.message} (${group.length} pods)` };
}
