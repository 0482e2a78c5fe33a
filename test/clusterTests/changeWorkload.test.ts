import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { historyOf } from '../../src/core/history/history';
import { undoPatch, undoTarget } from '../../src/core/history/undo';
import type { ObjectKey } from '../../src/core/objects';
import type { FreeCluster } from '../support/permits';
import { type Admin, connect, connectAdmin, kubectl, makeNamespace, removeNamespace, until } from './realCluster';
import { KINDS, pathOf, Revisions } from './revisions';

let admin: Admin;
let cluster: FreeCluster;
let namespace: string;
let revisions: Revisions;

before(async () => {
  admin = await connectAdmin();
  namespace = await makeNamespace(admin, 'change');
  cluster = await connect();
  revisions = new Revisions(admin, cluster, namespace);
});

after(async () => {
  cluster.dispose();
  await removeNamespace(admin, namespace);
});

async function undo(key: ObjectKey, number?: number): Promise<void> {
  const objects = await cluster.history({ key });
  const target = undoTarget(historyOf(objects), number);
  assert.ok(target.kind === 'revision', target.kind);
  await cluster.changeWorkload({
    seen: seenOf(key, objects.workload),
    patch: undoPatch(target.revision, 'undone'),
  });
}

function seenOf(key: ObjectKey, workload: Readonly<Record<string, unknown>>) {
  const { uid, generation } = workload.metadata as { uid: string; generation: number };
  return { key, uid, generation };
}

for (const kind of KINDS) {
  for (const number of [undefined, 1]) {
    test(`${kind}: undo ${number === undefined ? 'to the one before' : `to revision ${number}`} gives the template that kubectl's gives`, async () => {
      const suffix = number ?? 'x';
      const ours = await revisions.make(kind, `ours${suffix}`);
      const theirs = await revisions.make(kind, `theirs${suffix}`);
      await undo(ours, number);
      const to = number === undefined ? [] : [`--to-revision=${number}`];
      await kubectl('rollout', 'undo', `${kind}/${theirs.name}`, '-n', namespace, ...to);
      const text = (template: unknown): string => JSON.stringify(template).replaceAll(/(?:ours|theirs)/g, 'name');
      assert.equal(text((await revisions.spec(ours)).template), text((await revisions.spec(theirs)).template));
      // The revision gone back to has the newest number now, in both.
      await until('the new number', async () => (await revisions.of(ours)).at(-1)?.number === 4);
      const numbers = async (key: ObjectKey): Promise<string> =>
        (await revisions.of(key)).map((each) => each.number).join();
      await until('the same numbers', async () => (await numbers(ours)) === (await numbers(theirs)));
      assert.equal((await revisions.of(ours)).at(-1)?.wanted, true);
    });
  }
}

test('who changed the spec since it was looked at is named, and his change stays', async () => {
  const key = await revisions.make('StatefulSet', 'race');
  const { workload, ...rest } = await cluster.history({ key });
  const target = undoTarget(historyOf({ workload, ...rest }));
  assert.ok(target.kind === 'revision');
  // So that managedFields, which counts in seconds, can tell who was last.
  await new Promise((done) => setTimeout(done, 1100));
  await kubectl('set', 'env', 'statefulset/race', '-n', namespace, 'SOMEBODY=else');
  const template = (await revisions.spec(key)).template;
  await assert.rejects(
    cluster.changeWorkload({ seen: seenOf(key, workload), patch: undoPatch(target.revision, 'late') }),
    /was not changed: kubectl-set has changed it meanwhile/,
  );
  assert.deepEqual((await revisions.spec(key)).template, template);
});

test('an object that was replaced by one of the same name is not touched', async () => {
  const key = await revisions.make('Deployment', 'replaced');
  const { workload } = await cluster.history({ key });
  await kubectl('delete', 'deployment/replaced', '-n', namespace);
  await kubectl('create', 'deployment', 'replaced', '--image=registry.example/other', '-n', namespace);
  await assert.rejects(
    cluster.changeWorkload({ seen: seenOf(key, workload), patch: { spec: { paused: true } } }),
    /has been replaced by a new one/,
  );
});

test('the status, which the controller writes all the time, keeps nobody from changing the spec', async () => {
  const key = await revisions.make('StatefulSet', 'busy');
  const { workload } = await cluster.history({ key });
  let writes = 0;
  const writing = { open: true };
  const busy = (async () => {
    while (writing.open) {
      await admin.call('PUT', `${pathOf(key)}/status`, {
        ...(await admin.call('GET', pathOf(key))).body,
        metadata: { ...((await admin.call('GET', pathOf(key))).body.metadata as object), resourceVersion: undefined },
        status: { replicas: ++writes, observedGeneration: 1 },
      });
    }
  })();
  await until('the first write', () => writes > 1);
  await cluster.changeWorkload({
    seen: seenOf(key, workload),
    patch: { spec: { minReadySeconds: 7 } },
  });
  writing.open = false;
  await busy;
  assert.equal(((await admin.call('GET', pathOf(key))).body.spec as { minReadySeconds: number }).minReadySeconds, 7);
});

test('a dry run of an undo stores nothing, and says what the server refuses', async () => {
  const key = await revisions.make('StatefulSet', 'dry');
  const { workload } = await cluster.history({ key });
  const seen = seenOf(key, workload);
  const before = (await revisions.spec(key)).template;
  const { object } = await cluster.changeWorkload({
    seen,
    patch: { spec: { minReadySeconds: 3 } },
    dryRun: true,
  });
  assert.equal((object.spec as { minReadySeconds: number }).minReadySeconds, 3);
  await assert.rejects(
    cluster.changeWorkload({
      seen,
      patch: { spec: { serviceName: 'x' } },
      dryRun: true,
    }),
    /(updates to statefulset spec for fields other than|immutable)/s,
  );
  assert.deepEqual((await revisions.spec(key)).template, before);
});

test('the scale of a workload is changed through its subresource', async () => {
  const key = await revisions.make('StatefulSet', 'scaled');
  const { workload } = await cluster.history({ key });
  await cluster.changeWorkload({
    seen: seenOf(key, workload),
    patch: { spec: { replicas: 1 } },
    subresource: 'scale',
  });
  const { metadata, spec } = (await admin.call('GET', pathOf(key))).body as {
    metadata: { managedFields: { manager: string; subresource?: string }[] };
    spec: { replicas: number };
  };
  assert.equal(spec.replicas, 1);
  assert.ok(
    metadata.managedFields.some(({ manager, subresource }) => manager === 'ordinal' && subresource === 'scale'),
  );
});
