import { valueAt } from '../../fieldPath';
import { asList, asText } from '../../kube/readers';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/** What a gate waits for is set by somebody who knows of it; where nobody has, probably nobody will. */
export const readinessGateUnknown: Rule<'namespacePods' | 'liveObject'> = {
  code: 'readiness-gate-unknown',
  cause: 'readiness',
  severity: 'warning',
  rows: ['P9'],
  summary: 'A readiness gate that nobody has opened in the namespace',
  needs: ['namespacePods', 'liveObject'],
  *check({ manifest, facts: { namespacePods, liveObject } }) {
    const path = ['spec', 'template', 'spec', 'readinessGates'];
    const gatesOf = (object: unknown): readonly string[] =>
      asList(valueAt(object, path)).map((item) => asText(valueAt(item, ['conditionType'])) ?? '');
    const before = gatesOf(liveObject);
    const others = namespacePods.filter(({ phase }) => phase === 'Running');
    if (others.length === 0) return;
    for (const [index, gate] of gatesOf(manifest.object).entries()) {
      if (gate === '' || before.includes(gate) || others.some(({ conditions }) => conditions.includes(gate))) continue;
      yield {
        path: [...path, index, 'conditionType'],
        message: t`A pod is ready only once somebody sets its condition ${gate}, and no pod of the namespace has it.`,
      };
    }
  },
};
