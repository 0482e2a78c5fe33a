import type { FieldPath } from '../../fieldPath';
import { containerResources, podResources, type Resources } from '../../kube/podResources';
import { compareQuantities, divideQuantities, formatQuantity, parseQuantity } from '../../kube/quantity';
import type { Container } from '../../kube/workloadSpec';
import type { LimitRangeItem } from '../facts';
import { namespaceDefaults } from '../namespaceDefaults';
import type { Rule, RuleFinding } from '../rule';
import { t } from '../../../util/l10n';

interface Judged {
  readonly requests: Resources;
  readonly limits: Resources;
  readonly who: string;
  readonly pathOf: (which: 'requests' | 'limits', resource: string) => FieldPath;
}

/** The server judges pods after it has filled in the namespace's defaults; the workload itself is never judged. */
export const limitRangeViolated: Rule<'limitRanges'> = {
  code: 'limit-range-violated',
  cause: 'limitRange',
  severity: 'error',
  rows: ['L1', 'L2', 'L3', 'L4', 'L5', 'L6', 'L7', 'L9', 'L11'],
  summary: 'A container, pod or claim outside the bounds of a LimitRange',
  needs: ['limitRanges'],
  whole: true,
  *check({ workload, facts: { limitRanges } }) {
    const { template, claimTemplates } = workload;
    const defaults = namespaceDefaults(limitRanges);
    const containers = containerResources(template, defaults).map(({ container, requests, limits }): Judged => {
      const who = t`container ${container.name ?? ''}`;
      return { requests, limits, who, pathOf: (which, resource) => resourcePath(container, which, resource) };
    });
    const last = template.containers.at(-1);
    const podPath = (which: 'requests' | 'limits', resource: string): FieldPath =>
      last ? resourcePath(last, which, resource) : template.path;
    const pod: Judged = { ...podResources(template, defaults), who: t`the pod`, pathOf: podPath };
    const claims = claimTemplates.map(({ path, name, storage }): Judged => {
      const quantity = storage === undefined ? undefined : parseQuantity(storage);
      const requests = new Map(quantity ? [['storage', quantity]] : []);
      const field = [...path, 'spec', 'resources', 'requests', 'storage'];
      return { requests, limits: new Map(), who: t`the claim ${name ?? ''}`, pathOf: () => field };
    });
    for (const { name, limits } of limitRanges) {
      for (const item of limits) {
        const judged = item.type === 'Container' ? containers : item.type === 'Pod' ? [pod] : [];
        for (const each of judged) yield* violations(each, item, name);
        if (item.type !== 'PersistentVolumeClaim') continue;
        for (const claim of claims) yield* violations(claim, item, name);
      }
    }
  },
};

function* violations(judged: Judged, item: LimitRangeItem, name: string): Generator<RuleFinding> {
  const { requests, limits, who, pathOf } = judged;
  const per = t`the LimitRange ${JSON.stringify(name)}`;
  const finding = (which: 'requests' | 'limits', resource: string, text: string): RuleFinding => ({
    path: pathOf(which, resource),
    message: t`${text}: the API server will refuse the pods.`,
    related: [{ kind: 'LimitRange', namespace: undefined, name, message: per }],
  });
  for (const [resource, text] of Object.entries(item.min)) {
    const min = parseQuantity(text);
    const [request, limit] = [requests.get(resource), limits.get(resource)];
    if (!min) continue;
    if (!request)
      yield finding('requests', resource, t`${per} wants at least ${text} of ${resource}, and ${who} requests none`);
    else if (compareQuantities(request, min) < 0) {
      yield finding(
        'requests',
        resource,
        t`${who} requests ${formatQuantity(request)} of ${resource}, less than the ${text} that ${per} wants`,
      );
    } else if (limit && compareQuantities(limit, min) < 0) {
      yield finding(
        'limits',
        resource,
        t`${who} is limited to ${formatQuantity(limit)} of ${resource}, less than the ${text} that ${per} wants`,
      );
    }
  }
  for (const [resource, text] of Object.entries(item.max)) {
    const max = parseQuantity(text);
    const [request, limit] = [requests.get(resource), limits.get(resource)];
    if (!max) continue;
    if (limit && compareQuantities(limit, max) > 0) {
      yield finding(
        'limits',
        resource,
        t`${who} has a limit of ${formatQuantity(limit)} of ${resource}, above the ${text} that ${per} allows`,
      );
    } else if (request && compareQuantities(request, max) > 0) {
      yield finding(
        'requests',
        resource,
        t`${who} requests ${formatQuantity(request)} of ${resource}, above the ${text} that ${per} allows`,
      );
    } else if (!limit && item.type === 'Pod') {
      yield finding(
        'limits',
        resource,
        t`${per} allows a pod ${text} of ${resource}, and not every container has a limit`,
      );
    }
  }
  for (const [resource, text] of Object.entries(item.maxLimitRequestRatio)) {
    const most = parseQuantity(text);
    const [request, limit] = [requests.get(resource), limits.get(resource)];
    if (!most) continue;
    if (!request?.value || !limit?.value) {
      const which = request?.value ? 'limits' : 'requests';
      const lacks = t`${who} sets no ${which === 'limits' ? 'limit' : 'request'}`;
      yield finding(which, resource, t`${per} bounds limit to request of ${resource} to ${text}, and ${lacks}`);
      continue;
    }
    const ratio = divideQuantities(limit, request) ?? 0;
    if (ratio <= Number(most.value) / 1e9) continue;
    yield finding(
      'requests',
      resource,
      t`${who} has a limit of ${ratio.toFixed(1)} times its request for ${resource}, more than the ${text} times that ${per} allows`,
    );
  }
}

/** The value that was written: a request that the server copies from the limit stands on the limit's line. */
function resourcePath(
  { path, requests, limits }: Container,
  which: 'requests' | 'limits',
  resource: string,
): FieldPath {
  const other = which === 'requests' ? 'limits' : 'requests';
  const written = { requests, limits };
  const field =
    written[which][resource] !== undefined ? which : written[other][resource] !== undefined ? other : undefined;
  return field ? [...path, 'resources', field, resource] : [...path, 'resources'];
}
