import { fails } from './parts';
import type { Plot } from '../plots';

const quota = (hard: Readonly<Record<string, string>>): object => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'compute' },
  spec: { hard },
});

const limits = (...list: readonly object[]): object => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'bounds' },
  spec: { limits: list },
});

const asks = (resources: object) => ({ container: { resources } });
const small = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi' } };

const kwok = { nodes: 'kwok', sign: /FailedCreate|is forbidden/ } as const;

export const refusalPlots: readonly Plot[] = [
  fails({
    ...kwok,
    name: 'account-missing',
    title: 'A ServiceAccount that does not exist',
    bad: { pod: { serviceAccountName: 'no-such-account' } },
  }),
  fails({
    ...kwok,
    name: 'pod-security',
    title: 'A privileged pod where PodSecurity enforces baseline',
    labels: { 'pod-security.kubernetes.io/enforce': 'baseline' },
    bad: { container: { securityContext: { privileged: true } } },
  }),
  fails({
    ...kwok,
    name: 'quota-exceeded',
    title: 'The replacement no longer fits the quota',
    setup: [quota({ 'requests.cpu': '300m' })],
    healed: asks(small),
    bad: asks({ ...small, requests: { cpu: '250m', memory: '64Mi' } }),
  }),
  fails({
    ...kwok,
    name: 'quota-must-specify',
    title: 'A quota that obliges, and a container that sets nothing',
    setup: [quota({ 'limits.memory': '1Gi' })],
    healed: asks(small),
    bad: {},
  }),
  fails({
    ...kwok,
    name: 'limit-range-max',
    title: 'A limit above the LimitRange',
    setup: [limits({ type: 'Container', max: { memory: '128Mi' } })],
    healed: asks(small),
    bad: asks({ ...small, limits: { memory: '256Mi' } }),
  }),
  fails({
    ...kwok,
    name: 'limit-range-sidecar',
    title: 'Only the second container is below the minimum',
    setup: [limits({ type: 'Container', min: { memory: '32Mi' } })],
    healed: asks(small),
    bad: {
      pod: {
        containers: [
          { name: 'app', image: 'registry.example.com/shop/web:1.1', resources: small },
          {
            name: 'proxy',
            image: 'registry.example.com/shop/web:1.1',
            resources: { ...small, requests: { memory: '8Mi' } },
          },
        ],
      },
    },
  }),
  fails({
    ...kwok,
    name: 'limit-range-default',
    title: 'A default limit below what the container asks for',
    setup: [limits({ type: 'Container', default: { cpu: '200m' } })],
    healed: asks(small),
    bad: asks({ requests: { cpu: '400m' } }),
  }),
  fails({
    ...kwok,
    name: 'deployment-quota',
    title: 'A Deployment whose surge does not fit',
    kind: 'Deployment',
    setup: [quota({ 'requests.cpu': '300m' })],
    healed: { ...asks(small), kind: 'Deployment' },
    bad: { kind: 'Deployment', ...asks({ ...small, requests: { cpu: '250m', memory: '64Mi' } }) },
  }),
];
