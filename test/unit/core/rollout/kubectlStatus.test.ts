import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveWorkload } from '../../../../src/core/objects';
import { kubectlStatus } from '../../../../src/core/rollout/kubectlStatus';
import { liveDeployment, liveStatefulSet, OLD } from '../../../support/liveObjects';

const said = (workload: LiveWorkload): string => {
  const { text, state } = kubectlStatus(workload);
  return `${state}: ${text}`;
};

test('a StatefulSet is asked in the order of kubectl', () => {
  const set = liveStatefulSet();
  const cases: [LiveWorkload, string][] = [
    [{ ...set, updateStrategy: 'OnDelete' }, 'error: rollout status is only available for RollingUpdate strategy type'],
    [{ ...set, generation: 3 }, 'waiting: Waiting for statefulset spec update to be observed...'],
    [{ ...set, readyReplicas: 1 }, 'waiting: Waiting for 2 pods to be ready...'],
    [
      { ...set, updatedReplicas: 1 },
      'waiting: Waiting for partitioned roll out to finish: 1 out of 3 new pods have been updated...',
    ],
    [set, 'done: partitioned roll out complete: 3 new pods have been updated...'],
    [
      { ...set, partition: undefined, updatedReplicas: 1, currentRevision: OLD },
      'waiting: waiting for statefulset rolling update to complete 1 pods at revision web-new22...',
    ],
    [{ ...set, partition: undefined }, 'done: statefulset rolling update complete 3 pods at revision web-new22...'],
  ];
  for (const [workload, expected] of cases) assert.equal(said(workload), expected);
});

test('a Deployment is asked in the order of kubectl', () => {
  const deployment = liveDeployment();
  const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: '', since: '' };
  const start = 'waiting: Waiting for deployment "web" rollout to finish:';
  const cases: [LiveWorkload, string][] = [
    [{ ...deployment, generation: 3 }, 'waiting: Waiting for deployment spec update to be observed...'],
    [{ ...deployment, conditions: [late] }, 'error: deployment "web" exceeded its progress deadline'],
    [{ ...deployment, updatedReplicas: 1 }, `${start} 1 out of 3 new replicas have been updated...`],
    [{ ...deployment, existingReplicas: 4 }, `${start} 1 old replicas are pending termination...`],
    [{ ...deployment, availableReplicas: 2 }, `${start} 2 of 3 updated replicas are available...`],
    [deployment, 'done: deployment "web" successfully rolled out'],
  ];
  for (const [workload, expected] of cases) assert.equal(said(workload), expected);
});
