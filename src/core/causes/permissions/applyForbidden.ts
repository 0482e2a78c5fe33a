import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

export const applyForbidden: Rule<'access'> = {
  code: 'apply-forbidden',
  cause: 'permissions',
  severity: 'error',
  rows: ['A1'],
  summary: 'The user may not apply this workload',
  needs: ['access'],
  *check({ facts: { access } }) {
    if (access.allowed) return;
    const [resource = access.resource, group = ''] = access.resource.split('.', 2);
    const rule = `{apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${access.verb}"]}`;
    yield {
      path: ['kind'],
      message: t`${access.user ?? t`This user`} may not ${access.verb} ${access.resource} here: the apply will be refused.`,
      advice: t`Ask for a Role with the rule ${rule}.`,
    };
  },
};
