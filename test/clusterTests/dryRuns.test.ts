import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FreeCluster } from '../support/permits';
import type { DryRun } from '../../src/core/causes/dryRun';
import type { Fact } from '../../src/core/causes/facts';
import {
  type Admin,
  connect,
  connectAdmin,
  connectAs,
  makeNamespace,
  removeNamespace,
  statefulSet,
} from './realCluster';

let admin: Admin;
let cluster: FreeCluster;
let namespace: string;

before(async () => {
  admin = await connectAdmin();
  namespace = await makeNamespace(admin, 'dry-runs');
  cluster = await connect();
});

after(async () => {
  cluster.dispose();
  await removeNamespace(admin, namespace);
});

function said(fact: Fact<DryRun>): string {
  if (fact.state !== 'known') return fact.state;
  return fact.value.kind === 'admitted' ? 'admitted' : fact.value.message;
}

const claim = (storage: string) => ({
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
});

test('a healthy set, its pod and its claim are admitted, and nothing is stored', async () => {
  const object = statefulSet('planned', { volumeClaimTemplates: [claim('1Gi')] });
  const { workloadDryRun, podDryRun, claimDryRuns } = await cluster.dryRun({ object, namespace });
  assert.equal(said(workloadDryRun), 'admitted');
  assert.equal(said(podDryRun), 'admitted');
  assert.ok(podDryRun.state === 'known' && podDryRun.value.kind === 'admitted');
  const { metadata, spec } = podDryRun.value.object as {
    metadata: { name: string };
    spec: { volumes: { name: string; persistentVolumeClaim?: { claimName: string } }[] };
  };
  assert.equal(metadata.name, 'planned-2');
  assert.deepEqual(spec.volumes[0], { name: 'data', persistentVolumeClaim: { claimName: 'data-planned-2' } });
  assert.ok(claimDryRuns.state === 'known');
  assert.equal(claimDryRuns.value.get('data')?.kind, 'admitted');
  assert.deepEqual(await admin.list(`/apis/apps/v1/namespaces/${namespace}/statefulsets`), []);
  assert.deepEqual(await admin.list(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`), []);
});

test('what is wrong with the pod alone is said by its dry-run, with the field of the manifest', async () => {
  const object = statefulSet('padded', {
    template: { metadata: { labels: { app: 'padded' } }, spec: { containers: [{ name: 'app', image: 'web:1 ' }] } },
  });
  const { workloadDryRun, podDryRun } = await cluster.dryRun({ object, namespace });
  assert.equal(said(workloadDryRun), 'admitted');
  assert.ok(podDryRun.state === 'known' && podDryRun.value.kind === 'refused');
  assert.equal(podDryRun.value.status, 422);
  assert.deepEqual(podDryRun.value.fields[0]?.path, ['spec', 'template', 'spec', 'containers', 0, 'image']);
});

test('a workload that is refused still has its pod and its claims judged', async () => {
  await admin.call('POST', `/api/v1/namespaces/${namespace}/limitranges`, {
    metadata: { name: 'range' },
    spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '1Gi' } }] },
  });
  const object = statefulSet('twice', {
    serviceName: 'not.a.label',
    volumeClaimTemplates: [claim('2Gi')],
    template: {
      metadata: { labels: { app: 'twice' } },
      spec: { serviceAccountName: 'absent', containers: [{ name: 'app', image: 'web:1' }] },
    },
  });
  const { workloadDryRun, podDryRun, claimDryRuns } = await cluster.dryRun({ object, namespace });
  assert.match(said(workloadDryRun), /spec\.serviceName/);
  assert.match(said(podDryRun), /serviceaccount "absent" not found/);
  assert.ok(claimDryRuns.state === 'known');
  const answer = claimDryRuns.value.get('data');
  assert.ok(answer?.kind === 'refused');
  assert.match(answer.message, /maximum storage usage per PersistentVolumeClaim is 1Gi/);
});

test('says which right a dry-run lacks', async () => {
  const nobody = await connectAs('nobody-here');
  const { workloadDryRun, podDryRun } = await nobody.dryRun({ object: statefulSet('planned'), namespace });
  assert.deepEqual(workloadDryRun, { state: 'forbidden', right: 'patch statefulsets.apps' });
  assert.deepEqual(podDryRun, { state: 'forbidden', right: 'create pods' });
  nobody.dispose();
});
