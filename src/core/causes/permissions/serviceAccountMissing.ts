import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/** The workload is accepted; each of its pods is refused (plugin/pkg/admission/serviceaccount). */
export const serviceAccountMissing: Rule<'serviceAccounts' | 'sameFile'> = {
  code: 'service-account-missing',
  cause: 'permissions',
  severity: 'error',
  rows: ['A3'],
  summary: 'A ServiceAccount that does not exist',
  needs: ['serviceAccounts', 'sameFile'],
  whole: true,
  *check({ workload, facts: { serviceAccounts, sameFile } }) {
    const name = workload.template.serviceAccountName;
    if (name === undefined || serviceAccounts.get(name) !== null) return;
    if (sameFile.some((object) => object.kind === 'ServiceAccount' && object.name === name)) return;
    yield {
      path: ['spec', 'template', 'spec', 'serviceAccountName'],
      message: t`The ServiceAccount ${name} does not exist in the namespace: the API server will refuse every pod.`,
      advice: t`Create it or correct the name.`,
    };
  },
};
