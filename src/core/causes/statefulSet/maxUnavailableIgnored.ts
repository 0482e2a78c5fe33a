import { asFields } from '../../kube/readers';
import type { ServerVersion } from '../facts';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/** MaxUnavailableStatefulSet: on in 1.35.0 to 1.35.3 and from 1.37 on (kubernetes/kubernetes#137409, #139466). */
function isOn({ major, minor, patch }: ServerVersion): boolean {
  return major > 1 || minor >= 37 || (minor === 35 && patch <= 3);
}

/** Where the feature is off the server drops the field before it looks at it (pkg/registry/apps/statefulset). */
export const maxUnavailableIgnored: Rule<'serverVersion', 'liveObject'> = {
  code: 'max-unavailable-ignored',
  cause: 'statefulSet',
  severity: 'warning',
  rows: ['S18', 'S19'],
  summary: 'maxUnavailable of a StatefulSet on a server that drops it',
  needs: ['serverVersion'],
  wants: ['liveObject'],
  *check({ workload: { kind, maxUnavailable }, facts: { serverVersion, liveObject } }) {
    if (kind !== 'StatefulSet' || maxUnavailable === undefined || maxUnavailable === 1) return;
    const path = ['spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable'];
    const { major, minor, patch } = serverVersion;
    if (isOn(serverVersion)) {
      if (maxUnavailable !== 0 && maxUnavailable !== '0%') return;
      yield {
        path,
        severity: 'error',
        message: t`maxUnavailable of a StatefulSet cannot be 0: the apply will be refused.`,
      };
      return;
    }
    // A live object that has it proves that somebody has turned the feature on.
    const strategy = asFields(asFields(liveObject?.spec).updateStrategy);
    if (asFields(strategy.rollingUpdate).maxUnavailable !== undefined) return;
    yield {
      path,
      message: t`Kubernetes ${major}.${minor}.${patch} drops maxUnavailable of a StatefulSet without a word: pods are replaced one by one.`,
      advice: t`Turn on the feature gate MaxUnavailableStatefulSet of the cluster, or remove the field.`,
    };
  },
};
