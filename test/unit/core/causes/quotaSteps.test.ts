import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResourceQuota } from '../../../../src/core/causes/facts';
import { aManifest, factsOf, forecast, forecastMessages, liveObjectOf } from '../../../support/forecast';
import { livePod } from '../../../support/liveObjects';

const cpu = (amount: string): string => `resources:\n  requests:\n    cpu: ${amount}`;
const full = (hard: Record<string, string>): ResourceQuota[] => [{ name: 'c', hard, used: hard, scopes: [] }];
const DELETING = { deleting: '2026-01-01T00:09:59Z' };

test('a pod that is terminating in a healthy rollout gives back what it used', () => {
  const text = aManifest({ container: cpu('200m') });
  const pods = [livePod('web-0'), livePod('web-1'), livePod('web-2', DELETING)];
  const facts = factsOf({ liveObject: liveObjectOf(text), pods, quotas: full({ 'requests.cpu': '600m' }) });
  assert.deepEqual(forecast(text, facts), []);
  const more = forecastMessages(aManifest({ container: cpu('300m') }), facts);
  assert.match(more[0]?.message ?? '', /stops at web-2: .*leaves 200m .*needs 300m \(short by 100m\)/);
});

test('a pod that has ended uses nothing, but still counts as an object', () => {
  const text = aManifest({ replicas: 2, container: cpu('200m') });
  const pods = [livePod('web-0'), livePod('web-1', { phase: 'Failed' })];
  const facts = (hard: Record<string, string>) => factsOf({ liveObject: liveObjectOf(text), pods, quotas: full(hard) });
  assert.deepEqual(forecast(text, facts({ 'requests.cpu': '200m' })), ['quota-exceeded: cpu: 200m']);
  assert.deepEqual(forecast(text, facts({ 'count/pods': '2' })), []);
});

test('a missing pod is a matter of replicas only where replicas is raised', () => {
  const text = aManifest({ replicas: 2, container: cpu('200m') });
  const facts = factsOf({
    liveObject: liveObjectOf(text),
    pods: [livePod('web-0')],
    quotas: full({ 'requests.cpu': '200m' }),
  });
  assert.deepEqual(forecast(text, facts), ['quota-exceeded: cpu: 200m']);
  const deployment = text.replace('StatefulSet', 'Deployment');
  const same = { ...facts, liveObject: factsOf({ liveObject: liveObjectOf(deployment) }).liveObject };
  assert.deepEqual(forecast(deployment, same), ['quota-exceeded: cpu: 200m']);
  assert.deepEqual(forecast(deployment.replace('replicas: 2', 'replicas: 3'), same), ['quota-exceeded: replicas: 3']);
});

test('a Deployment that has no pods, or wants none, needs no surge', () => {
  const before = aManifest({ kind: 'Deployment', replicas: 1, container: cpu('200m') });
  const quotas: ResourceQuota[] = [{ name: 'c', hard: { 'requests.cpu': '200m' }, used: {}, scopes: [] }];
  const facts = factsOf({ liveObject: liveObjectOf(before), quotas });
  const after = (replicas: number) =>
    aManifest({ kind: 'Deployment', replicas, image: 'web:2', container: cpu('200m') });
  assert.deepEqual(forecast(after(1), facts), []);
  const none = factsOf({
    liveObject: liveObjectOf(before),
    quotas: full({ 'requests.cpu': '200m' }),
    pods: [livePod('a')],
  });
  assert.deepEqual(forecast(after(0), none), []);
});

test('resources of the pod itself stand in place of the sum, and no container is obliged', () => {
  const text = (limit: string) => aManifest({ replicas: 1, pod: `resources:\n  limits: { cpu: ${limit} }` });
  const facts = factsOf({
    quotas: [{ name: 'c', hard: { 'limits.cpu': '2', 'requests.cpu': '2' }, used: {}, scopes: [] }],
  });
  assert.deepEqual(forecast(text('2'), facts), []);
  assert.deepEqual(forecast(text('3'), facts), [
    'quota-exceeded: limits: { cpu: 3 }',
    'quota-exceeded: limits: { cpu: 3 }',
  ]);
  const both = aManifest({ replicas: 1, pod: 'resources:\n  requests: { cpu: 1 }', container: cpu('3') });
  const onlyRequests = factsOf({ quotas: [{ name: 'c', hard: { 'requests.cpu': '2' }, used: {}, scopes: [] }] });
  assert.deepEqual(forecast(both, onlyRequests), []);
});
