import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkWorkload } from '../../../../src/core/causes/checkWorkload';
import { readWorkloadSpec } from '../../../../src/core/kube/readWorkloadSpec';
import { takesFile } from '../../../../src/core/manifest/kustomization';
import { DocumentCache, parseManifests } from '../../../../src/core/manifest/parseManifests';
import { aManifest, factsOf } from '../../../support/forecast';

for (const [kustomization, takes] of [
  ['resources:\n- web.yaml\n', true],
  ['resources:\n  - "./web.yaml" # the set\n', true],
  ['resources: [service.yaml, web.yaml]\n', true],
  ['patches:\n- path: web.yaml\n', true],
  ['patches: [{path: web.yaml, target: {kind: StatefulSet}}]\n', true],
  ['resources:\n- my-web.yaml\n- ../base/web.yaml\n- web.yaml.old\n', false],
  ['# resources:\n# - web.yaml\n', false],
  ['namePrefix: x-\n', false],
] as const) {
  test(`a kustomization ${takes ? 'takes' : 'does not take'} the file: ${JSON.stringify(kustomization)}`, () => {
    assert.equal(takesFile(kustomization, 'web.yaml'), takes);
  });
}

/** Labels that Kustomize completes, a ConfigMap whose name it makes, a container's own mistake. */
const BASE = aManifest({
  spec: 'serviceName: web',
  container:
    'envFrom:\n  - configMapRef: { name: settings }\nvolumeMounts:\n  - { name: nowhere, mountPath: /x }\nresources:\n  requests: { cpu: 2 }\n  limits: { cpu: 1 }',
}).replace('labels: { app: web }', 'labels: { tier: web }');

function codesOf(kustomized: boolean): readonly string[] {
  const [manifest] = parseManifests(BASE, { kustomized }).manifests;
  assert.ok(manifest);
  const workload = readWorkloadSpec(manifest.object);
  assert.ok(workload);
  const facts = factsOf({ configMaps: new Map([['settings', null]]) });
  return checkWorkload({ manifest, workload, facts }).findings.map(({ code }) => code);
}

test('of a file that Kustomize takes, only that is judged which Kustomize leaves as it is', () => {
  for (const code of ['selector-mismatch', 'reference-missing', 'request-above-limit']) {
    assert.ok(codesOf(false).includes(code), code);
  }
  assert.ok(codesOf(true).includes('request-above-limit'));
  assert.ok(!codesOf(true).includes('selector-mismatch'));
  assert.ok(!codesOf(true).includes('reference-missing'));
});

test('what is not judged under Kustomize counts as not checked', () => {
  const [manifest] = parseManifests(BASE, { kustomized: true }).manifests;
  const workload = readWorkloadSpec(manifest?.object);
  assert.ok(manifest && workload);
  const { notChecked } = checkWorkload({ manifest, workload, facts: factsOf() });
  assert.ok(notChecked.some(({ code, reason }) => code === 'selector-mismatch' && reason.includes('Kustomize')));
});

test('a file that Kustomize begins to take is the same text with other manifests', () => {
  const cache = new DocumentCache();
  const [before] = parseManifests(BASE, { cache }).manifests;
  const [after] = parseManifests(BASE, { cache, kustomized: true }).manifests;
  assert.deepEqual([before?.kustomized, after?.kustomized], [false, true]);
  assert.equal(before?.object, after?.object);
});

test('variables of envsubst in braces are no mistakes, and stay placeholders', () => {
  const text = 'kind: X\nresources: { cpu: ${CPU}, memory: ${MEMORY} }\nports: [ ${PORT} ]\n';
  const { problems, manifests } = parseManifests(text);
  assert.deepEqual(problems, []);
  assert.deepEqual(manifests[0]?.object.resources, { cpu: '$(CPU)', memory: '$(MEMORY)' });
});
