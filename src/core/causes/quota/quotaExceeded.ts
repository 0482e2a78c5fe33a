import type { FieldPath } from '../../fieldPath';
import { hasPodLevelResources } from '../../kube/podResources';
import { formatQuantity, type Quantity } from '../../kube/quantity';
import { readWorkloadSpec } from '../../kube/readWorkloadSpec';
import type { WorkloadSpec } from '../../kube/workloadSpec';
import type { ResourceQuota } from '../facts';
import { namespaceDefaults } from '../namespaceDefaults';
import type { Rule } from '../rule';
import { firstDifference } from '../../kube/sameFields';
import { firstShortage, quantityOf, type Shortage } from './quotaArithmetic';
import { costsOf, isCharged } from './quotaCosts';
import { rolloutSteps } from './rolloutSteps';
import { t } from '../../../util/l10n';

/**
 * A ResourceQuota counts pods and claims, so it is met only while the rollout runs: at the ordinal where the sum no
 * longer fits. A StatefulSet's pod is deleted before its successor is made; what it used is free again for it.
 */
export const quotaExceeded: Rule<
  'quotas' | 'limitRanges' | 'liveObject' | 'pods',
  'namespacePods' | 'claims' | 'storageClasses' | 'runtimeClasses' | 'podDryRun'
> = {
  code: 'quota-exceeded',
  cause: 'quota',
  severity: 'error',
  rows: ['Q1', 'Q2', 'Q4', 'Q5', 'Q6', 'Q7', 'Q8', 'Q9', 'Q10', 'Q11', 'Q15', 'D4'],
  summary: 'A ResourceQuota that stops the rollout at an ordinal',
  needs: ['quotas', 'limitRanges', 'liveObject', 'pods'],
  wants: ['namespacePods', 'claims', 'storageClasses', 'runtimeClasses', 'podDryRun'],
  whole: true,
  *check({ manifest, workload, facts: { quotas, limitRanges, liveObject, pods, ...wanted } }) {
    const defaults = namespaceDefaults(limitRanges);
    const live = liveObject === null ? undefined : readWorkloadSpec(liveObject);
    const costs = costsOf({
      ...{ workload, object: manifest.object, liveObject, defaults },
      ...{ namespacePods: wanted.namespacePods, claims: wanted.claims, storageClasses: wanted.storageClasses },
      ...{ runtimeClasses: wanted.runtimeClasses, podDryRun: wanted.podDryRun },
    });
    const changed =
      live !== undefined && firstDifference(templateIn(manifest.object), templateIn(liveObject)) !== undefined;
    for (const quota of quotas) {
      const { name, hard, used, scopes } = quota;
      for (const [resource, text] of Object.entries(hard)) {
        if (resource === `count/${workload.kind.toLowerCase()}s.apps` && !live) {
          yield* oneTooMany(quota, resource, workload);
        }
        if (!isCharged(costs, resource)) continue;
        const steps = rolloutSteps({ workload, live, pods, changed }, costs.of(resource, scopes));
        const limit = quantityOf(text);
        const shortage = firstShortage(quantityOf(used[resource]).value, limit.value, steps);
        if (!shortage) continue;
        yield {
          path: shortage.step.scale ? ['spec', 'replicas'] : pathOf(workload, resource, quota),
          message: messageOf(shortage, { name, resource, format: limit.format }),
          advice: t`Ask for less, free something in the namespace, or have the quota raised.`,
          related: [related(quota, resource, workload)],
        };
      }
    }
  },
};

/** The workload itself is an object too (generic count quota); one that is there already is counted. */
function* oneTooMany(quota: ResourceQuota, resource: string, workload: WorkloadSpec) {
  const text = quota.hard[resource] ?? '';
  if (quantityOf(quota.used[resource]).value + ONE <= quantityOf(text).value) return;
  yield {
    path: ['metadata', 'name'],
    message: t`The quota ${JSON.stringify(quota.name)} allows ${text} of ${resource}, and there are as many: the apply will be refused.`,
    advice: t`Delete one that nobody needs, or have the quota raised.`,
    related: [related(quota, resource, workload)],
  };
}

const ONE = quantityOf('1').value;

function related({ name, hard, used }: ResourceQuota, resource: string, { namespace }: WorkloadSpec) {
  const message = t`${resource}: ${hard[resource] ?? '0'} hard, ${used[resource] ?? '0'} used`;
  return { kind: 'ResourceQuota', namespace, name, message };
}

function templateIn(object: Readonly<Record<string, unknown>> | null): unknown {
  return (object?.spec as Record<string, unknown> | undefined)?.template;
}

function messageOf(
  { step, left, short }: Shortage,
  { name, resource, format }: { name: string; resource: string; format: Quantity['format'] },
): string {
  const write = (value: bigint): string => formatQuantity({ value, format });
  return t`The rollout stops at ${step.pod}: the quota ${JSON.stringify(name)} leaves ${write(left)} of ${resource}, this pod needs ${write(step.needs)} (short by ${write(short)}).`;
}

/** The line that asks for the resource; the container's own when it is a default that nobody wrote. */
function pathOf({ template, claimTemplates }: WorkloadSpec, resource: string, { scopes }: ResourceQuota): FieldPath {
  const [claim] = claimTemplates;
  if (claim && resource.endsWith('requests.storage'))
    return [...claim.path, 'spec', 'resources', 'requests', 'storage'];
  if (resource.endsWith('pods') || resource.endsWith('claims')) {
    const [first] = template.containers.filter(({ init }) => !init);
    // Such a pod counts only since it asks for nothing.
    const idle = scopes.some(({ name }) => name === 'BestEffort');
    return idle && first ? [...first.path, 'resources'] : ['spec', 'replicas'];
  }
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
