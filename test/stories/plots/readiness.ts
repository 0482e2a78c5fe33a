import { fails, IMAGE, probe, rolledOut, shell, web } from './parts';
import type { Plot } from '../plots';

export const readinessPlots: readonly Plot[] = [
  fails({
    name: 'probe-path',
    title: 'A readiness probe on a path that answers 404',
    healed: { container: probe() },
    bad: { container: probe('/nothing') },
    sign: /statuscode: 404/,
    wait: 35,
  }),
  fails({
    name: 'probe-port',
    title: 'A readiness probe on a port where nobody listens',
    healed: { container: probe() },
    bad: { container: { readinessProbe: { tcpSocket: { port: 9 }, periodSeconds: 1 } } },
    sign: /connection refused/,
    wait: 35,
  }),
  fails({
    name: 'probe-errored',
    title: 'A named port that the container does not have',
    bad: { container: { readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 } } },
    sign: /errored|invalid syntax/,
    wait: 20,
  }),
  fails({
    name: 'probe-exec',
    title: 'A probe that runs a command which the image lacks',
    bad: { container: { readinessProbe: { exec: { command: ['check-it'] }, periodSeconds: 1 } } },
    sign: /Unhealthy/,
    wait: 20,
  }),
  fails({
    name: 'startup-too-short',
    title: 'A startup probe whose time is too short',
    bad: {
      container: {
        startupProbe: { httpGet: { path: '/nothing', port: 8080 }, periodSeconds: 1, failureThreshold: 2 },
        ...probe(),
      },
    },
    sign: /"restartCount":2/,
  }),
  fails({
    name: 'probe-of-sidecar',
    title: 'A sidecar is never ready',
    bad: {
      pod: {
        initContainers: [
          {
            name: 'proxy',
            image: `${IMAGE}:1.0`,
            restartPolicy: 'Always',
            readinessProbe: { httpGet: { path: '/nothing', port: 8080 }, periodSeconds: 1 },
          },
        ],
      },
      container: shell('trap exit TERM; while :; do sleep 1; done'),
    },
    sign: /statuscode: 404/,
    wait: 35,
  }),
  fails({
    name: 'readiness-gate',
    title: 'A readiness gate that nobody sets',
    nodes: 'kubelet',
    bad: { pod: { readinessGates: [{ conditionType: 'example.com/balanced' }] } },
    sign: /ReadinessGatesNotReady/,
    wait: 20,
  }),
  {
    name: 'slow-start',
    title: 'A slow start is no failure',
    nodes: 'kubelet',
    async tell(teller) {
      await teller.apply('a first start', web({ container: probe('/ready', { initialDelaySeconds: 8 }) }));
      await rolledOut(teller);
      await teller.apply('a new image', web({ tag: '1.1', container: probe('/ready', { initialDelaySeconds: 8 }) }));
      await rolledOut(teller);
      await teller.seconds(2);
    },
  },
];
