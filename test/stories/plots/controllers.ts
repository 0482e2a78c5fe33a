import type { Plot, Teller } from '../plots';
import { probe, rolledOut, shows, web } from './parts';

const POD = '/api/v1/namespaces/{namespace}/pods';

/** On nodes that are played, pods take a second: a story of the controllers, not of the kubelet. */
function played(name: string, title: string, tell: (teller: Teller) => Promise<void>, kind?: Plot['kind']): Plot {
  return { name, title, nodes: 'kwok', ...(kind ? { kind } : {}), tell };
}

const strategy = (updateStrategy: object) => ({ spec: { updateStrategy } });
const parallel = { podManagementPolicy: 'Parallel' };

export const controllerPlots: readonly Plot[] = [
  played('rolling-update', 'A rolling update of three pods', async (teller) => {
    await teller.apply('a first start', web({ replicas: 3 }));
    await rolledOut(teller);
    await teller.apply('a new image', web({ replicas: 3, tag: '1.1' }));
    await rolledOut(teller);
    await teller.seconds(1);
  }),
  played('deadlock', 'OrderedReady: the good template never reaches the broken pod', async (teller) => {
    await teller.apply('a first start', web());
    await rolledOut(teller);
    await teller.apply('a tag that does not exist', web({ tag: '2-missing' }));
    await shows(teller, /ErrImagePull/);
    await teller.apply('the good tag', web({ tag: '1.1' }));
    await teller.seconds(15);
    await teller.call('web-1 is deleted', 'DELETE', `${POD}/web-1`);
    await rolledOut(teller);
    await teller.seconds(2);
  }),
  played('parallel', 'Parallel: the good template replaces the broken pod', async (teller) => {
    await teller.apply('a first start', web({ replicas: 3, spec: parallel }));
    await rolledOut(teller);
    await teller.apply('a tag that does not exist', web({ replicas: 3, tag: '2-missing', spec: parallel }));
    await shows(teller, /ErrImagePull/);
    await teller.seconds(3);
    await teller.apply('the good tag', web({ replicas: 3, tag: '1.1', spec: parallel }));
    await rolledOut(teller);
    await teller.seconds(2);
  }),
  played('partition', 'A partition holds two of three back, then none', async (teller) => {
    const held = (partition: number) => strategy({ type: 'RollingUpdate', rollingUpdate: { partition } });
    await teller.apply('a first start', web({ replicas: 3 }));
    await rolledOut(teller);
    await teller.apply('a new image, partition 2', web({ replicas: 3, tag: '1.1', ...held(2) }));
    await teller.seconds(5);
    await teller.apply('partition 0', web({ replicas: 3, tag: '1.1', ...held(0) }));
    await rolledOut(teller);
    await teller.seconds(1);
  }),
  played('on-delete', 'OnDelete waits for somebody to delete pods', async (teller) => {
    const onDelete = strategy({ type: 'OnDelete' });
    await teller.apply('a first start', web(onDelete));
    await rolledOut(teller);
    await teller.apply('a new image', web({ tag: '1.1', ...onDelete }));
    await teller.seconds(4);
    for (const pod of ['web-1', 'web-0']) {
      await teller.call(`${pod} is deleted`, 'DELETE', `${POD}/${pod}`);
      await teller.seconds(4);
    }
  }),
  played('min-ready-seconds', 'Ready is not yet available', async (teller) => {
    const spec = { minReadySeconds: 4 };
    await teller.apply('a first start', web({ spec }));
    await rolledOut(teller);
    await teller.seconds(5);
    await teller.apply('a new image', web({ tag: '1.1', spec }));
    await rolledOut(teller);
    await teller.seconds(6);
  }),
  played('ordinals-start', 'Ordinals that begin at 5, with a partition of indexes', async (teller) => {
    const spec = { ordinals: { start: 5 }, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } };
    await teller.apply('a first start', web({ replicas: 3, spec }));
    await rolledOut(teller);
    await teller.apply('a new image', web({ replicas: 3, tag: '1.1', spec }));
    await teller.seconds(6);
  }),
  played('scale-in-update', 'Scaled up, then down, in the middle of an update', async (teller) => {
    await teller.apply('a first start', web({ replicas: 2 }));
    await rolledOut(teller);
    await teller.apply('a new image and four replicas', web({ replicas: 4, tag: '1.1' }));
    await teller.seconds(1);
    await teller.apply('three replicas', web({ replicas: 3, tag: '1.1' }));
    await rolledOut(teller);
    await teller.apply('scaled to nothing', web({ replicas: 0, tag: '1.1' }));
    await teller.seconds(4);
  }),
  played('terminating-long', 'A finalizer keeps a pod', async (teller) => {
    await teller.apply('a first start', web());
    await rolledOut(teller);
    await teller.call('web-1 gets a finalizer', 'PATCH', `${POD}/web-1`, {
      metadata: { finalizers: ['example.com/hold'] },
    });
    await teller.apply('a new image', web({ tag: '1.1' }));
    await teller.seconds(45);
    await teller.call('the finalizer is lifted', 'PATCH', `${POD}/web-1`, { metadata: { finalizers: null } });
    await rolledOut(teller);
    await teller.seconds(2);
  }),
  played('name-taken', 'A foreign pod has the name', async (teller) => {
    await teller.apply('a foreign pod', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-1' },
      spec: { containers: [{ name: 'app', image: 'registry.example.com/shop/other:1.0' }] },
    });
    await teller.apply('a first start', web());
    await teller.seconds(40);
    await teller.call('the foreign pod goes', 'DELETE', `${POD}/web-1`);
    await rolledOut(teller);
    await teller.seconds(2);
  }),
  played(
    'deployment-rolls',
    'A Deployment rolls, with surge',
    async (teller) => {
      await teller.apply('a first start', web({ kind: 'Deployment', replicas: 4 }));
      await rolledOut(teller);
      await teller.apply('a new image', web({ kind: 'Deployment', replicas: 4, tag: '1.1' }));
      await rolledOut(teller);
      await teller.seconds(3);
    },
    'Deployment',
  ),
  played(
    'deployment-paused',
    'A paused Deployment, scaled meanwhile',
    async (teller) => {
      await teller.apply('a first start', web({ kind: 'Deployment', replicas: 3 }));
      await rolledOut(teller);
      await teller.apply(
        'paused, with a new image',
        web({ kind: 'Deployment', replicas: 3, tag: '1.1', spec: { paused: true } }),
      );
      await teller.seconds(3);
      await teller.apply('resumed', web({ kind: 'Deployment', replicas: 3, tag: '1.1', spec: { paused: false } }));
      await rolledOut(teller);
      await teller.seconds(3);
    },
    'Deployment',
  ),
  played(
    'deployment-deadline',
    'A Deployment past its progress deadline',
    async (teller) => {
      const spec = { progressDeadlineSeconds: 5 };
      const never = probe('/fail');
      await teller.apply('a first start', web({ kind: 'Deployment', spec }));
      await rolledOut(teller);
      await teller.apply('never ready', web({ kind: 'Deployment', tag: '1.1', spec, container: never }));
      await shows(teller, /ProgressDeadlineExceeded/);
      await teller.seconds(2);
      await teller.apply('the good one', web({ kind: 'Deployment', tag: '1.2', spec }));
      await rolledOut(teller);
      await teller.seconds(3);
    },
    'Deployment',
  ),
];
