import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schemaType } from '../../../../src/core/kube/workloadSchema';
import { valueForms } from '../../../../src/core/kube/valueForms';
import { aManifest, forecast, forecastMessages } from '../../../support/forecast';

const claim = (spec: string): string =>
  `volumeClaimTemplates:\n  - metadata: { name: data }\n    spec:\n${spec.replace(/^/gm, '      ')}`;
const httpGet = 'httpGet: { port: 80 }';

/** What is wrong, and the line to mark. */
const wrong: readonly (readonly [string, string])[] = [
  [
    aManifest({ container: 'livenesProbe: { tcpSocket: { port: 80 } }' }),
    'field-unknown: livenesProbe: { tcpSocket: { port: 80 } }',
  ],
  [aManifest({ container: 'nodeSelector: { disk: ssd }' }), 'field-unknown: nodeSelector: { disk: ssd }'],
  [aManifest({ spec: 'nodeSelector: { disk: ssd }' }), 'field-unknown: nodeSelector: { disk: ssd }'],
  [aManifest({ container: 'env:\n  - { name: A, value: 5 }' }), 'field-type: - { name: A, value: 5 }'],
  [aManifest({ container: 'command: sleep 5' }), 'field-type: command: sleep 5'],
  [aManifest({ pod: 'hostNetwork: "true"' }), 'field-type: hostNetwork: "true"'],
  [aManifest({ spec: 'minReadySeconds: "5"' }), 'field-type: minReadySeconds: "5"'],
  [
    aManifest().replace('labels: { app: web }', 'labels: { app: web, canary: yes }'),
    'field-type: labels: { app: web, canary: yes }',
  ],
  [aManifest({ container: 'volumeMounts:\n  - { mountPath: /a }' }), 'field-missing: - { mountPath: /a }'],
  [aManifest({ spec: claim('accessModes: [ReadWriteOnce]') }), 'field-missing: spec:'],
  [aManifest({ spec: claim('resources: { requests: { storage: 1Gi } }') }), 'field-missing: spec:'],
  [
    aManifest({ container: 'readinessProbe: { periodSeconds: 5 }' }),
    'field-missing: readinessProbe: { periodSeconds: 5 }',
  ],
  [aManifest({ container: 'imagePullPolicy: always' }), 'value-invalid: imagePullPolicy: always'],
  [aManifest({ pod: 'restartPolicy: OnFailure' }), 'value-invalid: restartPolicy: OnFailure'],
  [aManifest({ spec: 'podManagementPolicy: parallel' }), 'value-invalid: podManagementPolicy: parallel'],
  [aManifest({ spec: 'updateStrategy: { type: Recreate }' }), 'value-invalid: updateStrategy: { type: Recreate }'],
  [aManifest({ container: 'ports:\n  - { containerPort: 80800 }' }), 'value-invalid: - { containerPort: 80800 }'],
  [
    aManifest({ container: 'ports:\n  - { containerPort: 80, name: a_very_long_port }' }),
    'value-invalid: - { containerPort: 80, name: a_very_long_port }',
  ],
  [
    aManifest({ container: 'readinessProbe: { httpGet: { port: "80" } }' }),
    'value-invalid: readinessProbe: { httpGet: { port: "80" } }',
  ],
  [
    aManifest({ pod: 'volumes:\n  - { name: My_Data, emptyDir: {} }' }),
    'value-invalid: - { name: My_Data, emptyDir: {} }',
  ],
  [
    aManifest({ pod: 'volumes:\n  - name: a\n    configMap: { name: c, defaultMode: 644 }' }),
    'value-invalid: configMap: { name: c, defaultMode: 644 }',
  ],
  [
    aManifest({ pod: `nodeSelector: { zone: ${'z'.repeat(64)} }` }),
    `value-invalid: nodeSelector: { zone: ${'z'.repeat(64)} }`,
  ],
  [aManifest({ pod: 'activeDeadlineSeconds: 5' }), 'fields-conflict: activeDeadlineSeconds: 5'],
  [aManifest({ pod: 'dnsPolicy: None' }), 'fields-conflict: dnsPolicy: None'],
  [
    aManifest({ pod: `initContainers:\n  - name: a\n    image: a\n    readinessProbe: { ${httpGet} }` }),
    `fields-conflict: readinessProbe: { ${httpGet} }`,
  ],
  [
    aManifest({ pod: 'hostNetwork: true', container: 'ports:\n  - { containerPort: 80, hostPort: 8080 }' }),
    'fields-conflict: - { containerPort: 80, hostPort: 8080 }',
  ],
  [
    aManifest({
      container: 'env:\n  - name: A\n    value: x\n    valueFrom: { fieldRef: { fieldPath: metadata.name } }',
    }),
    'fields-conflict: valueFrom: { fieldRef: { fieldPath: metadata.name } }',
  ],
  [
    aManifest({ container: 'env:\n  - name: A\n    valueFrom: { fieldRef: { fieldPath: status.phase } }' }),
    'fields-conflict: valueFrom: { fieldRef: { fieldPath: status.phase } }',
  ],
  [
    aManifest({ pod: 'tolerations:\n  - { key: a, operator: Exists, value: b }' }),
    'fields-conflict: - { key: a, operator: Exists, value: b }',
  ],
  [
    aManifest({ pod: 'tolerations:\n  - { key: a, value: b, tolerationSeconds: 5 }' }),
    'fields-conflict: - { key: a, value: b, tolerationSeconds: 5 }',
  ],
  [
    aManifest({ container: 'resources: { requests: { mem: 1Gi } }' }),
    'fields-conflict: resources: { requests: { mem: 1Gi } }',
  ],
  [
    aManifest({ container: 'resources: { requests: { nvidia.com/gpu: 1 } }' }),
    'fields-conflict: resources: { requests: { nvidia.com/gpu: 1 } }',
  ],
  [
    aManifest({ container: 'securityContext: { privileged: true, allowPrivilegeEscalation: false }' }),
    'fields-conflict: securityContext: { privileged: true, allowPrivilegeEscalation: false }',
  ],
  [
    aManifest({
      pod: 'terminationGracePeriodSeconds: 10',
      container: 'lifecycle: { preStop: { sleep: { seconds: 20 } } }',
    }),
    'fields-conflict: lifecycle: { preStop: { sleep: { seconds: 20 } } }',
  ],
  [
    aManifest({ pod: 'volumes:\n  - { name: a, emptyDir: {} }\n  - { name: a, hostPath: { path: / } }' }),
    'name-duplicate: - { name: a, hostPath: { path: / } }',
  ],
  [
    aManifest({ container: 'ports:\n  - { containerPort: 80, name: a }\n  - { containerPort: 81, name: a }' }),
    'name-duplicate: - { containerPort: 81, name: a }',
  ],
  [
    aManifest({
      container: 'ports:\n  - { containerPort: 80, hostPort: 80 }\n  - { containerPort: 81, hostPort: 80 }',
    }),
    'name-duplicate: - { containerPort: 81, hostPort: 80 }',
  ],
  [
    aManifest({ container: `livenessProbe: { ${httpGet}, successThreshold: 2 }` }),
    `probe-invalid: livenessProbe: { ${httpGet}, successThreshold: 2 }`,
  ],
  [
    aManifest({ container: `readinessProbe: { ${httpGet}, terminationGracePeriodSeconds: 2 }` }),
    `probe-invalid: readinessProbe: { ${httpGet}, terminationGracePeriodSeconds: 2 }`,
  ],
  [
    aManifest({ container: `readinessProbe: { ${httpGet}, exec: { command: [a] } }` }),
    `probe-invalid: readinessProbe: { ${httpGet}, exec: { command: [a] } }`,
  ],
  [
    aManifest({ kind: 'Deployment', spec: 'strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0% } }' }),
    'strategy-invalid: strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0% } }',
  ],
  [
    aManifest({ kind: 'Deployment', spec: 'strategy: { type: Recreate, rollingUpdate: { maxSurge: 1 } }' }),
    'strategy-invalid: strategy: { type: Recreate, rollingUpdate: { maxSurge: 1 } }',
  ],
];

for (const [text, expected] of wrong) {
  test(`finds ${expected}`, () => assert.deepEqual(forecast(text), [expected]));
}

test('finds rollingUpdate beside OnDelete', () => {
  const text = aManifest({ spec: 'updateStrategy:\n  type: OnDelete\n  rollingUpdate: { partition: 0 }' });
  assert.ok(forecast(text).includes('strategy-invalid: rollingUpdate: { partition: 0 }'));
});

/** What looks like it and is fine. */
const right: readonly (readonly [string, string])[] = [
  [
    'octal modes',
    aManifest({
      pod: 'volumes:\n  - name: a\n    secret: { secretName: s, defaultMode: 0440 }\n  - name: b\n    configMap: { name: c, defaultMode: 288 }',
    }),
  ],
  ['fields that are null', aManifest({ pod: 'nodeSelector:\nvolumes: null', container: 'command:' })],
  [
    'placeholders of every type',
    aManifest({ spec: 'minReadySeconds: ${WAIT}', container: 'command: $COMMAND' }).replace(
      'replicas: 3',
      'replicas: <replicas>',
    ),
  ],
  [
    'a port name and a percentage',
    aManifest({
      kind: 'Deployment',
      spec: 'strategy: { rollingUpdate: { maxSurge: 25%, maxUnavailable: 0 } }',
      container: `ports:\n  - { name: http, containerPort: 80 }\nreadinessProbe: { httpGet: { port: http } }`,
    }),
  ],
  [
    'a sidecar with a probe',
    aManifest({
      pod: `initContainers:\n  - name: a\n    image: a\n    restartPolicy: Always\n    readinessProbe: { ${httpGet} }`,
    }),
  ],
  [
    'fields of the pod and the cluster that only the server writes',
    aManifest({ pod: 'serviceAccount: default\nschedulerName: default-scheduler' }).replace(
      'metadata:',
      'status: { replicas: 3 }\nmetadata:',
    ),
  ],
  [
    'a variable with an empty value beside its source',
    aManifest({
      container: 'env:\n  - name: A\n    value: ""\n    valueFrom: { fieldRef: { fieldPath: status.podIP } }',
    }),
  ],
  [
    'hostNetwork with ports of its own',
    aManifest({
      pod: 'hostNetwork: true',
      container: 'ports:\n  - { containerPort: 80 }\n  - { containerPort: 81, hostPort: 81 }',
    }),
  ],
  [
    'one port for two protocols',
    aManifest({
      container:
        'ports:\n  - { containerPort: 53, hostPort: 53 }\n  - { containerPort: 53, hostPort: 53, protocol: UDP }',
    }),
  ],
  [
    'a toleration of everything',
    aManifest({ pod: 'tolerations:\n  - operator: Exists\n  - { key: a, effect: NoExecute, tolerationSeconds: 5 }' }),
  ],
  ['a device that is limited', aManifest({ container: 'resources: { limits: { nvidia.com/gpu: 1 } }' })],
  [
    'volumes of rare kinds',
    aManifest({
      pod: 'volumes:\n  - name: a\n    iscsi: { anything: 1 }\n  - name: b\n    ephemeral: { volumeClaimTemplate: { spec: {} } }',
    }),
  ],
];

for (const [what, text] of right) {
  test(`says nothing on ${what}`, () => assert.deepEqual(forecast(text), []));
}

test('a patch may leave out what stands elsewhere, but not misspell what it has', () => {
  const patch = (container: string): string => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  template:
    spec:
      $patch: merge
      containers:
        - name: app
          ${container}
`;
  assert.deepEqual(forecast(patch('readinessProbe: { periodSeconds: 5 }')), []);
  assert.deepEqual(forecast(patch('readinesProbe: { periodSeconds: 5 }')), [
    'field-unknown: readinesProbe: { periodSeconds: 5 }',
  ]);
});

test('says what was meant, or where the field belongs', () => {
  const adviceOn = (text: string): string | undefined => forecastMessages(text)[0]?.advice;
  assert.equal(adviceOn(aManifest({ container: 'livenesProbe: {}' })), 'Did you mean livenessProbe?');
  assert.equal(adviceOn(aManifest({ container: 'nodeSelector: {}' })), 'It belongs to spec.template.spec.');
  assert.equal(adviceOn(aManifest({ container: 'limits: {}' })), 'It belongs below resources.');
  assert.equal(adviceOn(aManifest({ container: 'nonsense: {}' })), undefined);
});

test('every type and form that the table of fields names is there', () => {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const type = schemaType(name);
    assert.ok(type, name);
    for (const [field, { kind, type: inner, form }] of type) {
      assert.match(field, /^\w+$/);
      if (kind.startsWith('.')) assert.ok(inner, `${name}.${field}`);
      if (inner !== undefined) visit(inner);
      if (form !== undefined) assert.ok(form in valueForms || /^[la]$/.test(form), `${name}.${field}@${form}`);
    }
  };
  visit('StatefulSet');
  visit('Deployment');
  assert.ok(seen.size > 60);
});
