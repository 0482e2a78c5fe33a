import type { FieldPath } from '../../fieldPath';
import { hasPodLevelResources } from '../../kube/podResources';
import { formatQuantity, type Quantity } from '../../kube/quantity';
import { readWorkloadSpec } from '../../kube/readWorkloadSpec';
import type { WorkloadSpec } from '../../kube/workloadSpec';
import { namespaceDefaults } from '../namespaceDefaults';
import type { Rule } from '../rule';
import { firstDifference } from '../sameFields';
import { chargeOf, firstShortage, quantityOf, type Shortage } from './quotaArithmetic';
import { rolloutSteps } from './rolloutSteps';

/**
 * A ResourceQuota counts pods, so it is met only while the rollout runs: at the ordinal where the sum no longer fits.
 * A StatefulSet's pod is deleted before its successor is made; what it used is free again for it.
 */
export const quotaExceeded: Rule<'quotas' | 'limitRanges' | 'liveObject' | 'pods'> = {
  code: 'quota-exceeded',
  cause: 'quota',
  severity: 'error',
  rows: ['Q1', 'Q2', 'Q4', 'Q5', 'Q8', 'D4'],
  summary: 'A ResourceQuota that stops the rollout at an ordinal',
  needs: ['quotas', 'limitRanges', 'liveObject', 'pods'],
  whole: true,
  *check({ manifest, workload, facts: { quotas, limitRanges, liveObject, pods } }) {
    const defaults = namespaceDefaults(limitRanges);
    const live = liveObject === null ? undefined : readWorkloadSpec(liveObject);
    const charge = chargeOf(workload.template, defaults);
    const before = live ? chargeOf(live.template, defaults) : new Map<string, Quantity>();
    const changed =
      live !== undefined && firstDifference(templateIn(manifest.object), templateIn(liveObject)) !== undefined;
    for (const { name, hard, used, scopes } of quotas) {
      // A scope may leave these pods out; judging it without its selector would cry wolf.
      if (scopes.length > 0) continue;
      for (const [resource, text] of Object.entries(hard)) {
        if (!charge.has(resource)) continue;
        const steps = rolloutSteps({ workload, live, pods, changed }, { resource, before, charge });
        const limit = quantityOf(text);
        const shortage = firstShortage(quantityOf(used[resource]).value, limit.value, steps);
        if (!shortage) continue;
        yield {
          path: shortage.step.scale ? ['spec', 'replicas'] : pathOf(workload, resource),
          message: messageOf(shortage, { name, resource, format: limit.format }),
          advice: 'Ask for less, free something in the namespace, or have the quota raised.',
          related: [
            {
              kind: 'ResourceQuota',
              namespace: workload.namespace,
              name,
              message: `${resource}: ${text} hard, ${used[resource] ?? '0'} used`,
            },
          ],
        };
      }
    }
  },
};

function templateIn(object: Readonly<Record<string, unknown>> | null): unknown {
  return (object?.spec as Record<string, unknown> | undefined)?.template;
}

function messageOf(
  { step, left, short }: Shortage,
  { name, resource, format }: { name: string; resource: string; format: Quantity['format'] },
): string {
  const write = (value: bigint): string => formatQuantity({ value, format });
  return `The rollout stops at ${step.pod}: the quota ${JSON.stringify(name)} leaves ${write(left)} of ${resource}, this pod needs ${write(step.needs)} (short by ${write(short)}).`;
}

/** The line that asks for the resource; the container's own when it is a default that nobody wrote. */
function pathOf({ template }: WorkloadSpec, resource: string): FieldPath {
  if (resource.endsWith('pods')) return ['spec', 'replicas'];
  const which = resource.startsWith('limits.') ? 'limits' : 'requests';
  const name = resource.replace(/^(?:requests|limits)\./, '');
  const pod = { ...template, path: [...template.path, 'spec'] };
  for (const { path, ...owner } of [...(hasPodLevelResources(template) ? [pod] : []), ...template.containers]) {
    for (const field of which === 'requests' ? (['requests', 'limits'] as const) : (['limits'] as const)) {
      if (owner[field][name] !== undefined) return [...path, 'resources', field, name];
    }
  }
  return template.containers.at(-1)?.path ?? template.path;
}
