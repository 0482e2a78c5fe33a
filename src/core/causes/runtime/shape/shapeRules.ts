import type { Rule } from '../../rule';
import type { ShapeCode } from './problem';
import { shapeProblems } from './shapeProblems';

function ofShape(
  code: ShapeCode,
  rule: Pick<Rule, 'rows' | 'summary'> & Partial<Pick<Rule, 'cause' | 'whole'>>,
): Rule<never> {
  return {
    cause: 'runtime',
    severity: 'error',
    code,
    needs: [],
    ...rule,
    *check({ manifest }) {
      for (const { code: own, ...finding } of shapeProblems(manifest.object)) if (own === code) yield finding;
    },
  };
}

export const shapeRules: readonly Rule[] = [
  ofShape('field-unknown', { rows: ['R34'], summary: 'A field that Kubernetes does not have, or not at this place' }),
  ofShape('field-type', {
    rows: ['R34'],
    summary: 'A number where a text must be, a text where a list must be, and the like',
  }),
  ofShape('field-missing', { rows: ['R37', 'S11', 'S32', 'I6'], whole: true, summary: 'A field that must be there' }),
  ofShape('value-invalid', { rows: ['R37', 'R12', 'S11', 'S19'], summary: 'A value that the API server refuses' }),
  ofShape('fields-conflict', { rows: ['R37', 'R26', 'S11', 'S32'], summary: 'Fields that exclude each other' }),
  ofShape('name-duplicate', { rows: ['R7', 'R26'], summary: 'Two volumes, ports or sysctls of one name' }),
  ofShape('probe-invalid', { cause: 'readiness', rows: ['P14'], summary: 'A probe that the API server refuses' }),
  ofShape('strategy-invalid', {
    cause: 'statefulSet',
    rows: ['S12', 'D5'],
    summary: 'An update strategy that the API server refuses',
  }),
];
