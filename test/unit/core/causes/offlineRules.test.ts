import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aManifest, forecast } from '../../../support/forecast';

const probe = (port: string): string =>
  `ports:\n  - { name: http, containerPort: 80 }\nreadinessProbe:\n  httpGet: { port: ${port} }`;

/** What is wrong, and the line to mark. */
const wrong: readonly (readonly [string, string])[] = [
  [aManifest({ image: 'Shop//web:1' }), 'image-reference: image: Shop//web:1'],
  [aManifest({ image: 'https://example.com/web' }), 'image-reference: image: https://example.com/web'],
  [aManifest({ image: '"web:1 "' }), 'image-reference: image: "web:1 "'],
  [aManifest({ container: probe('web') }), 'probe-port-unknown: httpGet: { port: web }'],
  [
    aManifest({ kind: 'Deployment', spec: 'progressDeadlineSeconds: 10\nminReadySeconds: 10' }),
    'deadline-below-min-ready: progressDeadlineSeconds: 10',
  ],
  [
    aManifest({ container: 'volumeMounts:\n  - { name: nowhere, mountPath: /a }' }),
    'volume-unknown: - { name: nowhere, mountPath: /a }',
  ],
  [
    aManifest({
      pod: 'volumes:\n  - { name: a, emptyDir: {} }',
      container: 'volumeMounts:\n  - { name: a, mountPath: /a }\n  - { name: a, mountPath: /a, subPath: b }',
    }),
    'mount-path-duplicate: - { name: a, mountPath: /a, subPath: b }',
  ],
  [aManifest({ pod: 'initContainers:\n  - { name: app, image: a }' }), 'container-name-duplicate: - name: app'],
  [
    aManifest({ container: 'resources:\n  requests: { cpu: 2 }\n  limits:\n    cpu: 1500m' }),
    'request-above-limit: requests: { cpu: 2 }',
  ],
  [aManifest({ container: 'resources:\n  limits: { memory: 1GB }' }), 'quantity-invalid: limits: { memory: 1GB }'],
  [
    aManifest({
      spec: 'volumeClaimTemplates:\n  - metadata: { name: data }\n    spec:\n      accessModes: [ReadWriteOnce]\n      resources:\n        requests:\n          storage: 10GB',
    }),
    'quantity-invalid: storage: 10GB',
  ],
  [aManifest({ pod: 'resources:\n  limits: { memory: 1GB }' }), 'quantity-invalid: limits: { memory: 1GB }'],
  [aManifest({ kind: 'Deployment', spec: 'minReadySeconds: 600' }), 'deadline-below-min-ready: minReadySeconds: 600'],
  [aManifest({ container: 'resources:\n  limits: { memory: 64m }' }), 'memory-in-milli: limits: { memory: 64m }'],
  [aManifest().replace('labels: { app: web }', 'labels: { app: api }'), 'selector-mismatch: matchLabels: { app: web }'],
  [aManifest({ name: 'a'.repeat(53) }), `name-too-long: name: ${'a'.repeat(53)}`],
  [aManifest({ name: 'a'.repeat(62) }), `name-too-long: name: ${'a'.repeat(62)}`],
  [aManifest({ spec: 'serviceName: web.svc' }), 'service-name-dots: serviceName: web.svc'],
];

for (const [text, expected] of wrong) {
  test(`finds ${expected}`, () => assert.deepEqual(forecast(text), [expected]));
}

/** What looks like it and is fine. */
const right: readonly (readonly [string, string])[] = [
  ['a plain StatefulSet', aManifest()],
  ['a placeholder for an image', aManifest({ image: '${REGISTRY}/web:${TAG}' })],
  ['a variable for an image', aManifest({ image: '$IMAGE' })],
  ['a marker for an image', aManifest({ image: 'registry.example.com/__IMAGE__' })],
  ['a variable in an image', aManifest({ image: 'gcr.io/PROJECT_ID/app:1' })],
  ['memory as an autoscaler writes it', aManifest({ container: 'resources:\n  limits: { memory: 128974848000m }' })],
  ['a variable for a quantity', aManifest({ container: 'resources:\n  limits: { cpu: CPU_LIMIT }' })],
  ['an image by digest', aManifest({ image: `web@sha256:${'a'.repeat(64)}` })],
  ['a named port that is there', aManifest({ container: probe('http') })],
  ['a numeric port that nobody declared', aManifest({ container: 'readinessProbe:\n  tcpSocket: { port: 1234 }' })],
  [
    'a mount of a claim template',
    aManifest({
      spec: 'volumeClaimTemplates:\n  - metadata: { name: data }\n    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }',
      container: 'volumeMounts:\n  - { name: data, mountPath: /data }',
    }),
  ],
  [
    'a request equal to its limit in other units',
    aManifest({ container: 'resources:\n  requests: { cpu: 1000m }\n  limits: { cpu: 1 }' }),
  ],
  ['a name of 52 characters', aManifest({ name: 'a'.repeat(52) })],
  ['a long name of a Deployment', aManifest({ kind: 'Deployment', name: 'a'.repeat(60) })],
  ['a partition below replicas', aManifest({ spec: 'updateStrategy:\n  rollingUpdate:\n    partition: 2' })],
  ['the default deadline', aManifest({ kind: 'Deployment', spec: 'minReadySeconds: 599' })],
];

for (const [what, text] of right) {
  test(`says nothing on ${what}`, () => assert.deepEqual(forecast(text), []));
}
