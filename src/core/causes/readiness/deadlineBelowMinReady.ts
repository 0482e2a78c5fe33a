import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/** What the server fills in (pkg/apis/apps/v1/defaults.go). */
const DEFAULT_DEADLINE = 600;

/** pkg/apis/apps/validation: progressDeadlineSeconds must be greater than minReadySeconds. */
export const deadlineBelowMinReady: Rule<never> = {
  code: 'deadline-below-min-ready',
  cause: 'readiness',
  severity: 'error',
  rows: ['P14'],
  summary: 'A progress deadline that is not longer than minReadySeconds',
  needs: [],
  whole: true,
  *check({ workload: { kind, progressDeadlineSeconds: written, minReadySeconds: minReady } }) {
    const deadline = written ?? DEFAULT_DEADLINE;
    if (kind !== 'Deployment' || deadline > minReady) return;
    yield {
      path: ['spec', written === undefined ? 'minReadySeconds' : 'progressDeadlineSeconds'],
      message: t`progressDeadlineSeconds (${deadline}${written === undefined ? t` by default` : ''}) must be more than minReadySeconds (${minReady}): the apply will be refused.`,
    };
  },
};
