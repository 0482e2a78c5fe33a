import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/** A label has at most 63 characters; `controller-revision-hash` holds the name, a dash and a hash of 1 to 10 characters. */
const LABEL = 63;
const HASH = 11;

/** kubernetes/kubernetes#64023: the apply succeeds, and every pod is refused. */
export const nameTooLong: Rule<never> = {
  code: 'name-too-long',
  cause: 'statefulSet',
  severity: 'error',
  rows: ['S26', 'S27'],
  summary: "A name too long for the labels of the StatefulSet's pods",
  needs: [],
  *check({ workload: { kind, name, replicas = 1, firstOrdinal } }) {
    if (kind !== 'StatefulSet' || name === undefined) return;
    const path = ['metadata', 'name'];
    const last = `${name}-${Math.max(firstOrdinal, firstOrdinal + replicas - 1)}`;
    if (last.length > LABEL) {
      yield {
        path,
        message: t`The pod name ${last} has ${last.length} characters, and at most ${LABEL} fit into its label: it will be refused.`,
      };
    } else if (name.length + HASH > LABEL) {
      const share = name.length + HASH === LABEL + 1 ? t`about three of four revisions` : t`nearly every revision`;
      yield {
        path,
        message: t`The name has ${name.length} characters; with the revision's hash it exceeds the ${LABEL} of a label: ${share} cannot start a pod.`,
        advice: t`Names of up to ${LABEL - HASH} characters are safe.`,
      };
    }
  },
};

/** Checked when a set is created, from 1.33 on; one that has such a name already keeps it (pkg/apis/apps/validation). */
export const serviceNameDots: Rule<'liveObject' | 'serverVersion'> = {
  code: 'service-name-dots',
  cause: 'statefulSet',
  severity: 'error',
  rows: ['S25'],
  summary: 'A new StatefulSet whose serviceName has dots',
  needs: ['liveObject', 'serverVersion'],
  *check({ workload: { kind, serviceName }, facts: { liveObject, serverVersion } }) {
    if (kind !== 'StatefulSet' || serviceName?.includes('.') !== true || liveObject !== null) return;
    if (serverVersion.major === 1 && serverVersion.minor < 33) return;
    yield {
      path: ['spec', 'serviceName'],
      message: t`serviceName is the name of a Service, without its domain: ${JSON.stringify(serviceName)} has dots, and the apply will be refused.`,
      fixes: [
        {
          title: t`Write ${serviceName.split('.')[0] ?? ''}`,
          edit: { kind: 'replace', path: ['spec', 'serviceName'], text: serviceName.split('.')[0] ?? '' },
        },
      ],
    };
  },
};
