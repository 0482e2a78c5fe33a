import { formatPath, type FieldPath } from '../../fieldPath';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/**
 * A field that the server knows and removes without a word, since the feature behind it is switched off there
 * (`maxUnavailable` of a StatefulSet up to 1.34 and again in 1.36): the answer to a dry-run lacks it.
 */
export const droppedField: Rule<'workloadDryRun'> = {
  code: 'server-drops-field',
  cause: 'statefulSet',
  severity: 'warning',
  rows: ['S18', 'I15'],
  summary: 'A field that the API server drops in silence',
  needs: ['workloadDryRun'],
  *check({ manifest, facts: { workloadDryRun } }) {
    if (workloadDryRun.kind !== 'admitted') return;
    for (const path of lost(manifest.object.spec, workloadDryRun.object.spec, ['spec'])) {
      yield {
        fromServer: true,
        unless: ['max-unavailable-ignored'],
        path,
        message: t`The API server drops ${formatPath(path.slice(-1))} without a word: this cluster has the feature switched off, and the field has no effect.`,
      };
    }
  },
};

/** Values that were sent and are not in the answer. What is empty, zero or false the server leaves out as a rule. */
function* lost(sent: unknown, answered: unknown, path: FieldPath): Generator<FieldPath> {
  if (Array.isArray(sent)) {
    // Items may have been added, and then stand elsewhere; only whole lists are compared by place.
    const items: readonly unknown[] = Array.isArray(answered) ? answered : [];
    if (items.length !== sent.length) return;
    for (const [index, item] of sent.entries()) yield* lost(item, items[index], [...path, index]);
    return;
  }
  if (typeof sent !== 'object' || sent === null) return;
  for (const [key, value] of Object.entries(sent)) {
    const other = typeof answered === 'object' && answered !== null ? own(answered, key) : undefined;
    if (other === undefined && saysSomething(value)) yield [...path, key];
    else yield* lost(value, other, [...path, key]);
  }
}

function own(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
}

function saysSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(saysSomething);
  if (typeof value === 'object' && value !== null) return Object.values(value).some(saysSomething);
  return value !== undefined && value !== null && value !== '' && value !== false && value !== 0;
}
