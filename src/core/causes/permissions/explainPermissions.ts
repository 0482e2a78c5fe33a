import type { FieldPath } from '../../fieldPath';
import { oneLine, refusals } from '../observed';
import { isLimitRangeText } from '../limitRange/explainLimitRange';
import { isQuotaText } from '../quota/explainQuota';
import type { Explainer } from '../rule';

const POD: FieldPath = ['spec', 'template', 'spec'];

/** Everything that refuses a pod and is no arithmetic: ServiceAccount, PodSecurity, webhooks, policies. */
export const explainPermissions: Explainer = {
  cause: 'permissions',
  *explain(observation) {
    for (const { pod, text } of refusals(observation)) {
      if (isQuotaText(text) || isLimitRangeText(text)) continue;
      const account = /serviceaccount "([^"]+)" not found/.exec(text)?.[1];
      if (account !== undefined) {
        yield {
          code: 'pod-refused-service-account',
          severity: 'error',
          path: [...POD, 'serviceAccountName'],
          value: account,
          pod,
          message: `${pod} is refused: the ServiceAccount ${account} does not exist.`,
          advice: 'Create it, or correct the name and apply again.',
        };
        continue;
      }
      const container = /container "([^"]+)"/.exec(text)?.[1];
      const path = container === undefined ? POD : [...POD, 'containers', { name: container }];
      const webhook = /admission webhook "([^"]+)"/.exec(text)?.[1];
      const security = text.startsWith('violates PodSecurity');
      yield {
        code: security ? 'pod-refused-security' : 'pod-refused',
        severity: 'error',
        path,
        pod,
        message: `${pod} is refused: ${oneLine(text)}.`,
        advice: security
          ? "Set what the message names in the container's securityContext."
          : webhook === undefined
            ? 'The text is that of the API server: change what it names.'
            : `The rule is that of the webhook ${webhook}, not of Kubernetes.`,
      };
    }
  },
};
