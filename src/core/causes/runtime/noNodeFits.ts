import type { FieldPath } from '../../fieldPath';
import { resolveIntOrString } from '../../kube/intOrString';
import { podResources } from '../../kube/podResources';
import { compareQuantities, formatQuantity, parseQuantity, type Quantity } from '../../kube/quantity';
import type { WorkloadSpec } from '../../kube/workloadSpec';
import type { NodeFact } from '../factObjects';
import { podsToCome, type PodsToCome } from '../podsToCome';
import type { Rule, RuleFinding } from '../rule';
import { valueAt } from '../../fieldPath';
import { isSelected, placementOf, untolerated, type Placement } from './placement';
import { t } from '../../../util/l10n';

const POD: FieldPath = ['spec', 'template', 'spec'];

const NEEDS = ['nodes', 'liveObject', 'pods'] as const;
type Needs = (typeof NEEDS)[number];

/**
 * No node takes the new pods, as the nodes are now. A warning, since an autoscaler may add one that does. Each demand in
 * turn: what selects nodes, their taints, their size.
 */
export const noNodeFits: Rule<Needs> = {
  code: 'no-node-fits',
  cause: 'runtime',
  severity: 'warning',
  rows: ['R21', 'R22', 'R23', 'R25'],
  summary: 'Pods that no node takes',
  needs: NEEDS,
  whole: true,
  *check({ manifest, workload, facts: { nodes, liveObject, pods } }) {
    const coming = podsToCome({ object: manifest.object, workload }, { liveObject, pods });
    if (nodes.length === 0 || coming.places.length === 0) return;
    const placement = placementOf(manifest.object);
    const selected = nodes.filter((node) => isSelected(placement, node));
    if (selected.length === 0) yield notSelected(placement, nodes);
    else {
      const open = selected.filter((node) => !untolerated(placement, node));
      if (open.length === 0) yield tainted(placement, selected);
      else yield* tooSmall(workload, placement, open);
    }
  },
};

function notSelected(placement: Placement, nodes: readonly NodeFact[]): RuleFinding {
  const entries = Object.entries(placement.nodeSelector);
  const absent = entries.find(([key, value]) => nodes.every(({ labels }) => labels[key] !== value));
  if (!absent) {
    const path = entries.length > 0 ? [...POD, 'nodeSelector'] : [...POD, 'affinity', 'nodeAffinity'];
    return { path, message: t`None of the ${nodes.length} nodes has all that is asked for: the pods stay Pending.` };
  }
  const [key, value] = absent;
  const values = [...new Set(nodes.flatMap(({ labels }) => labels[key] ?? []))];
  const has = values.length === 0 ? t`none has the label ${key}` : t`they have ${values.slice(0, 5).join(', ')}`;
  return {
    path: [...POD, 'nodeSelector', key],
    message: t`None of the ${nodes.length} nodes has ${key}=${value} (${has}): the pods stay Pending.`,
  };
}

function tainted(placement: Placement, selected: readonly NodeFact[]): RuleFinding {
  const [first] = selected;
  const taint = first && untolerated(placement, first);
  const [key] = Object.keys(placement.nodeSelector);
  const tolerations = placement.tolerations.length > 0 || key === undefined;
  return {
    path: key !== undefined ? [...POD, 'nodeSelector', key] : tolerations ? [...POD, 'tolerations'] : POD,
    message: t`Every node that would do has a taint which the pods do not tolerate (${first?.name ?? ''}: ${taint?.key ?? ''}=${taint?.value ?? ''}:${taint?.effect ?? ''}): they stay Pending.`,
    advice: t`Add a toleration, or select other nodes.`,
  };
}

function* tooSmall(workload: WorkloadSpec, { spread }: Placement, nodes: readonly NodeFact[]): Generator<RuleFinding> {
  for (const { topologyKey, path } of spread) {
    if (nodes.some(({ labels }) => labels[topologyKey] !== undefined)) continue;
    yield {
      path,
      message: t`No node that would do has the label ${topologyKey} to spread over: the pods stay Pending.`,
    };
  }
  for (const [resource, request] of podResources(workload.template).requests) {
    if (request.value === 0n) continue;
    const most = largest(nodes, resource);
    if (most && compareQuantities(request, most) <= 0) continue;
    yield {
      path: requestPath(workload, resource),
      message: t`A pod asks for ${formatQuantity(request)} of ${resource}, and the largest node that would do has ${most ? formatQuantity(most) : 'none'}: the pods stay Pending.`,
    };
  }
}

function largest(nodes: readonly NodeFact[], resource: string): Quantity | undefined {
  return nodes
    .map(({ allocatable }) => parseQuantity(allocatable[resource] ?? ''))
    .filter((quantity) => quantity !== undefined)
    .sort(compareQuantities)
    .at(-1);
}

/** Where the most of it is asked for. */
function requestPath({ template }: WorkloadSpec, resource: string): FieldPath {
  const asked = template.containers.flatMap(({ path, requests, limits }) => {
    const field = requests[resource] === undefined ? 'limits' : 'requests';
    const quantity = parseQuantity(requests[resource] ?? limits[resource] ?? '');
    return quantity ? [{ path: [...path, 'resources', field, resource], quantity }] : [];
  });
  asked.sort((a, b) => compareQuantities(b.quantity, a.quantity));
  return asked[0]?.path ?? [...POD, 'resources'];
}

/** Pods that cannot share a node or a zone, and more of them than there are; a surge needs one more. */
export const tooFewNodes: Rule<Needs> = {
  code: 'too-few-nodes',
  cause: 'runtime',
  severity: 'warning',
  rows: ['R24', 'R26', 'D8'],
  summary: 'More pods than nodes that can take one each',
  needs: NEEDS,
  whole: true,
  *check({ manifest, workload, facts: { nodes, liveObject, pods } }) {
    const coming = podsToCome({ object: manifest.object, workload }, { liveObject, pods });
    if (coming.places.length === 0) return;
    const placement = placementOf(manifest.object);
    const open = nodes.filter((node) => isSelected(placement, node) && !untolerated(placement, node));
    if (open.length === 0) return;
    const wanted = atOnce(workload, coming);
    const hostPort = hostPortOf(manifest.object, workload);
    if (hostPort && wanted > open.length) {
      yield {
        path: hostPort.path,
        message: t`${wanted} pods want port ${hostPort.port} of a node each, and ${open.length === 1 ? t`one node takes` : t`${open.length} nodes take`} them: the rest stays Pending.`,
      };
    }
    for (const { topologyKey, path } of placement.apart) {
      const domains = new Set(open.flatMap(({ labels }) => labels[topologyKey] ?? [])).size;
      if (wanted <= domains) continue;
      yield {
        path,
        message: t`${wanted} pods must not share ${topologyKey}, of which there ${domains === 1 ? t`is one` : t`are ${domains}`}: the rest stays Pending.`,
      };
    }
  },
};

/** A Deployment that lets none of its pods go first has more of them for a while. */
function atOnce(workload: WorkloadSpec, { replicas, changed, live }: PodsToCome): number {
  if (workload.kind !== 'Deployment' || !changed || !live || replicas === 0) return replicas;
  if (workload.strategy === 'Recreate') return replicas;
  const gone = resolveIntOrString(workload.maxUnavailable ?? '25%', replicas, 'down') ?? 0;
  return gone > 0 ? replicas : replicas + 1;
}

function hostPortOf(object: unknown, { template }: WorkloadSpec): { path: FieldPath; port: number } | undefined {
  const hostNetwork = valueAt(object, [...POD, 'hostNetwork']) === true;
  for (const { ports, init, sidecar } of template.containers) {
    if (init && !sidecar) continue;
    for (const { path, hostPort, containerPort } of ports) {
      const port = hostPort ?? (hostNetwork ? containerPort : undefined);
      if (port) return { path: [...path, hostPort === undefined ? 'containerPort' : 'hostPort'], port };
    }
  }
  return undefined;
}
