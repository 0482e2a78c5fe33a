import { fails, IMAGE, probe, shell } from './parts';
import type { Plot } from '../plots';

const crash = shell('echo starting; echo fatal: no database at db:5432; exit 3');

export const crashPlots: readonly Plot[] = [
  fails({
    name: 'crash-exit-code',
    title: 'A program that ends with exit code 3',
    bad: { container: { ...crash, ...probe() } },
    sign: /CrashLoopBackOff/,
    wait: 15,
  }),
  fails({
    name: 'crash-of-init',
    title: 'An init container that fails',
    bad: { pod: { initContainers: [{ name: 'setup', image: `${IMAGE}:1.0`, ...crash }] } },
    sign: /CrashLoopBackOff/,
  }),
  fails({
    name: 'crash-of-sidecar',
    title: 'A sidecar (a restartable init container) that crashes',
    bad: {
      pod: {
        initContainers: [
          {
            name: 'proxy',
            image: `${IMAGE}:1.0`,
            restartPolicy: 'Always',
            ...crash,
            startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
          },
        ],
      },
    },
    sign: /CrashLoopBackOff/,
  }),
  fails({
    name: 'out-of-memory',
    title: 'A program that takes more memory than its limit',
    bad: { container: { command: ['tail', '/dev/zero'], resources: { limits: { memory: '16Mi' } }, ...probe() } },
    sign: /OOMKilled/,
    wait: 20,
  }),
  fails({
    name: 'command-missing',
    title: 'A command that the image does not have',
    bad: { container: { command: ['serve-it'], ...probe() } },
    sign: /CrashLoopBackOff|StartError/,
    wait: 15,
  }),
  fails({
    name: 'ends-well',
    title: 'A program that ends with 0',
    bad: { container: { ...shell('echo done'), ...probe() } },
    sign: /CrashLoopBackOff/,
  }),
  fails({
    name: 'segmentation-fault',
    title: 'A program that is killed by a signal',
    bad: { container: { ...shell('sleep 1; kill -SEGV $$'), ...probe() } },
    sign: /CrashLoopBackOff/,
    wait: 10,
  }),
  fails({
    name: 'post-start-hook',
    title: 'A postStart hook that fails',
    bad: { container: { lifecycle: { postStart: { exec: { command: ['false'] } } }, ...probe() } },
    sign: /FailedPostStartHook|PostStartHook/,
    wait: 12,
  }),
  fails({
    name: 'deployment-crash',
    title: 'A Deployment that crashes',
    kind: 'Deployment',
    bad: { kind: 'Deployment', container: { ...crash, ...probe() } },
    sign: /CrashLoopBackOff/,
    wait: 12,
  }),
];
