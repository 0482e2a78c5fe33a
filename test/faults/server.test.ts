import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { expectOk } from '../cluster/apiClient';
import { compact } from './etcd';
import { type Window, Rig, WATCHES, until } from './rig';
import { allow, forbid } from './serviceAccount';

/** Twenty when asked for: each costs as long as an API server takes to start. */
const ROUNDS = Number(process.env.ORDINAL_FAULT_ROUNDS ?? 2);

let rig: Rig;
let window: Window;

before(async () => {
  rig = await Rig.start();
  await rig.apply({}, rig.namespace);
  window = await rig.open();
});

after(async () => {
  await rig.stop();
});

beforeEach(async () => {
  await restart();
  await rig.mark();
});

/** Some components end when their API server has gone. */
async function restart(): Promise<void> {
  const { cluster } = rig;
  for (const name of cluster.components.names) if (!cluster.components.isRunning(name)) cluster.run(name);
  await cluster.ready();
}

let revision = 0;

/** Requests while a server starts, which refuses before it is ready: twice for each stream, then one in a second. */
function most(milliseconds: number): number {
  return WATCHES * (2 + Math.ceil(milliseconds / 1000));
}

async function roll(): Promise<void> {
  revision++;
  await rig.apply({ image: `registry.example/app:${revision}` }, rig.namespace);
}

test(`the API server is killed and started ${ROUNDS} times during a rollout`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await rig.mark();
    await roll();
    const killed = Date.now();
    await rig.cluster.signal('kube-apiserver', 'SIGKILL');
    await until('the loss is told', () => window.live.connectionState.kind === 'reconnecting');
    assert.ok(window.live.workloads(rig.namespace).length > 0, 'what was known stays');
    await restart();
    await rig.healed({ requests: most(Date.now() - killed) });
  }
});

test('the API server stands still for three minutes', async () => {
  await rig.cluster.signal('kube-apiserver', 'SIGSTOP');
  try {
    // What is under way stays so: time goes by all the same.
    await rig.clock.pass(60_000, 5_000);
    assert.equal(window.live.connectionState.kind, 'live', 'nobody can know yet');
    await rig.clock.pass(120_000, 1_000);
    assert.equal(window.live.connectionState.kind, 'reconnecting');
  } finally {
    await rig.cluster.signal('kube-apiserver', 'SIGCONT');
  }
  await roll();
  await rig.healed({ requests: 60 });
});

test('the version to go on from is gone when the API server comes back', async () => {
  rig.proxy.closed = true;
  for (let change = 0; change < 5; change++) await roll();
  await compact(rig.cluster);
  await rig.cluster.signal('kube-apiserver', 'SIGKILL');
  await restart();
  const came = Date.now();
  const passed = rig.proxy.passed.length;
  rig.proxy.closed = false;
  await rig.healed({ requests: most(Date.now() - came) + WATCHES });
  const urls = rig.proxy.passed.slice(passed).map(({ url }) => url);
  assert.ok(
    urls.some((url) => url.includes('sendInitialEvents=true')),
    'some watch had to begin anew',
  );
});

test('the rights are taken away and given back', async () => {
  const { cluster, account, namespace } = rig;
  await forbid(cluster, account, namespace);
  rig.proxy.reset();
  await rig.untilPassing('the refusal is told', () => window.live.connectionState.kind === 'forbidden');
  const state = window.live.connectionState;
  assert.ok(state.kind === 'forbidden', state.kind);
  assert.match(state.right, /^(watch|list) (statefulsets|deployments)\.apps$/);
  await allow(cluster, account, namespace);
  // Nobody presses a button: it asks again by itself, once in a while.
  await rig.untilPassing('it is let in', () => window.live.connectionState.kind === 'live');
  await rig.healed({ requests: 10 * WATCHES });
});

test('the namespace is deleted, and made again', async () => {
  const { cluster, account } = rig;
  const namespace = await cluster.freshNamespace('short-lived');
  await allow(cluster, account, namespace);
  await rig.apply({}, namespace);
  const second = await rig.open(rig.connect(), namespace);
  const path = `/api/v1/namespaces/${namespace}`;
  await expectOk(cluster.api('DELETE', path), path);
  await until(
    'its end',
    async () => {
      // What plays the kubelets writes an event before it lets a pod go, which a namespace at its end does not take.
      await cluster.api('DELETE', `${path}/pods?gracePeriodSeconds=0`);
      return (await cluster.api('GET', path)).status === 404;
    },
    30_000,
  );
  await rig.untilTrue(second);
  assert.equal(second.live.workloads(namespace).length, 0);
  await cluster.namespace(namespace);
  await allow(cluster, account, namespace);
  await rig.apply({ replicas: 1 }, namespace);
  await rig.untilTrue(second);
  rig.proxy.reset();
  await rig.untilTrue(second);
  rig.close(second);
  await expectOk(cluster.api('DELETE', path), path);
  await rig.healed({ requests: 50 });
});
