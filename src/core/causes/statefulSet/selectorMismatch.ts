import { matchesSelector } from '../../kube/labelSelector';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

export const selectorMismatch: Rule<never> = {
  code: 'selector-mismatch',
  cause: 'statefulSet',
  severity: 'error',
  rows: ['S10'],
  summary: "A selector that the template's labels do not match",
  needs: [],
  whole: true,
  *check({ workload: { selector, template } }) {
    // Without labels of its own a manifest is a base that something else completes.
    if (!selector || Object.keys(template.labels).length === 0 || matchesSelector(selector, template.labels)) return;
    const wrong = Object.entries(selector.matchLabels).find(([key, value]) => template.labels[key] !== value);
    const [key, value] = wrong ?? [];
    const has = key === undefined ? undefined : template.labels[key];
    const text =
      key === undefined ? t`an expression does not match` : t`${key} is ${has ?? 'absent'} there, not ${value ?? ''}`;
    yield {
      path: key === undefined ? ['spec', 'selector'] : ['spec', 'selector', 'matchLabels', key],
      message: t`The selector does not match the labels of the pod template (${text}): the apply will be refused.`,
      ...(key !== undefined && value !== undefined && has !== undefined
        ? {
            fixes: [
              {
                title: t`Set the template's label ${key} to ${value}`,
                edit: { kind: 'replace', path: ['spec', 'template', 'metadata', 'labels', key], text: value },
              },
            ],
          }
        : {}),
    };
  },
};
