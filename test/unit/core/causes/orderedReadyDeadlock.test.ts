import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainWorkload } from '../../../../src/core/causes/explainWorkload';
import type { KubeEvent, Pod } from '../../../../src/core/objects';
import { aManifest, factsOf, forecast, forecastMessages, liveObjectOf } from '../../../support/forecast';
import { liveContainer, livePod, liveStatefulSet, NEW, OLD, stuckPod } from '../../../support/liveObjects';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const workload = liveStatefulSet({ readyReplicas: 2, updatedReplicas: 0, currentRevision: OLD });
const others = [livePod('web-0', { revision: OLD }), livePod('web-1', { revision: OLD })];
const unready = livePod('web-2', { revision: OLD, ready: false });

const unhealthy = (pod: Pod, count: number): KubeEvent => ({
  ...{ uid: 'e', namespace: 'shop', type: 'Warning', reason: 'Unhealthy', count },
  ...{ message: 'Readiness probe failed: 503', first: '2026-01-01T00:01:00Z', last: '2026-01-01T00:09:50Z' },
  involved: { kind: 'Pod', name: pod.name, uid: pod.uid, fieldPath: 'spec.containers{app}' },
});

function observed(pod: Pod, events: readonly KubeEvent[] = [], set = workload): [string, string][] {
  const pods = [...others, pod];
  return explainWorkload({ workload: set, pods, replicaSets: [], events, logs: new Map(), now: NOW }).map(
    ({ severity, code, message }) => [`${severity} ${code}`, message],
  );
}

test('an older pod whose probe keeps failing is named with its probe', () => {
  assert.deepEqual(observed(unready, [unhealthy(unready, 40)]), [
    [
      'error ordered-ready-deadlock-observed',
      `web-2 is not ready (the readinessProbe of app failed 40 times: 503) and is of the older revision ${OLD}: the controller waits for it, and never replaces it by ${NEW}.`,
    ],
  ]);
});

test('an older pod that only starts slowly is none, nor one that nothing waits for', () => {
  assert.deepEqual(observed(unready, [unhealthy(unready, 3)]), []);
  const state = { kind: 'running', startedAt: '2026-01-01T00:09:30Z' } as const;
  const fresh = livePod('web-2', { revision: OLD, ready: false, containers: [liveContainer({ ready: false, state })] });
  assert.deepEqual(observed(fresh, [unhealthy(fresh, 9)]), []);
  const many = [unhealthy(unready, 40)];
  assert.deepEqual(observed(unready, many, { ...workload, podManagementPolicy: 'Parallel' }), []);
  assert.deepEqual(observed(unready, many, { ...workload, updateStrategy: 'OnDelete' }), []);
});

test('without events a long time without being ready is a warning', () => {
  const since = (time: string): Pod => ({
    ...unready,
    conditions: [{ type: 'Ready', status: 'False', reason: undefined, message: undefined, since: time }],
  });
  assert.match(observed(since('2026-01-01T00:02:00Z'))[0]?.join(': ') ?? '', /^warning .*not been ready for 8 min/);
  assert.deepEqual(observed(since('2026-01-01T00:08:00Z')), []);
});

const foreseen = (pod: Pod, text = aManifest({ image: 'web:1.0' })) =>
  forecastMessages(
    text,
    factsOf({ liveObject: liveObjectOf(aManifest()), liveWorkload: workload, pods: [...others, pod] }),
  );

test('before an apply a pod that runs and is not ready is told of', () => {
  const [finding, ...more] = foreseen(livePod('web-2', { ready: false }));
  assert.deepEqual(more, []);
  assert.equal(finding?.line, 'image: web:1.0');
  assert.match(finding.message, /^web-2 runs and is not ready; while it is not, this template will not reach it/);
  assert.deepEqual(foreseen(livePod('web-2', { ready: false }), aManifest()), []);
});

test('a pod that has ended is made again by the controller', () => {
  const evicted = livePod('web-2', { revision: OLD, ready: false, phase: 'Failed', reason: 'Evicted', containers: [] });
  assert.deepEqual(
    observed(evicted).filter(([code]) => code.includes('deadlock')),
    [],
  );
  assert.deepEqual(foreseen(evicted), []);
});

test('the same template, written otherwise, is no new one', () => {
  const mounts =
    'volumeMounts:\n  - { name: a, mountPath: /a }\n  - { name: a, mountPath: /b, subPath: b }\nstdin: false';
  const live = aManifest({
    pod: 'volumes:\n  - { name: a, emptyDir: {} }',
    container: mounts.replace('\nstdin: false', ''),
  });
  const text = aManifest({ pod: 'volumes:\n  - { name: a, emptyDir: {} }\nhostNetwork: false', container: mounts });
  const pods = [...others, stuckPod('web-2', 'ImagePullBackOff', { revision: NEW })];
  const facts = factsOf({ liveObject: liveObjectOf(live), liveWorkload: workload, pods });
  assert.deepEqual(forecast(text, facts), []);
  assert.equal(forecast(text.replace('/b', '/c'), facts).length, 1);
});
