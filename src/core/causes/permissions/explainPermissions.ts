import type { FieldPath } from '../../fieldPath';
import type { LiveWorkload } from '../../objects';
import type { Finding } from '../finding';
import { isLimitRangeText } from '../limitRange/explainLimitRange';
import { containerPath, oneLine } from '../observed';
import { isQuotaText } from '../quota/explainQuota';
import { claimPath, refusals, refusedName, type Refusal } from '../refusals';
import type { Explainer } from '../rule';
import { t } from '../../../util/l10n';

const POD: FieldPath = ['spec', 'template', 'spec'];

/** The server or a webhook could not answer (kubernetes/kubernetes#77290): the next try may go through. */
const MAY_PASS = /failed calling webhook|try again|timed out|deadline exceeded|connection refused|is being deleted/i;
const PATIENCE_COUNT = 3;

/** Everything that refuses a pod and is no arithmetic: ServiceAccount, PodSecurity, webhooks, policies. */
export const explainPermissions: Explainer = {
  cause: 'permissions',
  *explain(observation) {
    for (const refusal of refusals(observation)) {
      if (isQuotaText(refusal.text) || isLimitRangeText(refusal.text)) continue;
      yield explain(refusal, observation.workload);
    }
  },
};

function explain(refusal: Refusal, workload: LiveWorkload): Omit<Finding, 'cause' | 'origin'> {
  const { pod, claim, text, count } = refusal;
  const account = /serviceaccount "([^"]+)" not found/.exec(text)?.[1];
  if (account !== undefined) {
    return {
      code: 'pod-refused-service-account',
      severity: 'error',
      path: [...POD, 'serviceAccountName'],
      value: account,
      pod,
      message: t`${pod} is refused: the ServiceAccount ${account} does not exist.`,
      advice: t`Create it, or correct the name and apply again.`,
    };
  }
  const security = text.startsWith('violates PodSecurity');
  const passing = MAY_PASS.test(text) && count < PATIENCE_COUNT;
  return {
    code: security ? 'pod-refused-security' : 'pod-refused',
    severity: passing ? 'warning' : 'error',
    path: claim === undefined ? pathOf(text, workload) : claimPath(workload, claim),
    pod,
    message: t`${refusedName(refusal)} is refused: ${oneLine(text)}.`,
    advice: adviceOf(text, security),
  };
}

function pathOf(text: string, { images }: LiveWorkload): FieldPath {
  const name = /container "([^"]+)"/.exec(text)?.[1];
  if (name === undefined) return POD;
  return containerPath({ name, init: images.some((image) => image.init && image.name === name) });
}

function adviceOf(text: string, security: boolean): string {
  if (security) return t`Set what the message names in the container's securityContext.`;
  const unreachable = /failed calling webhook "([^"]+)"/.exec(text)?.[1];
  if (unreachable !== undefined) {
    return t`This is no mistake in the manifest: the webhook ${unreachable} does not answer; whoever runs it has to mend it.`;
  }
  const webhook = /admission webhook "([^"]+)"/.exec(text)?.[1];
  if (webhook !== undefined) return t`The rule is that of the webhook ${webhook}, not of Kubernetes.`;
  return t`The text is that of the API server: change what it names.`;
}
