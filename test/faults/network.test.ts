import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { expectOk } from '../cluster/apiClient';
import { type Window, Rig, WATCHES, until } from './rig';

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
  await rig.mark();
});

let revision = 0;

/** Something that happens meanwhile: a rollout, an object that comes and one that goes. */
async function change(): Promise<void> {
  revision++;
  const { cluster, namespace } = rig;
  await rig.apply({ image: `registry.example/app:${revision}` }, namespace);
  // Without pods, which would be watched for as long as they are new.
  await rig.apply({ name: `new-${revision}`, replicas: 0 }, namespace);
  if (revision > 1) {
    const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/new-${revision - 1}`;
    await expectOk(cluster.api('DELETE', path), path);
  }
}

/** Which watch it is, wherever it begins. */
function streamOf(url: string): string {
  const { pathname, searchParams } = new URL(url, 'https://server');
  return `${pathname} ${searchParams.get('labelSelector') ?? ''}`;
}

async function reconnecting(): Promise<void> {
  await until('the loss is told', () => window.live.connectionState.kind === 'reconnecting');
}

test('all connections are reset', async () => {
  rig.proxy.reset();
  await change();
  await rig.healed({ requests: 2 * WATCHES });
});

test('connections are reset in the middle of an event', async () => {
  const cut = new Set<string>();
  rig.proxy.alterLines((line, watch) => {
    if (cut.has(watch)) return undefined;
    cut.add(watch);
    return { bytes: line.subarray(0, line.length / 2), cut: true };
  });
  await change();
  await until('the cuts', () => cut.size >= 2);
  rig.proxy.alterLines(undefined);
  await rig.healed({ requests: 2 * WATCHES + 2 });
});

for (const [what, damage] of [
  ['half of an event', (line: Buffer) => Buffer.concat([line.subarray(0, line.length / 2), Buffer.from('\n')])],
  ['a page of a gateway', () => '<html><body>502 Bad Gateway</body></html>\n'],
  ['an event without an object', () => '{"type":"MODIFIED"}\n'],
  ['an event of an unknown type', (line: Buffer) => line.toString().replace(/"type":"[A-Z]+"/, '"type":"MOVED"')],
] as const) {
  test(`${what} comes in the place of an event`, async () => {
    const damaged = new Set<string>();
    rig.proxy.alterLines((line, watch) => {
      if (damaged.has(watch)) return undefined;
      damaged.add(watch);
      return { bytes: damage(line) };
    });
    await change();
    await until('the damage', () => damaged.size >= 2);
    rig.proxy.alterLines(undefined);
    await rig.healed({ requests: 2 * WATCHES + 2 });
  });
}

test('an event of 1.4 MB, the largest that fits into etcd', async () => {
  // A stream that brings nothing for some minutes asks again, and the tests before this one took minutes.
  rig.proxy.reset();
  await rig.mark();
  const env = Array.from({ length: 14 }, (_, index) => ({ name: `LARGE_${index}`, value: 'x'.repeat(100_000) }));
  await rig.apply({ name: 'large', env, replicas: 0 }, rig.namespace);
  await rig.healed({ requests: 0 });
  rig.proxy.reset();
  await rig.mark();
  await expectOk(rig.cluster.api('DELETE', `/apis/apps/v1/namespaces/${rig.namespace}/statefulsets/large`), 'large');
  await rig.healed({ requests: 0 });
});

test('too many requests, with a time to wait', async () => {
  const passed = rig.proxy.passed.length;
  const refused = new Set<string>();
  rig.proxy.answer(({ url }) => {
    // The selector tells watches of pods apart.
    const watch = streamOf(url);
    if (refused.has(watch)) return undefined;
    refused.add(watch);
    return { status: 429, headers: { 'retry-after': '2' } };
  });
  rig.proxy.reset();
  await reconnecting();
  await until('all are refused', () => refused.size === WATCHES);
  await change();
  await until('all are back', () => rig.proxy.openWatches.length === WATCHES);
  rig.proxy.answer(undefined);
  for (const watch of refused) {
    const [first, second] = rig.proxy.passed.slice(passed).filter(({ url }) => streamOf(url) === watch);
    assert.ok(first && second && second.at - first.at >= 1_990, 'nobody asks earlier');
  }
  await rig.healed({ requests: WATCHES });
});

test('too many requests, without a time to wait', async () => {
  let refused = 0;
  rig.proxy.answer(() => {
    refused++;
    return { status: 429 };
  });
  rig.proxy.reset();
  await until('all are refused', () => refused >= WATCHES);
  await change();
  await rig.pass(60_000, 500);
  assert.ok(refused <= 60, `${refused} requests in a minute`);
  rig.proxy.answer(undefined);
  await rig.pass(30_000);
  await rig.healed({ requests: WATCHES });
});

test('a storm of answers 500', async () => {
  let refused = 0;
  rig.proxy.answer(() => {
    refused++;
    return { status: 500 };
  });
  rig.proxy.reset();
  await change();
  await rig.pass(300_000, 500);
  // In the first minute the pauses grow to half a minute at most, 15 s on average.
  assert.ok(refused >= 20 && refused <= 200, `${refused} requests in five minutes`);
  rig.proxy.answer(undefined);
  await rig.pass(30_000);
  await rig.healed({ requests: WATCHES });
});

test('the server no longer knows the version to go on from, by its status', async () => {
  rig.proxy.answer(({ url }) =>
    url.includes('resourceVersion=')
      ? { status: 410, body: '{"kind":"Status","code":410,"reason":"Expired"}' }
      : undefined,
  );
  rig.proxy.reset();
  await change();
  await until('all are back', () => rig.proxy.openWatches.length === WATCHES);
  rig.proxy.answer(undefined);
  await rig.healed({ requests: 2 * WATCHES });
});

test('connections die without a word', async () => {
  rig.proxy.kill();
  await change();
  await rig.pass(60_000, 10_000);
  assert.equal(window.live.connectionState.kind, 'live', 'nobody can know yet');
  await rig.pass(100_000, 1_000);
  await rig.healed({ requests: 2 * WATCHES });
});

test('the machine sleeps for an hour, and its connections are dead when it wakes', async () => {
  rig.proxy.kill();
  await change();
  rig.clock.jump(3_600_000);
  await rig.healed({ requests: 2 * WATCHES });
});

test('nobody is there for a minute', async () => {
  rig.proxy.closed = true;
  await reconnecting();
  await change();
  await rig.pass(60_000, 500);
  rig.proxy.closed = false;
  await rig.healed({ requests: 2 * WATCHES });
});

test('an object is deleted and made again under the same name while nobody looks', async () => {
  const path = `/apis/apps/v1/namespaces/${rig.namespace}/statefulsets`;
  const uid = (): string | undefined =>
    window.live.workload({ kind: 'StatefulSet', namespace: rig.namespace, name: 'web' })?.uid;
  const before = uid();
  rig.proxy.closed = true;
  await expectOk(rig.cluster.api('DELETE', `${path}/web`), 'web');
  await until('its end', async () => (await rig.cluster.api('GET', `${path}/web`)).status === 404);
  await rig.apply({}, rig.namespace);
  rig.proxy.closed = false;
  await rig.healed({ requests: 2 * WATCHES });
  assert.notEqual(uid(), before);
});

test('a second window comes and goes', async () => {
  const second = await rig.open();
  rig.proxy.reset();
  await change();
  await rig.untilTrue(second);
  await rig.untilTrue(window);
  assert.equal(rig.proxy.openWatches.length, 2 * WATCHES);
  rig.close(second);
  await rig.healed({ requests: 6 * WATCHES });
});
