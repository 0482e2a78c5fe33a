import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startCluster, type Cluster } from './cluster';
import { sleep } from './processes';
import { appears, readPod, readyAt, reasonsSeen, statefulSet, type Seen } from './selfTestObjects';

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

  test('a slow start is Running for five seconds before it is Ready', async () => {
    await cluster.apply(statefulSet('slow', { command: ['/bin/slow'], readinessPath: '/ready' }), 'shop');
    await reasonsSeen(cluster, 'slow-0', ['Running']);
    const { startTime = '', containerStatuses } = (await readPod(cluster, 'slow-0')).status ?? {};
    assert.equal(containerStatuses?.[0]?.ready, false);
    const ready = await readyAt(cluster, 'slow-0');
    assert.ok(ready - Date.parse(startTime) >= 5000, `started ${startTime}, Ready ${new Date(ready).toISOString()}`);
  });

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

  test('the API server can be held and let go', async () => {
    await cluster.signal('kube-apiserver', 'SIGSTOP');
    const answer = cluster.api('GET', '/readyz').then(({ status }) => status);
    assert.equal(await Promise.race([answer, sleep(500)]), undefined);
    await cluster.signal('kube-apiserver', 'SIGCONT');
    assert.equal(await answer, 200);
  });

  test('fresh namespaces are new each time and ready for pods', async () => {
    const names = [await cluster.freshNamespace('many'), await cluster.freshNamespace('many')];
    assert.notEqual(names[0], names[1]);
    for (const name of names) {
      assert.match(name, /^many-/);
      assert.match(await cluster.kubectl(['get', 'serviceaccount', '-n', name, '-o', 'name']), /\/default$/m);
    }
  });
});
