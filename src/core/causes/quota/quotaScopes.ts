import { asFields, asList, type Fields } from '../../kube/readers';
import { containerResources, hasPodLevelResources, type ContainerDefaults } from '../../kube/podResources';
import type { PodTemplate } from '../../kube/workloadSpec';
import type { QuotaScope } from '../facts';

/** What the scopes of a quota look at. */
export interface ScopedPod {
  readonly bestEffort: boolean;
  readonly priorityClassName: string | undefined;
  readonly crossNamespaceAffinity: boolean;
}

/** Of a template as it stands, `affinity` included, after the namespace's defaults. */
export function scopedPodOf(
  template: PodTemplate,
  { defaults, affinity }: { readonly defaults: readonly ContainerDefaults[]; readonly affinity: unknown },
): ScopedPod {
  const asks = containerResources(template, defaults).some(({ requests, limits }) =>
    [requests, limits].some((resources) => resources.has('cpu') || resources.has('memory')),
  );
  return {
    bestEffort: !asks && !hasPodLevelResources(template),
    priorityClassName: template.priorityClassName,
    crossNamespaceAffinity: usesOtherNamespaces(affinity),
  };
}

/**
 * Whether a quota counts this pod: all of its scopes must match (pkg/quota/v1/evaluator/core/pods.go,
 * podMatchesScopeFunc). Pods of a workload have no deadline, so they are never `Terminating`. `undefined`: a scope that
 * is not known here.
 */
export function countsPod(scopes: readonly QuotaScope[], pod: ScopedPod): boolean | undefined {
  const matches = scopes.map((scope) => matchesScope(scope, pod));
  return matches.includes(false) ? false : matches.includes(undefined) ? undefined : true;
}

function matchesScope({ name, operator, values }: QuotaScope, pod: ScopedPod): boolean | undefined {
  switch (name) {
    case 'Terminating':
      return false;
    case 'NotTerminating':
      return true;
    case 'BestEffort':
      return pod.bestEffort;
    case 'NotBestEffort':
      return !pod.bestEffort;
    case 'CrossNamespacePodAffinity':
      return pod.crossNamespaceAffinity;
    case 'PriorityClass':
      return matchesClass(pod.priorityClassName, operator, values);
    default:
      return undefined;
  }
}

function matchesClass(name: string | undefined, operator: string, values: readonly string[]): boolean | undefined {
  switch (operator) {
    case 'Exists':
      return name !== undefined;
    case 'DoesNotExist':
      return name === undefined;
    case 'In':
      return name !== undefined && values.includes(name);
    case 'NotIn':
      return name === undefined || !values.includes(name);
    default:
      return undefined;
  }
}

function usesOtherNamespaces(affinity: unknown): boolean {
  const { podAffinity, podAntiAffinity } = asFields(affinity);
  return [podAffinity, podAntiAffinity].some((each) => {
    const { requiredDuringSchedulingIgnoredDuringExecution: required, ...others } = asFields(each);
    const preferred = asList(others.preferredDuringSchedulingIgnoredDuringExecution).map(
      (item) => asFields(item).podAffinityTerm,
    );
    return [...asList(required), ...preferred].map(asFields).some(names);
  });
}

function names({ namespaces, namespaceSelector }: Fields): boolean {
  return asList(namespaces).length > 0 || (namespaceSelector !== undefined && namespaceSelector !== null);
}
