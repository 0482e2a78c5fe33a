import { addQuantities, maxQuantity, parseQuantity, type Quantity } from './quantity';
import type { Container, PodTemplate } from './workloadSpec';

export type Resources = ReadonlyMap<string, Quantity>;

export interface ContainerResources {
  readonly container: Container;
  readonly requests: Resources;
  readonly limits: Resources;
}

/** The defaults that a namespace gives to containers (LimitRange items of type Container), by resource name. */
export interface ContainerDefaults {
  readonly default: Readonly<Record<string, string>>;
  readonly defaultRequest: Readonly<Record<string, string>>;
}

/**
 * What each container asks for once the server has filled in: first a missing request is copied from the limit
 * (pkg/apis/core/v1/defaults.go), then LimitRanges give what is still missing (plugin/pkg/admission/limitranger).
 */
export function containerResources(
  { containers }: PodTemplate,
  defaults: readonly ContainerDefaults[] = [],
): readonly ContainerResources[] {
  return containers.map((container) => {
    const limits = parseAll(container.limits);
    const requests = new Map([...limits, ...parseAll(container.requests)]);
    for (const each of defaults) {
      for (const [name, quantity] of parseAll(each.default)) if (!limits.has(name)) limits.set(name, quantity);
      for (const [name, quantity] of parseAll(each.defaultRequest))
        if (!requests.has(name)) requests.set(name, quantity);
    }
    return { container, requests, limits };
  });
}

/**
 * What a pod counts for: the sum of containers and sidecars, or the largest init container with the sidecars before it,
 * whichever is more (component-helpers/resource/helpers.go). What the pod itself asks for stands in place of that sum.
 */
export function podResources(
  template: PodTemplate,
  defaults: readonly ContainerDefaults[] = [],
): { readonly requests: Resources; readonly limits: Resources } {
  const all = containerResources(template, defaults);
  const limits = podLevel(template.limits);
  // Of a pod with limits the server fills in requests: the containers' sum, else the limit (defaults.go, defaultPodRequests).
  const filledIn = new Map([...limits, ...(limits.size > 0 ? total(containerResources(template), 'requests') : [])]);
  return {
    requests: new Map([...total(all, 'requests'), ...keepPodLevel(filledIn), ...podLevel(template.requests)]),
    limits: new Map([...total(all, 'limits'), ...limits]),
  };
}

/** Whether requests or limits of the pod itself stand in place of those of its containers. */
export function hasPodLevelResources({ requests, limits }: PodTemplate): boolean {
  return podLevel(requests).size + podLevel(limits).size > 0;
}

function podLevel(resources: Readonly<Record<string, string>>): Resources {
  return keepPodLevel(parseAll(resources));
}

/** The only resources that a pod can have as a whole (component-helpers/resource/helpers.go). */
function keepPodLevel(resources: Resources): Resources {
  return new Map([...resources].filter(([name]) => /^(?:cpu|memory|hugepages-.*)$/.test(name)));
}

function total(all: readonly ContainerResources[], which: 'requests' | 'limits'): Resources {
  let running: Resources = new Map();
  let starting: Resources = new Map();
  let sidecars: Resources = new Map();
  for (const { container, ...resources } of all) {
    const own = resources[which];
    if (!container.init) running = merge(running, own, addQuantities);
    else if (container.sidecar) {
      sidecars = merge(sidecars, own, addQuantities);
      starting = merge(starting, sidecars, maxQuantity);
    } else starting = merge(starting, merge(sidecars, own, addQuantities), maxQuantity);
  }
  return merge(merge(running, sidecars, addQuantities), starting, maxQuantity);
}

function merge(a: Resources, b: Resources, combine: (a: Quantity, b: Quantity) => Quantity): Resources {
  const result = new Map(a);
  for (const [name, quantity] of b) {
    const other = result.get(name);
    result.set(name, other ? combine(other, quantity) : quantity);
  }
  return result;
}

function parseAll(resources: Readonly<Record<string, string>>): Map<string, Quantity> {
  const parsed = new Map<string, Quantity>();
  for (const [name, text] of Object.entries(resources)) {
    const quantity = parseQuantity(text);
    if (quantity) parsed.set(name, quantity);
  }
  return parsed;
}
