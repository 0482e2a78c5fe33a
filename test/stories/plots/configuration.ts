import { configMap, fails, IMAGE } from './parts';
import type { Plot } from '../plots';

const settings = configMap('settings', { level: '3' });
const env = (valueFrom: object) => ({ container: { env: [{ name: 'MODE', valueFrom }] } });
const mount = (name: string) => ({ volumeMounts: [{ name, mountPath: '/etc/it' }] });

export const configurationPlots: readonly Plot[] = [
  fails({
    name: 'config-map-missing',
    title: 'A ConfigMap that env names does not exist',
    bad: env({ configMapKeyRef: { name: 'no-such', key: 'level' } }),
    sign: /CreateContainerConfigError/,
  }),
  fails({
    name: 'config-key-missing',
    title: 'A key that the ConfigMap lacks',
    setup: [settings],
    bad: env({ configMapKeyRef: { name: 'settings', key: 'no-such' } }),
    sign: /CreateContainerConfigError/,
  }),
  fails({
    name: 'secret-missing-in-init',
    title: 'A Secret that an init container wants',
    bad: {
      pod: {
        initContainers: [
          { name: 'setup', image: `${IMAGE}:1.0`, command: ['true'], envFrom: [{ secretRef: { name: 'no-such' } }] },
        ],
      },
    },
    sign: /CreateContainerConfigError/,
  }),
  fails({
    name: 'volume-config-map',
    title: 'A volume of a ConfigMap that does not exist',
    bad: { container: mount('config'), pod: { volumes: [{ name: 'config', configMap: { name: 'no-such' } }] } },
    sign: /FailedMount|not found/,
    wait: 10,
  }),
  fails({
    name: 'volume-with-init',
    title: 'A volume that is not mounted, in a pod with an init container',
    bad: {
      container: mount('login'),
      pod: {
        initContainers: [{ name: 'setup', image: `${IMAGE}:1.0`, command: ['true'] }],
        volumes: [{ name: 'login', secret: { secretName: 'no-such' } }],
      },
    },
    sign: /FailedMount|not found/,
    wait: 10,
  }),
  fails({
    name: 'run-as-root',
    title: 'runAsNonRoot, and an image that runs as root',
    bad: { pod: { securityContext: { runAsNonRoot: true } } },
    sign: /CreateContainerConfigError/,
  }),
];
