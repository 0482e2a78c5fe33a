import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DryRun } from '../../../../src/core/causes/dryRun';
import type { FieldPath } from '../../../../src/core/fieldPath';
import { parseManifests } from '../../../../src/core/manifest/parseManifests';
import { aManifest, factsOf, forecast, forecastMessages } from '../../../support/forecast';

function refused(message: string, fields: readonly { path: FieldPath; message: string }[] = [], status = 403): DryRun {
  return { kind: 'refused', status, reason: '', message, fields, warnings: [] };
}

const containers = ['spec', 'template', 'spec', 'containers', 0];

test('what the server refuses is said on the field it names', () => {
  const workloadDryRun = refused('invalid', [{ path: ['spec', 'replicas'], message: 'must be greater than 0' }], 422);
  assert.deepEqual(forecast(aManifest(), factsOf({ workloadDryRun })), ['server-refuses-workload: replicas: 3']);
});

test('the server is not quoted where a rule of our own explains the same field', () => {
  const text = aManifest({ image: 'https://web' });
  const podDryRun = refused('invalid', [{ path: [...containers, 'image'], message: 'Invalid value' }], 422);
  assert.deepEqual(forecast(text, factsOf({ podDryRun })), ['image-reference: image: https://web']);
});

test('a pod that a policy refuses is told without the name that we made up', () => {
  const podDryRun = refused(`pods "web-3" is forbidden: ValidatingAdmissionPolicy 'p' denied request: no owner`);
  const [finding] = forecastMessages(aManifest(), factsOf({ podDryRun }));
  assert.equal(finding?.code, 'server-refuses-pod');
  assert.doesNotMatch(finding.message, /web-3/);
});

test('what a quota says of one more pod is left to the arithmetic', () => {
  const podDryRun = refused(
    'pods "web-3" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3',
  );
  assert.deepEqual(forecast(aManifest(), factsOf({ podDryRun })), []);
  const unknown = { ...factsOf({ podDryRun }), quotas: { state: 'forbidden', right: 'list resourcequotas' } as const };
  assert.deepEqual(forecast(aManifest(), unknown), ['quota-exceeded: replicas: 3']);
});

test('a ServiceAccount that the same file brings is no mistake', () => {
  const podDryRun = refused('error looking up service account db/runner: serviceaccount "runner" not found');
  const sameFile = [{ kind: 'ServiceAccount', name: 'runner' }];
  assert.deepEqual(forecast(aManifest(), factsOf({ podDryRun, sameFile })), []);
  assert.equal(forecast(aManifest(), factsOf({ podDryRun })).length, 1);
});

test('whether a revision with the longest hash fits is no certainty', () => {
  const podDryRun = refused('invalid', [
    { path: ['metadata', 'name'], message: '"web-xxxxxxxxxx": must be no more than 63 bytes' },
  ]);
  const named = {
    ...podDryRun,
    message: 'Pod "w-0" is invalid: metadata.labels: "web-xxxxxxxxxx": must be no more than 63',
  };
  assert.deepEqual(forecast(aManifest(), factsOf({ podDryRun: named as DryRun })), []);
});

test('a webhook that does not answer is a warning that names it', () => {
  const message = 'Internal error occurred: failed calling webhook "mesh.example": no endpoints available';
  const [finding] = forecastMessages(aManifest(), factsOf({ podDryRun: refused(message, [], 500) }));
  assert.equal(finding?.code, 'server-refuses-pod');
});

test('a field that the answer lacks was dropped; what is empty is left out as a rule', () => {
  const text = aManifest({ spec: 'minReadySeconds: 7\nupdateStrategy:\n  rollingUpdate:\n    partition: 0' });
  const answer = (object: Record<string, unknown>): DryRun => ({ kind: 'admitted', object, warnings: [] });
  const whole = structuredClone(admittedSpec(text));
  assert.deepEqual(forecast(text, factsOf({ workloadDryRun: answer({ spec: whole }) })), []);
  delete whole.minReadySeconds;
  delete (whole.updateStrategy as { rollingUpdate: { partition?: number } }).rollingUpdate.partition;
  assert.deepEqual(forecast(text, factsOf({ workloadDryRun: answer({ spec: whole }) })), [
    'server-drops-field: minReadySeconds: 7',
  ]);
});

function admittedSpec(text: string): Record<string, unknown> {
  const [manifest] = parseManifests(text).manifests;
  assert.ok(manifest);
  return manifest.object.spec as Record<string, unknown>;
}
