// The harness itself: what the other tests rely on, on fake and on real nodes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startCluster, type Cluster } from './cluster';
import { whyNoRealNodes } from './prerequisites';
import { startOf, until } from './processes';
import { readState } from './runFolder';
import { noTraces, tracesOf } from './selfTestTraces';
import { eventsOf, readyAt, reasonsSeen, statefulSet, type Seen } from './selfTestObjects';

suite('on fake nodes', () => {
  let cluster: Cluster;

  before(async () => {
    cluster = await startCluster({ audit: true });
    await cluster.namespace('shop');
  });
  after(() => cluster.stop());

  test('a StatefulSet comes up in order, with its claims bound', async () => {
    await cluster.apply(statefulSet('ordered', { replicas: 3, claim: true }), 'shop');
    const times: number[] = [];
    for (const ordinal of [0, 1, 2]) times.push(await readyAt(cluster, `ordered-${ordinal}`));
    assert.ok(times[0] !== undefined && times[1] !== undefined && times[2] !== undefined);
    assert.ok(times[0] <= times[1] && times[1] <= times[2], `ready at ${times.join(', ')}`);
    const claims = await cluster.kubectl(['get', 'pvc', '-n', 'shop', '-o', 'jsonpath={.items[*].status.phase}']);
    assert.equal(claims, 'Bound Bound Bound');
  });

  test('YAML of several documents is applied, and refused with what the server says', async () => {
    const yaml = (kind: string) => `apiVersion: v1\nkind: ${kind}\nmetadata: {name: told}\n`;
    const applied = await cluster.apply(`${yaml('ConfigMap')}---\n${yaml('Secret')}`, 'shop');
    assert.deepEqual(
      applied.map((object) => object.metadata?.namespace),
      ['shop', 'shop'],
    );
    await assert.rejects(cluster.apply(yaml('ConfigMap').replace('told', 'Not_Valid'), 'shop'), /Not_Valid.*RFC 1123/s);
    await assert.rejects(cluster.apply(yaml('Nonsense')), /apply Nonsense told: needs a name and a known kind in v1/);
  });

  const failures: Seen[] = [
    {
      title: 'an image that is missing',
      name: 'missing',
      template: { image: 'registry.example.com/shop/web:1.1-missing' },
      reasons: ['ErrImagePull'],
      event: /Failed: Failed to pull image "registry\.example\.com\/shop\/web:1\.1-missing".*not found/,
    },
    {
      title: 'a command that crashes',
      name: 'crash',
      template: { command: ['/bin/crash'] },
      reasons: ['Error', 'CrashLoopBackOff'],
      event: /BackOff: Back-off restarting failed container app/,
    },
    {
      title: 'a command that needs too much memory',
      name: 'eater',
      template: { command: ['/bin/oom'] },
      reasons: ['OOMKilled', 'CrashLoopBackOff'],
      event: /BackOff: Back-off restarting failed container app/,
    },
    {
      title: 'a probe that fails',
      name: 'unready',
      template: { readinessPath: '/fail' },
      reasons: ['Running'],
      event: /Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503/,
    },
  ];
  for (const { title, name, template, reasons, event } of failures) {
    test(`${title} shows in status and events`, async () => {
      await appears(cluster, { name, template, reasons, event });
      const ready = await cluster.kubectl(['get', 'sts', name, '-n', 'shop', '-o', 'jsonpath={.status.readyReplicas}']);
      assert.equal(ready, '');
    });
  }

  test('a limited user gets 403 for the rest, and the audit log counts the requests', async () => {
    const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }];
    const kubeconfig = await cluster.user('dev', { rules, namespace: 'shop' });
    await cluster.kubectl(['get', '--raw', '/api/v1/namespaces/shop/pods'], kubeconfig);
    await cluster.kubectl(['get', '--raw', '/api/v1/namespaces/shop/pods?limit=1'], kubeconfig);
    const forbidden = cluster.kubectl(['get', '--raw', '/api/v1/namespaces/shop/secrets'], kubeconfig);
    await assert.rejects(forbidden, /User "dev" cannot list resource "secrets"/);
    const asked = cluster.requests('dev').filter(({ requestURI }) => requestURI.startsWith('/api/v1/namespaces/shop/'));
    assert.deepEqual(
      asked.map(({ verb, code }) => ({ verb, code })),
      [200, 200, 403].map((code) => ({ verb: 'list', code })),
    );
    assert.deepEqual(cluster.requests('nobody'), []);
  });

  test('the API server can be killed and started again', async () => {
    assert.equal(await cluster.signal('kube-apiserver', 'SIGKILL'), true);
    await assert.rejects(cluster.api('GET', '/readyz'));
    await assert.rejects(cluster.ready(), /kube-apiserver has ended/);
    cluster.run('kube-apiserver');
    await cluster.ready();
    assert.equal((await cluster.api('GET', '/api/v1/namespaces/shop')).status, 200);
  });
});

test('stop ends every process and removes the folder', async () => {
  const cluster = await startCluster({ nodes: 1, pace: 0 });
  const processes = Object.values(readState(cluster.dir)?.processes ?? {});
  assert.equal(processes.filter(({ pid, started }) => startOf(pid) === started).length, 5);
  await cluster.stop();
  assert.equal(processes.filter(({ pid, started }) => startOf(pid) === started).length, 0);
  assert.equal(existsSync(cluster.dir), false);
});

/** Starts a cluster in a process of its own and kills that as soon as the cluster is there; answers the folder. */
async function killedHarness(flavour: string): Promise<string> {
  const here = dirname(fileURLToPath(import.meta.url));
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const script = `import { startCluster } from ${JSON.stringify(pathToFileURL(join(here, 'cluster.ts')).href)};
    const cluster = await startCluster({ flavour: ${JSON.stringify(flavour)}, nodes: 1 });
    process.stdout.write(cluster.dir);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    return await new Promise<string>((done, failed) => {
      child.stdout.once('data', (data: Buffer) => done(data.toString()));
      child.once('exit', (code) => failed(new Error(`ended with ${code ?? 'a signal'}`)));
    });
  } finally {
    child.kill('SIGKILL');
  }
}

test('what a killed harness leaves is removed by the next start', async () => {
  const left = await killedHarness('kwok');
  const processes = Object.values(readState(left)?.processes ?? {});
  assert.equal(processes.length, 5);
  // Its components end by themselves; the folder stays.
  await until('end of the components', () => processes.every(({ pid, started }) => startOf(pid) !== started), 10_000);
  assert.equal(existsSync(left), true);
  const next = await startCluster({ nodes: 1, pace: 0 });
  assert.equal(existsSync(left), false);
  await next.stop();
});

suite('on real nodes', { skip: whyNoRealNodes() ?? false }, () => {
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
    const left = await killedHarness('kubelet');
    const traces = tracesOf(left);
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
});

async function appears(cluster: Cluster, { name, template, reasons, event }: Omit<Seen, 'title'>): Promise<void> {
  await cluster.apply(statefulSet(name, template), 'shop');
  await reasonsSeen(cluster, `${name}-0`, reasons);
  const told = async () => (await eventsOf(cluster, `${name}-0`)).some((text) => event.test(text));
  await until(`event of ${name}-0`, told, 40_000);
}
