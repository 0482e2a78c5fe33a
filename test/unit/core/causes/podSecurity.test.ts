import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DryRun } from '../../../../src/core/causes/dryRun';
import { aManifest, factsOf, forecast, forecastMessages } from '../../../support/forecast';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

const level = (name: string, version?: string) => ({
  labels: { [ENFORCE]: name, ...(version === undefined ? {} : { [`${ENFORCE}-version`]: version }) },
  annotations: {},
  terminating: false,
});

const under = (name: string, text: string, version?: string) =>
  forecast(text, factsOf({ namespace: level(name, version) }));

const GOOD_POD = 'securityContext:\n  runAsNonRoot: true\n  seccompProfile: { type: RuntimeDefault }';
const GOOD_CONTAINER =
  'securityContext:\n  allowPrivilegeEscalation: false\n  capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] }';

test('a pod with all that restricted asks for is fine, and without a level any pod is', () => {
  assert.deepEqual(under('restricted', aManifest({ pod: GOOD_POD, container: GOOD_CONTAINER })), []);
  assert.deepEqual(under('privileged', aManifest({ pod: 'hostNetwork: true' })), []);
  assert.deepEqual(under('baseline', aManifest()), []);
});

test('what restricted misses is one finding on the container, with all that is to be set', () => {
  const findings = forecastMessages(aManifest(), factsOf({ namespace: level('restricted') }));
  assert.equal(findings.length, 1);
  assert.match(
    findings[0]?.message ?? '',
    /allowPrivilegeEscalation.*capabilities.*runAsNonRoot|runAsNonRoot.*allowPrivilegeEscalation/,
  );
});

test('what baseline forbids is marked where it stands', () => {
  const marked = (lines: { pod?: string; container?: string }) => under('baseline', aManifest(lines));
  assert.deepEqual(marked({ pod: 'hostPID: true' }), ['pod-security-violated: hostPID: true']);
  assert.deepEqual(marked({ container: 'ports:\n  - hostPort: 80\n    containerPort: 80' }), [
    'pod-security-violated: - hostPort: 80',
  ]);
  assert.deepEqual(marked({ container: 'securityContext:\n  privileged: true' }), [
    'pod-security-violated: privileged: true',
  ]);
  assert.deepEqual(marked({ container: 'securityContext:\n  capabilities:\n    add:\n      - SYS_ADMIN' }), [
    'pod-security-violated: - SYS_ADMIN',
  ]);
  assert.deepEqual(marked({ container: 'securityContext:\n  capabilities: { add: [CHOWN] }' }), []);
});

test('a check is asked from the version on in which it came', () => {
  const text = aManifest({ container: 'readinessProbe:\n  httpGet: { host: 10.0.0.1, port: 80 }' });
  assert.deepEqual(under('baseline', text, 'v1.33'), []);
  assert.equal(under('baseline', text, 'v1.34').length, 1);
});

test('users of its own make root inside the pod harmless', () => {
  const pod = `hostUsers: false\nsecurityContext:\n  seccompProfile: { type: RuntimeDefault }`;
  assert.deepEqual(under('restricted', aManifest({ pod, container: GOOD_CONTAINER })), []);
});

test('a server that admits the pod knows of an exemption', () => {
  const podDryRun: DryRun = { kind: 'admitted', object: {}, warnings: [] };
  assert.deepEqual(forecast(aManifest(), factsOf({ namespace: level('restricted'), podDryRun })), []);
});

test('who may not read the namespace learns the level from the answer of the server', () => {
  const hidden = { namespace: { state: 'forbidden', right: 'get namespaces' } as const };
  const text = aManifest({ pod: 'hostIPC: true' });
  const message = 'pods "web-3" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostIPC=true)';
  const podDryRun: DryRun = { kind: 'refused', status: 403, reason: 'Forbidden', message, fields: [], warnings: [] };
  assert.deepEqual(forecast(text, { ...factsOf({ podDryRun }), ...hidden }), ['pod-security-violated: hostIPC: true']);
  const workloadDryRun: DryRun = { kind: 'refused', status: 403, reason: '', message: 'x', fields: [], warnings: [] };
  const warned = {
    ...workloadDryRun,
    warnings: ['would violate PodSecurity "baseline:latest": host namespaces (hostIPC=true)'],
  };
  const findings = forecast(text, { ...factsOf({ workloadDryRun: warned }), ...hidden });
  assert.ok(findings.includes('pod-security-violated: hostIPC: true'));
});
