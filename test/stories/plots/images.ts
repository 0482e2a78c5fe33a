import { fails, IMAGE } from './parts';
import type { Plot } from '../plots';

const beside = (image: string, more: Readonly<Record<string, unknown>> = {}) => ({ name: 'app-proxy', image, ...more });

export const imagePlots: readonly Plot[] = [
  fails({
    name: 'image-not-found',
    title: 'A tag that the registry does not have',
    bad: { tag: '1.1-missing' },
    sign: /ImagePullBackOff/,
  }),
  fails({
    name: 'image-unauthorised',
    title: 'An image that wants a login',
    bad: { container: { image: 'registry.example.com/private/web:1.0' } },
    sign: /ErrImagePull/,
  }),
  fails({
    name: 'image-rate-limited',
    title: 'A registry that limits pulls',
    bad: { tag: '1.1-limited' },
    sign: /ErrImagePull/,
  }),
  fails({
    name: 'image-invalid-name',
    title: 'A name that no image can have',
    bad: { container: { image: 'Shop//web:1' } },
    sign: /InvalidImageName/,
  }),
  fails({
    name: 'image-never-pulled',
    title: 'imagePullPolicy Never, and the node has it not',
    bad: { tag: '7.7', container: { imagePullPolicy: 'Never' } },
    sign: /ErrImageNeverPull/,
  }),
  fails({
    name: 'image-of-init',
    title: 'The image of an init container is missing',
    bad: { pod: { initContainers: [{ name: 'setup', image: `${IMAGE}:2-missing`, command: ['true'] }] } },
    sign: /ImagePullBackOff/,
  }),
  fails({
    name: 'image-of-sidecar',
    title: 'The image of a sidecar (a restartable init container) is missing',
    bad: { pod: { initContainers: [beside(`${IMAGE}:3-missing`, { restartPolicy: 'Always' })] } },
    sign: /ErrImagePull/,
  }),
  fails({
    name: 'image-of-second',
    title: 'A second container, whose name begins like the first, pulls in vain',
    bad: { pod: { containers: [{ name: 'app', image: `${IMAGE}:1.1` }, beside(`${IMAGE}:4-missing`)] } },
    sign: /ErrImagePull/,
  }),
  fails({
    name: 'deployment-image',
    title: 'A Deployment with a missing tag',
    kind: 'Deployment',
    nodes: 'kwok',
    bad: { kind: 'Deployment', tag: '1.1-missing' },
    sign: /ErrImagePull/,
  }),
];
