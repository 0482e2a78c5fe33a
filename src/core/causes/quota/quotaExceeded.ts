import type { FieldPath } from '../../fieldPath';
import { resolveIntOrString } from '../../kube/intOrString';
import type { Resources } from '../../kube/podResources';
import { formatQuantity, type Quantity } from '../../kube/quantity';
import { readWorkloadSpec } from '../../kube/readWorkloadSpec';
import type { WorkloadSpec } from '../../kube/workloadSpec';
import { ordinalOf } from '../../rollout/rollout';
import type { Pod } from '../../objects';
import { namespaceDefaults } from '../namespaceDefaults';
import type { Rule } from '../rule';
import { firstDifference } from '../sameFields';
import { amount, chargeOf, firstShortage, quantityOf, type Shortage, type Step } from './quotaArithmetic';

/**
 * A ResourceQuota counts pods, so it is met only while the rollout runs: at the ordinal where the sum no longer fits.
 * A StatefulSet's pod is deleted before its successor is made; what it used is free again for it.
 */
export const quotaExceeded: Rule<'quotas' | 'limitRanges' | 'liveObject' | 'pods'> = {
  code: 'quota-exceeded',
  cause: 'quota',
  severity: 'error',
  summary: 'A ResourceQuota that stops the rollout at an ordinal',
  needs: ['quotas', 'limitRanges', 'liveObject', 'pods'],
  *check({ manifest, workload, facts: { quotas, limitRanges, liveObject, pods } }) {
    const defaults = namespaceDefaults(limitRanges);
    const live = liveObject === null ? undefined : readWorkloadSpec(liveObject);
    const charge = chargeOf(workload.template, defaults);
    const before = live ? chargeOf(live.template, defaults) : new Map<string, Quantity>();
    const changed =
      live !== undefined && firstDifference(templateIn(manifest.object), templateIn(liveObject)) !== undefined;
    const move = { workload, live, pods: pods.filter(({ deleting }) => deleting === undefined), changed };
    for (const { name, hard, used, scoped } of quotas) {
      // A scope may leave these pods out; judging it without its selector would cry wolf.
      if (scoped) continue;
      for (const [resource, text] of Object.entries(hard)) {
        if (!charge.has(resource)) continue;
        const cost = { resource, before, charge };
        const steps = workload.kind === 'StatefulSet' ? stepsOfStatefulSet(move, cost) : stepsOfDeployment(move, cost);
        const limit = quantityOf(text);
        const shortage = firstShortage(quantityOf(used[resource]).value, limit.value, steps);
        if (!shortage) continue;
        yield {
          path: shortage.step.scale && live ? ['spec', 'replicas'] : pathOf(workload, resource),
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

interface Move {
  readonly workload: WorkloadSpec;
  readonly live: WorkloadSpec | undefined;
  readonly pods: readonly Pod[];
  readonly changed: boolean;
}

interface Cost {
  readonly resource: string;
  readonly before: Resources;
  readonly charge: Resources;
}

function templateIn(object: Readonly<Record<string, unknown>> | null): unknown {
  return (object?.spec as Record<string, unknown> | undefined)?.template;
}

/** Missing ordinals come first, from the lowest up; then each pod is replaced, from the highest down to the partition. */
function stepsOfStatefulSet({ workload, live, pods, changed }: Move, { resource, before, charge }: Cost): Step[] {
  const name = workload.name ?? '';
  const start = workload.firstOrdinal;
  const end = start + (workload.replicas ?? live?.replicas ?? 1);
  const present = new Set(pods.map((pod) => ordinalOf(name, pod.name)).filter((ordinal) => ordinal !== undefined));
  const old = amount(before, resource);
  const needs = amount(charge, resource);
  const steps: Step[] = [];
  for (const ordinal of present) {
    if (ordinal >= end || ordinal < start)
      steps.push({ pod: `${name}-${ordinal}`, frees: old, needs: 0n, scale: true });
  }
  for (let ordinal = start; ordinal < end; ordinal++) {
    if (!present.has(ordinal)) steps.push({ pod: `${name}-${ordinal}`, frees: 0n, needs, scale: true });
  }
  if (!changed || workload.strategy === 'OnDelete') return steps;
  for (let ordinal = end - 1; ordinal >= start + (workload.partition ?? 0); ordinal--) {
    if (present.has(ordinal)) steps.push({ pod: `${name}-${ordinal}`, frees: old, needs, scale: false });
  }
  return steps;
}

/** New pods come on top of the old ones as far as maxSurge allows; what maxUnavailable allows goes before. */
function stepsOfDeployment({ workload, live, pods, changed }: Move, { resource, before, charge }: Cost): Step[] {
  const replicas = workload.replicas ?? live?.replicas ?? 1;
  const old = amount(before, resource);
  const needs = amount(charge, resource);
  const present = pods.length;
  const added: Step = { pod: 'one of the added pods', frees: 0n, needs, scale: true };
  const extra = Array.from({ length: Math.max(0, replicas - present) }, () => added);
  if (!changed) return extra;
  if (workload.strategy === 'Recreate') {
    const first: Step = { pod: 'one of the new pods', frees: old * BigInt(present), needs, scale: false };
    return [first, ...Array.from({ length: replicas - 1 }, () => ({ ...first, frees: 0n }))];
  }
  const gone = resolveIntOrString(workload.maxUnavailable ?? '25%', replicas, 'down') ?? 0;
  const surge: Step = { pod: 'the first new pod', frees: old * BigInt(Math.min(gone, present)), needs, scale: false };
  const rest: Step = { pod: 'one of the new pods', frees: old, needs, scale: false };
  return [surge, ...Array.from({ length: Math.max(0, Math.min(present, replicas) - 1) }, () => rest), ...extra];
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
  for (const { path, ...container } of template.containers) {
    for (const field of which === 'requests' ? (['requests', 'limits'] as const) : (['limits'] as const)) {
      if (container[field][name] !== undefined) return [...path, 'resources', field, name];
    }
  }
  return template.containers.at(-1)?.path ?? template.path;
}
