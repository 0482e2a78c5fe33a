import { valueAt } from '../../fieldPath';
import { containerResources, hasPodLevelResources } from '../../kube/podResources';
import { namespaceDefaults } from '../namespaceDefaults';
import type { Rule } from '../rule';
import { countsPod, scopedPodOf } from './quotaScopes';
import { t } from '../../../util/l10n';

/**
 * Only for these does a quota oblige every container, and only where the pod itself asks for nothing
 * (pkg/quota/v1/evaluator/core/pods.go, Constraints).
 */
const OBLIGING: Readonly<Record<string, readonly ['requests' | 'limits', string]>> = {
  cpu: ['requests', 'cpu'],
  memory: ['requests', 'memory'],
  'requests.cpu': ['requests', 'cpu'],
  'requests.memory': ['requests', 'memory'],
  'limits.cpu': ['limits', 'cpu'],
  'limits.memory': ['limits', 'memory'],
};

export const quotaMustSpecify: Rule<'quotas' | 'limitRanges'> = {
  code: 'quota-must-specify',
  cause: 'quota',
  severity: 'error',
  rows: ['Q3'],
  summary: 'A quota on a resource that a container does not set',
  needs: ['quotas', 'limitRanges'],
  whole: true,
  *check({ manifest, workload, facts: { quotas, limitRanges } }) {
    if (hasPodLevelResources(workload.template)) return;
    const defaults = namespaceDefaults(limitRanges);
    const containers = containerResources(workload.template, defaults);
    const affinity = valueAt(manifest.object, ['spec', 'template', 'spec', 'affinity']);
    const pod = scopedPodOf(workload.template, { defaults, affinity });
    for (const { name: quota, hard, scopes } of quotas) {
      if (countsPod(scopes, pod) !== true) continue;
      for (const { container, ...resources } of containers) {
        const missing = Object.keys(hard).filter((key) => {
          const obliged = OBLIGING[key];
          return obliged !== undefined && !resources[obliged[0]].has(obliged[1]);
        });
        if (missing.length === 0) continue;
        yield {
          path: [...container.path, 'resources'],
          message: t`The quota ${JSON.stringify(quota)} makes ${missing.join(', ')} obligatory; container ${container.name ?? ''} sets none: the pods will be refused.`,
        };
      }
    }
  },
};
