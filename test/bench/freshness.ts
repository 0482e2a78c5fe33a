import { createInterface } from 'node:readline';
import { expectOk } from '../cluster/apiClient';
import type { Cluster } from '../cluster/cluster';
import { until } from '../cluster/processes';
import { withCluster } from '../story';
import { beside, quantile, round, type Figure } from './figure';
import { spawnKubectl } from './kubectl';
import { fillCluster, type Copies } from './manyObjects';
import { Subject } from './subject';

const CHANGES = 200;
const PAUSE_MS = 150;

interface Delays {
  readonly model: number[];
  readonly row: number[];
  readonly kubectl: number[];
}

/** From the moment a change is sent to the server until a row of the open tree says it, and until `kubectl get -w` does. */
export function freshness(): Promise<readonly Figure[]> {
  return withCluster({ flavour: 'kwok', pace: 0 }, async (cluster) => {
    const copies = await fillCluster(cluster, { namespaces: 50, sets: 1_000, podsPerSet: 2 });
    const { model, row, kubectl } = await delaysOf(cluster, copies);
    const what = `a change at the server until`;
    const peer = 'kubectl get -w';
    const part = (name: string, all: readonly number[], portion: number): Figure => ({
      what: `${what} ${name}, ${portion === 0.5 ? 'median' : 'p99'} of ${CHANGES}`,
      unit: 'ms',
      ours: round(quantile(all, portion)),
    });
    return [0.5, 0.99].flatMap((portion) => [
      part('the model has it', model, portion),
      beside({ ...part('the row says it', row, portion), budget: 200 }, peer, quantile(kubectl, portion)),
    ]);
  });
}

async function delaysOf(cluster: Cluster, copies: Copies): Promise<Delays> {
  const { namespace, name } = copies.placeOf(0);
  const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`;
  const delays: Delays = { model: [], row: [], kubectl: [] };
  const watch = spawnKubectl(cluster, ['get', 'statefulset', '-n', namespace, '-w', name], 'pipe');
  const printed: { readonly text: string; readonly at: number }[] = [];
  if (watch.stdout)
    createInterface({ input: watch.stdout }).on('line', (text) => {
      printed.push({ text, at: now() });
    });
  const subject = await Subject.start('ours', cluster.kubeconfig);
  try {
    await subject.ask('complete', 'complete');
    await subject.ask(`follow ${namespace} ${name}`, 'following');
    await until('kubectl watches', () => printed.length >= 2);
    for (let index = 0; index < CHANGES; index++) {
      // Its counters would not do: of a workload that is not at rest the row counts pods.
      const image = `registry.example.com/shop/web:change-${index}`;
      const [from, lines] = [subject.told.length, printed.length];
      const sent = now();
      const body = { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } };
      const patch = { 'content-type': 'application/strategic-merge-patch+json' };
      await expectOk(cluster.api('PATCH', path, body, patch), 'the change');
      delays.model.push((await subject.next('model', from)).at - sent);
      const drawn = await subject.next('drawn', from, ({ text }) => String(text).includes(`${image}\``));
      delays.row.push(drawn.at - sent);
      await until('kubectl prints it', () => printed.length > lines);
      delays.kubectl.push((printed[lines]?.at ?? 0) - sent);
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
    return delays;
  } finally {
    watch.kill();
    await subject.stop();
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
