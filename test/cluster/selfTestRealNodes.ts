import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { startCluster, type Cluster } from './cluster';
import { whyNoRealNodes } from './prerequisites';
import { startHarness } from './selfTestHarness';
import { appears, readyAt, statefulSet, type Seen } from './selfTestObjects';
import { noTraces, tracesOf } from './selfTestTraces';

const obstacle = whyNoRealNodes();

// A suite that is skipped would not be counted.
if (obstacle === undefined) suite('on real nodes', onRealNodes);
else test('on real nodes', { skip: obstacle });

function onRealNodes(): void {
  let cluster: Cluster;

  before(async () => {
    cluster = await startCluster({ flavour: 'kubelet' });
    await cluster.namespace('shop');
  });
  after(() => cluster.stop());

  test('three nodes are Ready and run the images of the local registry', async () => {
    const nodes = await cluster.kubectl(['get', 'nodes', '--no-headers']);
    assert.equal(nodes.match(/ Ready /g)?.length, 3);
    await cluster.apply(statefulSet('served', { replicas: 3, claim: true, readinessPath: '/ready' }), 'shop');
    for (const ordinal of [0, 1, 2]) await readyAt(cluster, `served-${ordinal}`);
    assert.match(await cluster.kubectl(['exec', '-n', 'shop', 'served-0', '--', 'ls', '/']), /data/);
  });

  test('what goes wrong shows in status and events', async () => {
    const failures: Omit<Seen, 'title'>[] = [
      {
        name: 'missing',
        template: { image: 'registry.example.com/shop/web:1.1-missing' },
        reasons: ['ErrImagePull'],
        event: /Failed: Failed to pull image "registry\.example\.com\/shop\/web:1\.1-missing".*not found/,
      },
      {
        name: 'refused',
        template: { image: 'registry.example.com/private/web:1.0' },
        reasons: ['ErrImagePull'],
        event: /Failed: Failed to pull image "registry\.example\.com\/private\/web:1\.0".*401 Unauthorized/,
      },
      {
        name: 'crash',
        template: { command: ['sh', '-c', 'exit 1'] },
        reasons: ['CrashLoopBackOff'],
        event: /BackOff: Back-off restarting failed container app/,
      },
      {
        name: 'eater',
        template: { command: ['tail', '/dev/zero'], limit: '16Mi' },
        reasons: ['OOMKilled'],
        event: /BackOff: Back-off restarting failed container app/,
      },
      {
        name: 'unready',
        template: { readinessPath: '/fail' },
        reasons: ['Running'],
        event: /Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404/,
      },
    ];
    // All at once: each has waits of its own.
    await Promise.all(failures.map((failure) => appears(cluster, failure)));
  });

  test('a kill of the harness leaves containers, and the next start removes them', async () => {
    const harness = startHarness('kubelet');
    const left = await harness.started;
    const traces = tracesOf(left);
    await harness.end('SIGKILL');
    assert.notDeepEqual(traces().mounts, []);
    const next = await startCluster({ nodes: 1, pace: 0 });
    await next.stop();
    assert.deepEqual(traces(), noTraces);
    assert.equal(existsSync(left), false);
  });

  test('stop leaves nothing behind', async () => {
    const traces = tracesOf(cluster.dir);
    const before = traces();
    for (const kind of ['processes', 'mounts', 'bridges', 'cgroups', 'shimSockets'] as const) {
      assert.notDeepEqual(before[kind], [], kind);
    }
    await cluster.stop();
    assert.deepEqual(traces(), noTraces);
    assert.equal(existsSync(cluster.dir), false);
  });
}
