import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { formatPath } from '../../src/core/fieldPath';
import type { Revision } from '../../src/core/history/history';
import type { ObjectKey } from '../../src/core/objects';
import {
  type Admin,
  connect,
  connectAdmin,
  connectAs,
  kubectl,
  makeNamespace,
  removeNamespace,
  until,
} from './realCluster';
import type { FreeCluster } from '../support/permits';
import { KINDS, Revisions } from './revisions';

let admin: Admin;
let cluster: FreeCluster;
let namespace: string;
let revisions: Revisions;

before(async () => {
  admin = await connectAdmin();
  namespace = await makeNamespace(admin, 'history');
  cluster = await connect();
  revisions = new Revisions(admin, cluster, namespace);
});

after(async () => {
  cluster.dispose();
  await removeNamespace(admin, namespace);
});

/** As kubectl prints them: `REVISION  CHANGE-CAUSE`. */
function rows(history: readonly Revision[]): readonly string[] {
  return history.map(({ number, changeCause }) => `${number} ${changeCause ?? '<none>'}`);
}

async function kubectlRows({ kind, name }: ObjectKey): Promise<readonly string[]> {
  const printed = await kubectl('rollout', 'history', `${kind}/${name}`, '-n', namespace);
  return printed
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.trim().replace(/\s+/, ' '));
}

for (const kind of KINDS) {
  test(`${kind}: the same rows as kubectl rollout history, with what changed and which pods run what`, async () => {
    const key = await revisions.make(kind, 'rows');
    const history = await revisions.of(key);
    assert.deepEqual(rows(history), await kubectlRows(key));
    assert.deepEqual(
      history.map(({ wanted }) => wanted),
      [false, false, true],
    );
    assert.deepEqual(history[1]?.images, ['app=registry.example/app:2']);
    assert.deepEqual(history[2]?.changes.map(({ path }) => formatPath(path)).sort(), [
      'spec.template.spec.containers[name="app"].env[name="AT"].value',
      'spec.template.spec.containers[name="app"].image',
    ]);
    await until(
      'a pod of the newest revision',
      async () => ((await revisions.of(key))[2]?.pods.length ?? 0) > 0,
      60_000,
    );
  });
}

test('who may not see pods still has the history, and is told what is missing', async () => {
  const key = await revisions.make('StatefulSet', 'rights');
  const role = {
    rules: [{ apiGroups: ['apps'], resources: ['statefulsets', 'controllerrevisions'], verbs: ['get', 'list'] }],
  };
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  await admin.call('POST', `${rbac}/roles`, { metadata: { name: 'reader' }, ...role });
  await admin.call('POST', `${rbac}/rolebindings`, {
    metadata: { name: 'reader' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'User', name: 'historian' }],
  });
  const historian = await connectAs('historian');
  await until('the role', () =>
    historian.history({ key }).then(
      () => true,
      () => false,
    ),
  );
  const { revisions: found, podsMissing } = await historian.history({ key });
  assert.equal(found.length, 3);
  assert.match(podsMissing ?? '', /may not list pods/);
  historian.dispose();
});
