import type { FieldPath } from '../../fieldPath';
import { matchesSelector } from '../../kube/labelSelector';
import { asFields, asList, asRecord, asText, asTexts, type Fields } from '../../kube/readers';
import { readSelector } from '../../kube/readWorkloadSpec';
import type { NodeFact, NodeRequirement, NodeTerm, Taint } from '../factObjects';

/** Where the scheduler may put a pod, as its template says (pkg/scheduler/framework/plugins). */
export interface Placement {
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Of the required node affinity: any of them; `undefined`: no such demand. */
  readonly nodeTerms: readonly NodeTerm[] | undefined;
  readonly tolerations: readonly Toleration[];
  /** No two pods of this workload in one domain. */
  readonly apart: readonly { readonly topologyKey: string; readonly path: FieldPath }[];
  /** Keys over which pods must be spread: a node without one of them gets none. */
  readonly spread: readonly { readonly topologyKey: string; readonly path: FieldPath }[];
}

interface Toleration {
  readonly key: string;
  readonly exists: boolean;
  readonly value: string;
  readonly effect: string;
}

const POD: FieldPath = ['spec', 'template', 'spec'];
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

export function placementOf(object: Fields): Placement {
  const template = asFields(asFields(object.spec).template);
  const pod = asFields(template.spec);
  const labels = asRecord(asFields(template.metadata).labels, asText);
  const { nodeAffinity, podAntiAffinity } = asFields(pod.affinity);
  const required = asFields(nodeAffinity)[REQUIRED];
  return {
    nodeSelector: asRecord(pod.nodeSelector, asText),
    nodeTerms: required === undefined ? undefined : asList(asFields(required).nodeSelectorTerms).map(readTerm),
    tolerations: asList(pod.tolerations).map((item) => {
      const { key, operator, value, effect } = asFields(item);
      const text = (field: unknown): string => asText(field) ?? '';
      return { key: text(key), exists: operator === 'Exists', value: text(value), effect: text(effect) };
    }),
    apart: asList(asFields(podAntiAffinity)[REQUIRED]).flatMap((item, index) => {
      const { topologyKey, labelSelector } = asFields(item);
      const selector = readSelector(labelSelector);
      if (typeof topologyKey !== 'string' || !selector || !matchesSelector(selector, labels)) return [];
      return [{ topologyKey, path: [...POD, 'affinity', 'podAntiAffinity', REQUIRED, index, 'topologyKey'] }];
    }),
    spread: asList(pod.topologySpreadConstraints).flatMap((item, index) => {
      const { topologyKey, whenUnsatisfiable } = asFields(item);
      if (typeof topologyKey !== 'string' || whenUnsatisfiable !== 'DoNotSchedule') return [];
      return [{ topologyKey, path: [...POD, 'topologySpreadConstraints', index, 'topologyKey'] }];
    }),
  };
}

function readTerm(term: unknown): NodeTerm {
  const read = (list: unknown): readonly NodeRequirement[] =>
    asList(list).map((item) => {
      const { key, operator, values } = asFields(item);
      return { key: asText(key) ?? '', operator: asText(operator) ?? '', values: asTexts(values) };
    });
  const { matchExpressions, matchFields } = asFields(term);
  return { matchExpressions: read(matchExpressions), matchFields: read(matchFields) };
}

/** The node has what nodeSelector and the required affinity ask for. */
export function isSelected({ nodeSelector, nodeTerms }: Placement, node: NodeFact): boolean {
  const selected = Object.entries(nodeSelector).every(([key, value]) => node.labels[key] === value);
  return selected && (nodeTerms === undefined || matchesTerms(nodeTerms, node));
}

/** Any of the terms; one without requirements matches nothing (component-helpers/scheduling/corev1/nodeaffinity). */
export function matchesTerms(terms: readonly NodeTerm[], { name, labels }: NodeFact): boolean {
  return terms.some(
    ({ matchExpressions, matchFields }) =>
      matchExpressions.length + matchFields.length > 0 &&
      matchExpressions.every((requirement) => meets(labels[requirement.key], requirement)) &&
      matchFields.every((requirement) => meets(name, requirement)),
  );
}

function meets(value: string | undefined, { key, operator, values }: NodeRequirement): boolean {
  if (operator === 'Gt' || operator === 'Lt') {
    const [own, bound] = [Number(value ?? NaN), Number(values[0] ?? NaN)];
    return operator === 'Gt' ? own > bound : own < bound;
  }
  const labels = value === undefined ? {} : { [key]: value };
  return matchesSelector({ matchLabels: {}, matchExpressions: [{ key, operator, values }] }, labels);
}

/** The first taint that keeps the pod away; `undefined`: none does. */
export function untolerated({ tolerations }: Placement, { taints, unschedulable }: NodeFact): Taint | undefined {
  const cordon: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };
  return [...taints, ...(unschedulable ? [cordon] : [])]
    .filter(({ effect }) => effect !== 'PreferNoSchedule')
    .find((taint) => !tolerations.some((toleration) => tolerates(toleration, taint)));
}

/** staging/src/k8s.io/api/core/v1/toleration.go, ToleratesTaint. */
function tolerates({ key, exists, value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  return exists || value === taint.value;
}
