import { containerResources } from '../../kube/podResources';
import { compareQuantities, formatQuantity } from '../../kube/quantity';
import { namespaceDefaults } from '../namespaceDefaults';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/** Nothing in the manifest is wrong: the default limit that the namespace adds is below the request (#51430). */
export const limitRangeDefault: Rule<'limitRanges'> = {
  code: 'limit-range-default-below-request',
  cause: 'limitRange',
  severity: 'error',
  rows: ['L8'],
  summary: 'A request above the default limit that a LimitRange fills in',
  needs: ['limitRanges'],
  whole: true,
  *check({ workload, facts: { limitRanges } }) {
    for (const { container, requests, limits } of containerResources(
      workload.template,
      namespaceDefaults(limitRanges),
    )) {
      for (const [resource, limit] of limits) {
        const request = requests.get(resource);
        if (container.limits[resource] !== undefined || container.requests[resource] === undefined || !request)
          continue;
        if (compareQuantities(request, limit) <= 0) continue;
        yield {
          path: [...container.path, 'resources', 'requests', resource],
          message: t`A LimitRange gives container ${container.name ?? ''} a limit of ${formatQuantity(limit)} of ${resource}, below its request of ${formatQuantity(request)}: the API server will refuse the pods.`,
          advice: t`Set a limit for ${resource} of at least ${formatQuantity(request)}.`,
        };
      }
    }
  },
};
