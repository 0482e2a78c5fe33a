import type { Rule } from '../rule';

/** pkg/apis/apps/validation: progressDeadlineSeconds must be greater than minReadySeconds. */
export const deadlineBelowMinReady: Rule<never> = {
  code: 'deadline-below-min-ready',
  cause: 'readiness',
  severity: 'error',
  summary: 'A progress deadline that is not longer than minReadySeconds',
  needs: [],
  *check({ workload: { kind, progressDeadlineSeconds: deadline, minReadySeconds: minReady } }) {
    if (kind !== 'Deployment' || deadline === undefined || deadline > minReady) return;
    yield {
      path: ['spec', 'progressDeadlineSeconds'],
      message: `progressDeadlineSeconds (${deadline}) must be more than minReadySeconds (${minReady}): the apply will be refused.`,
    };
  },
};
