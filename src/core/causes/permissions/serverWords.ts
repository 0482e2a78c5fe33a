import { t } from '../../../util/l10n';
import type { Finding } from '../finding';

/** `pods "web-3" is forbidden: …`: of a pod the name is one that we made up, of others it stands on the marked line. */
export function withoutSubject(message: string): string {
  return message.replace(/^[\w.]+ "[^"]+" is (?:forbidden|invalid): (?:: )?/i, '');
}

export function webhookAdvice(message: string): Pick<Finding, 'advice'> {
  const unreachable = /failed calling webhook "([^"]+)"/.exec(message)?.[1];
  if (unreachable !== undefined) {
    return {
      advice: t`This is no mistake in the manifest: the webhook ${unreachable} does not answer; whoever runs it has to mend it.`,
    };
  }
  const webhook = /admission webhook "([^"]+)" denied/.exec(message)?.[1];
  if (webhook !== undefined) return { advice: t`The rule is that of the webhook ${webhook}, not of Kubernetes.` };
  const policy = /ValidatingAdmissionPolicy '([^']+)'/.exec(message)?.[1];
  return policy === undefined ? {} : { advice: t`The rule is that of the ValidatingAdmissionPolicy ${policy}.` };
}
