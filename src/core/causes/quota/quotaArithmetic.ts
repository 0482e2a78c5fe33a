import { podResources, type ContainerDefaults, type Resources } from '../../kube/podResources';
import { addQuantities, parseQuantity, ZERO, type Quantity } from '../../kube/quantity';
import type { ClaimTemplate, PodTemplate } from '../../kube/workloadSpec';

const ONE: Quantity = { value: 1_000_000_000n, format: 'decimal' };

/** Names under which quotas count a pod; `cpu` is `requests.cpu` (pkg/quota/v1/evaluator/core/pods.go). */
export function chargeOf(
  template: PodTemplate,
  { defaults = [], overhead = {} }: { defaults?: readonly ContainerDefaults[]; overhead?: Quantities } = {},
): Resources {
  const { requests, limits } = podResources(template, defaults);
  const charge = new Map<string, Quantity>([
    ['pods', ONE],
    ['count/pods', ONE],
  ]);
  for (const [name, own] of requests) {
    const quantity = withOverhead(own, overhead[name]);
    charge.set(`requests.${name}`, quantity);
    if (['cpu', 'memory', 'ephemeral-storage'].includes(name) || name.startsWith('hugepages-')) {
      charge.set(name, quantity);
    }
  }
  // What the runtime class adds counts as a limit only where there is one.
  for (const [name, own] of limits) charge.set(`limits.${name}`, withOverhead(own, overhead[name]));
  for (const [name, text] of Object.entries(overhead)) {
    if (!requests.has(name)) charge.set(`requests.${name}`, quantityOf(text));
  }
  return charge;
}

type Quantities = Readonly<Record<string, string>>;

function withOverhead(own: Quantity, overhead: string | undefined): Quantity {
  return overhead === undefined ? own : addQuantities(own, quantityOf(overhead));
}

/** Names under which quotas count a claim (pkg/quota/v1/evaluator/core/persistent_volume_claims.go). */
export function chargeOfClaim({ storage }: ClaimTemplate, className: string | undefined): Resources {
  const size = quantityOf(storage);
  const own: [string, Quantity][] = [
    ['persistentvolumeclaims', ONE],
    ['count/persistentvolumeclaims', ONE],
    ['requests.storage', size],
  ];
  if (className === undefined) return new Map(own);
  return new Map<string, Quantity>([
    ...own,
    [`${className}.storageclass.storage.k8s.io/persistentvolumeclaims`, ONE],
    [`${className}.storageclass.storage.k8s.io/requests.storage`, size],
  ]);
}

/** One step of a rollout: a pod goes (or not), a pod comes (or not). */
export interface Step {
  /** `web-1`; of a Deployment, words for the pod that comes. */
  readonly pod: string;
  readonly frees: bigint;
  readonly needs: bigint;
  /** The pod comes because `replicas` is raised: that is the field to mark. */
  readonly scale: boolean;
}

export interface Shortage {
  readonly step: Step;
  /** What the quota leaves for the pod of this step. */
  readonly left: bigint;
  readonly short: bigint;
}

/** The first step that does not fit. Every step is taken after the one before it: what was freed stays free. */
export function firstShortage(used: bigint, hard: bigint, steps: readonly Step[]): Shortage | undefined {
  let now = used;
  for (const step of steps) {
    now -= step.frees;
    if (now + step.needs > hard && step.needs > 0n) {
      const left = hard > now ? hard - now : 0n;
      return { step, left, short: now + step.needs - hard };
    }
    now += step.needs;
  }
  return undefined;
}

export function amount(resources: Resources, name: string): bigint {
  return (resources.get(name) ?? ZERO).value;
}

export function quantityOf(text: string | undefined): Quantity {
  return (text === undefined ? undefined : parseQuantity(text)) ?? ZERO;
}
