import type { LabelSelector } from '../objects';

/** An absent label satisfies `NotIn` and `DoesNotExist` (apimachinery/pkg/labels/selector.go). */
export function matchesSelector(
  { matchLabels, matchExpressions }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const equal = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return equal && matchExpressions.every((requirement) => meets(labels[requirement.key], requirement));
}

function meets(value: string | undefined, { operator, values }: LabelSelector['matchExpressions'][number]): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
