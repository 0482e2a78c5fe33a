import { isQuotaText } from './explainQuota';
import { oneLine } from '../observed';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/**
 * Who may not list quotas still learns from a dry-run of a pod that there is no room for one more. That pod comes on top
 * of those that run, while a StatefulSet's pod is made after its predecessor has gone: so it is a risk, no certainty.
 */
export const quotaAnswered: Rule<'podDryRun'> = {
  code: 'quota-exceeded',
  cause: 'quota',
  severity: 'error',
  rows: ['Q1', 'Q2', 'Q5'],
  summary: 'A ResourceQuota without room for one more pod, as the server answers',
  needs: ['podDryRun'],
  insteadOf: 'quota-exceeded',
  whole: true,
  *check({ workload, facts: { podDryRun } }) {
    if (podDryRun.kind !== 'refused') return;
    const { message } = podDryRun;
    if (!isQuotaText(message) || /must specify|status unknown/.test(message)) return;
    const [, limits, resource] = /requested: (?:(limits)\.|requests\.)?([\w./-]+)=/.exec(message) ?? [];
    const [first] = workload.template.containers.filter(({ init }) => !init);
    const ofContainer = first && resource !== undefined && !resource.endsWith('pods');
    yield {
      severity: 'warning',
      path: ofContainer ? [...first.path, 'resources', limits ?? 'requests', resource] : ['spec', 'replicas'],
      message: t`There is no room for one more pod: ${oneLine(message.replace(/^[\w.]+ "[^"]+" is forbidden: /, ''))}.`,
      advice: t`What the pods that are replaced give back may be enough; the quotas themselves cannot be read.`,
    };
  },
};
