import { referencesOf } from '../../kube/readWorkloadSpec';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/**
 * A ServiceAccount with `kubernetes.io/enforce-mountable-secrets` lets its pods use no Secret but those it lists
 * (plugin/pkg/admission/serviceaccount, limitSecretReferences).
 */
export const secretNotMountable: Rule<'serviceAccounts'> = {
  code: 'secret-not-mountable',
  cause: 'permissions',
  severity: 'error',
  rows: ['A4'],
  summary: 'A Secret that the ServiceAccount does not let its pods use',
  needs: ['serviceAccounts'],
  whole: true,
  *check({ workload, facts: { serviceAccounts } }) {
    const name = workload.template.serviceAccountName ?? 'default';
    const account = serviceAccounts.get(name);
    if (account?.onlyItsSecrets !== true) return;
    const pull = workload.template.imagePullSecrets.filter((secret) => !account.imagePullSecrets.includes(secret.name));
    const own = referencesOf(workload).filter(
      (secret) => secret.kind === 'Secret' && !account.secrets.includes(secret.name),
    );
    const told = new Set<string>();
    for (const [list, references] of [
      ['secrets', own],
      ['imagePullSecrets', pull],
    ] as const) {
      for (const { name: secret, path } of references) {
        const where = JSON.stringify(path);
        if (told.has(where)) continue;
        told.add(where);
        yield {
          path,
          message: t`The ServiceAccount ${name} lets its pods use only the Secrets that it lists, and ${secret} is not among them: the API server will refuse the pods.`,
          advice: t`Add ${secret} to ${list} of the ServiceAccount, or use one that is listed there.`,
          related: [
            {
              ...{ kind: 'ServiceAccount', namespace: workload.namespace, name },
              message: 'kubernetes.io/enforce-mountable-secrets: "true"',
            },
          ],
        };
      }
    }
  },
};
