import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainWorkload } from '../../../../src/core/causes/explainWorkload';
import type { Observation } from '../../../../src/core/causes/rule';
import { formatPath } from '../../../../src/core/fieldPath';
import type { KubeEvent } from '../../../../src/core/objects';
import { liveDeployment, livePod, liveReplicaSet, liveStatefulSet } from '../../../support/liveObjects';

const NOW = Date.parse('2026-01-01T00:10:00Z');

function event(message: string, more: Partial<KubeEvent> = {}): KubeEvent {
  return {
    ...{ uid: 'e', namespace: 'shop', type: 'Warning', reason: 'FailedCreate', message, count: 3 },
    ...{ first: '2026-01-01T00:09:00Z', last: '2026-01-01T00:09:50Z' },
    involved: { kind: 'StatefulSet', name: 'web', uid: 'set-uid', fieldPath: undefined },
    ...more,
  };
}

function explain(event: KubeEvent, more: Partial<Observation> = {}): [string, string][] {
  const workload = liveStatefulSet({
    images: [
      { name: 'setup', image: 'setup:1', init: true },
      { name: 'app', image: 'web:1', init: false },
    ],
  });
  const nothing = { pods: [livePod('web-0')], replicaSets: [], logs: new Map(), now: NOW };
  return explainWorkload({ workload, ...nothing, events: [event], ...more }).map(
    ({ severity, code, path, message }) => [`${severity} ${code} @ ${formatPath(path)}`, message],
  );
}

const pod = (reason: string, more: Partial<KubeEvent> = {}): [string, string][] =>
  explain(event(`create Pod web-1 in StatefulSet web failed error: ${reason}`, more));

test('a webhook that denies names no pod, and its refusal is seen all the same', () => {
  assert.deepEqual(pod('admission webhook "p.example.com" denied the request: no'), [
    [
      'error pod-refused @ spec.template.spec',
      'web-1 is refused: admission webhook "p.example.com" denied the request: no.',
    ],
  ]);
});

test('a webhook that does not answer is a warning until it has failed several times', () => {
  const text = 'Internal error occurred: failed calling webhook "p": failed to call webhook: no endpoints available';
  assert.match(pod(text, { count: 1 })[0]?.[0] ?? '', /^warning pod-refused @/);
  assert.match(pod(text)[0]?.[0] ?? '', /^error pod-refused @/);
});

test("a Deployment's refusal without a pod's name is that of its ReplicaSet", () => {
  const condition = { type: 'ReplicaFailure', status: 'True', reason: undefined, message: undefined, since: undefined };
  const involved = { kind: 'ReplicaSet', name: 'web-2', uid: 'replicaset-2', fieldPath: undefined };
  const workload = liveDeployment({ conditions: [condition] });
  const denied = event('Error creating: admission webhook "p" denied the request: no', { involved });
  const [[, text] = []] = explain(denied, { workload, replicaSets: [liveReplicaSet('2')] });
  assert.equal(text, 'web-2- is refused: admission webhook "p" denied the request: no.');
  assert.deepEqual(explain(denied, { workload, replicaSets: [liveReplicaSet('1')] }), []);
});

const STORAGE = 'spec.volumeClaimTemplates[0].spec.resources.requests.storage';
const claim = (reason: string): [string, string][] =>
  explain(
    event(
      `create Claim data-web-1 for Pod web-1 in StatefulSet web failed error: persistentvolumeclaims "data-web-1" is forbidden: ${reason}`,
    ),
  );

test('a refused claim is marked where the claim template asks for storage', () => {
  const used = 'used: requests.storage=1Gi, limited: requests.storage=1Gi';
  assert.deepEqual(claim(`exceeded quota: q, requested: requests.storage=1Gi, ${used}`), [
    [
      `error pod-refused-quota @ ${STORAGE}`,
      `The claim data-web-1 of web-1 is refused: exceeded quota: q, requested: requests.storage=1Gi, ${used}.`,
    ],
  ]);
  const range = claim('maximum storage usage per PersistentVolumeClaim is 10Gi, but request is 20Gi');
  assert.equal(range[0]?.[0], `error pod-refused-limit-range @ ${STORAGE}`);
  const count = claim('exceeded quota: q, requested: persistentvolumeclaims=1, used: x=1, limited: x=1');
  assert.equal(count[0]?.[0], 'error pod-refused-quota @ spec.replicas');
});

test('the pod that is refused because of its claim says the same as the claim', () => {
  const reason = 'failed to create PVC data-web-1: persistentvolumeclaims "data-web-1" is forbidden: exceeded quota: q';
  assert.match(pod(reason)[0]?.[1] ?? '', /^The claim data-web-1 of web-1 is refused: exceeded quota: q\.$/);
});

test('what a quota obliges is marked on the container that lacks it', () => {
  const found = (text: string): string | undefined =>
    pod(`pods "web-1" is forbidden: failed quota: q: must specify ${text}`, { count: 1 })[0]?.[0];
  const at = (list: string, name: string): string =>
    `error pod-refused-quota @ spec.template.spec.${list}[name="${name}"].resources`;
  assert.equal(found('limits.cpu for: app; requests.memory for: app'), at('containers', 'app'));
  assert.equal(found('limits.cpu for: setup'), at('initContainers', 'setup'));
});

test('OrderedReady: a pod that came after a refusal proves that it is over', () => {
  const old = { last: '2025-12-31T23:59:00Z' };
  assert.equal(pod('pods "web-1" is forbidden: exceeded quota: q').length, 1);
  assert.equal(pod('pods "web-1" is forbidden: exceeded quota: q', old).length, 0);
});
