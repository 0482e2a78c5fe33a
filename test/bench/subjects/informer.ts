// The peer's process: an informer of the Kubernetes client, of the StatefulSets of all namespaces.
import { createInterface } from 'node:readline';
import { AppsV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node';
import { Meter, tell } from './measure';

let meter = new Meter();
const config = new KubeConfig();
config.loadFromDefault();
const api = config.makeApiClient(AppsV1Api);
const informer = makeInformer(config, '/apis/apps/v1/statefulsets', () => api.listStatefulSetForAllNamespaces());
// It stops for good at an error; whoever uses it starts it again.
informer.on('error', () => void setTimeout(() => void informer.start(), 1_000));

const orders: Readonly<Record<string, () => unknown>> = {
  async complete() {
    await informer.start();
    tell({ kind: 'complete', ...meter.stop(), rows: informer.list().length });
  },
  begin() {
    meter = new Meter();
    tell({ kind: 'begun' });
  },
  end() {
    tell({ kind: 'ended', ...meter.stop() });
  },
};

for await (const line of createInterface({ input: process.stdin })) await orders[line]?.();
process.exit();
