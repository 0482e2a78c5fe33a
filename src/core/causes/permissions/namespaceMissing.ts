import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/** plugin/pkg/admission/namespace/lifecycle: nothing is made in a namespace that is not there, or is going. */
export const namespaceMissing: Rule<'namespace' | 'sameFile'> = {
  code: 'namespace-missing',
  cause: 'permissions',
  severity: 'error',
  rows: ['A2'],
  summary: 'A namespace that does not exist or is being deleted',
  needs: ['namespace', 'sameFile'],
  *check({ workload, facts: { namespace, sameFile } }) {
    const name = workload.namespace;
    const path = name === undefined ? ['metadata', 'name'] : ['metadata', 'namespace'];
    const called = name === undefined ? t`The namespace` : t`The namespace ${name}`;
    if (namespace === null) {
      if (sameFile.some((object) => object.kind === 'Namespace' && object.name === name)) return;
      yield {
        path,
        message: t`${called} does not exist: the apply will be refused.`,
        advice: t`Create it first, or choose another one.`,
      };
    } else if (namespace.terminating) {
      yield {
        path,
        message: t`${called} is being deleted: nothing can be made in it any more.`,
        advice: t`Wait until it has gone and create it anew, or choose another one.`,
      };
    }
  },
};
