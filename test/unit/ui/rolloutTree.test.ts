import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Memento } from 'vscode';
import * as clusterFloor from '../../../src/cluster/main';
import { registerClusterCommands } from '../../../src/ui/clusterCommands';
import { ClusterSession } from '../../../src/ui/clusterSession';
import { registerRolloutTree } from '../../../src/ui/tree/rolloutTree';
import { DisposableStore } from '../../../src/util/disposable';
import { FakeApiServer, type Received } from '../../support/fakeApiServer';
import { SETTLED } from '../../support/fakeCluster';
import { eventually } from '../../support/manualClock';
import { played, type DrawnTree } from '../../support/vscode';

let server: FakeApiServer;
let folder: string;
let disposables: DisposableStore;
let session: ClusterSession;

beforeEach(async () => {
  server = await FakeApiServer.start();
  folder = mkdtempSync(join(tmpdir(), 'ordinal-tree-'));
  disposables = new DisposableStore();
});

afterEach(async () => {
  disposables.dispose();
  await eventually('no connection is left', () => server.openSockets === 0);
  await server.close();
  rmSync(folder, { recursive: true });
});

interface Opening {
  /** Of the context; without one it is `default`, and the tree shows all namespaces. */
  readonly namespace?: string;
  readonly contexts?: readonly string[];
}

/** The tree of a window in which the view was opened. */
function open({ namespace, contexts = ['test'] }: Opening = {}): DrawnTree {
  const kubeConfig = {
    'current-context': contexts[0],
    clusters: [{ name: 'c', cluster: { server: server.url } }],
    contexts: contexts.map((name) => ({ name, context: { cluster: 'c', ...(namespace && { namespace }) } })),
  };
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, JSON.stringify(kubeConfig));
  played.configuration = { kubeconfig: file };
  const memory = new Map<string, unknown>();
  const memento = {
    get: (key: string, fallback?: unknown) => memory.get(key) ?? fallback,
    update: (key: string, value: unknown) => Promise.resolve(void memory.set(key, value)),
  };
  session = disposables.add(new ClusterSession(memento as unknown as Memento, () => clusterFloor));
  disposables.add(registerRolloutTree(session));
  disposables.add(registerClusterCommands(session));
  assert.ok(played.tree);
  return played.tree;
}

function putSet(namespace: string, name: string, counters: object = SETTLED.status): void {
  const status = { ...counters, updateRevision: 'web-1', currentRevision: 'web-1' };
  const spec = { replicas: 1, selector: { matchLabels: { app: name } } };
  server.put(`/apis/apps/v1/namespaces/${namespace}/statefulsets`, name, { spec, status });
}

function putPod(namespace: string, name: string, uid: string): void {
  const labels = { 'controller-revision-hash': 'web-1' };
  const metadata = { labels, ownerReferences: [{ uid, controller: true }] };
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  server.put(`/api/v1/namespaces/${namespace}/pods`, name, { metadata, status, spec: { containers: [] } });
}

/** Refuses a verb as RBAC does, wherever `where` holds. */
function forbid(resource: string, where: (request: Received) => boolean): void {
  const message = (path: string): string => {
    const namespace = /namespaces\/([^/]+)\//.exec(path)?.[1];
    const place = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
    const group = path.startsWith('/apis/apps/') ? 'apps' : '';
    return `User "dev" cannot list resource "${resource}" in API group "${group}" ${place}`;
  };
  server.always((request) =>
    request.path.endsWith(`/${resource}`) && where(request)
      ? { status: 403, body: { message: message(request.path) } }
      : undefined,
  );
}

const everywhere = ({ path }: Received): boolean => !path.includes('/namespaces/');

async function shows(tree: DrawnTree, lines: readonly string[]): Promise<void> {
  await eventually(`${lines.join(' | ')} instead of ${tree.lines.join(' | ')}`, () => same(tree.lines, lines)).catch(
    () => assert.deepEqual(tree.lines, lines),
  );
}

/** What is under way has been drawn. */
async function atRest(): Promise<void> {
  await new Promise((done) => setTimeout(done, 400));
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

test('all namespaces: workloads stand below their namespace, ordinals below their workload', async () => {
  putSet('shop', 'web');
  putSet('shop', 'db', { replicas: 1, readyReplicas: 0 });
  putSet('mail', 'web');
  putPod('mail', 'web-0', 'uid-3');
  const tree = open();
  await shows(tree, ['mail · 1 workload', 'shop · 2 workloads, 1 rolling or not ready']);
  tree.expand('mail');
  tree.expand('mail', 'web');
  await shows(tree, [
    'mail · 1 workload',
    '  web · 1 of 1 ready',
    '    web-0 · ready · new 1',
    'shop · 2 workloads, 1 rolling or not ready',
  ]);
  assert.equal(tree.message, 'test · all namespaces · live');
});

test('one namespace: its workloads stand at the root', async () => {
  putSet('shop', 'web');
  putSet('mail', 'web');
  await shows(open({ namespace: 'shop' }), ['web · 1 of 1 ready']);
});

test('a change draws its own row again and no other', async () => {
  for (const name of ['a', 'b', 'c']) putSet('shop', name);
  const tree = open();
  await shows(tree, ['shop · 3 workloads']);
  tree.expand('shop');
  await atRest();
  const drawn: string[] = [];
  tree.onDraw = ({ label }) => drawn.push(label);
  server.put('/apis/apps/v1/namespaces/shop/statefulsets', 'b', {
    spec: { replicas: 0 },
    status: { replicas: 0 },
  });
  await shows(tree, ['shop · 3 workloads', '  a · 1 of 1 ready', '  b · scaled to 0', '  c · 1 of 1 ready']);
  assert.deepEqual([...new Set(drawn)], ['b']);
});

test('a change that nobody can see draws nothing', async () => {
  putSet('shop', 'web');
  const tree = open();
  await shows(tree, ['shop · 1 workload']);
  await atRest();
  const before = tree.flushes;
  putSet('shop', 'web', { ...SETTLED.status, observedGeneration: 0 });
  await atRest();
  assert.equal(tree.flushes, before);
  tree.setVisible(false);
  putSet('shop', 'db');
  await atRest();
  assert.equal(tree.flushes, before);
  tree.setVisible(true);
  await shows(tree, ['shop · 2 workloads']);
});

test('a long level is drawn in pages, and a workload behind is found by its name', async () => {
  for (let index = 0; index < 1_203; index++) putSet('shop', `web-${index}`);
  const tree = open({ namespace: 'shop' });
  await eventually('a page', () => tree.lines.at(-1) === 'Show more · 703 more');
  assert.equal(tree.lines.length, 501);
  const more = tree.itemAt('Show more').command;
  await played.commands.get(more?.command ?? '')?.(...(more?.arguments ?? []));
  assert.equal(tree.lines.length, 1_001);
  played.pick = (items) => items.find(({ label }) => label === 'web-999');
  await played.commands.get('ordinal.goToWorkload')?.();
  assert.ok(tree.selected && 'key' in tree.selected);
  assert.deepEqual(tree.selected.key, { kind: 'StatefulSet', namespace: 'shop', name: 'web-999' });
});

test('who may not look everywhere sees what the rights allow, and the verb that is missing', async () => {
  forbid('statefulsets', everywhere);
  forbid('deployments', everywhere);
  for (const name of ['shop', 'mail', 'secret']) server.put('/api/v1/namespaces', name);
  server.always(({ path, body }) => {
    if (!path.endsWith('/selfsubjectaccessreviews')) return undefined;
    const { namespace } = (body as { spec: { resourceAttributes: { namespace: string } } }).spec.resourceAttributes;
    return { status: 201, body: { status: { allowed: namespace !== 'secret' } } };
  });
  putSet('shop', 'web');
  putSet('mail', 'web');
  const missing = 'User dev may not list statefulsets.apps.';
  await shows(open(), [missing, 'mail · 1 workload', 'shop · 1 workload']);
});

test('who may not even list namespaces sees that of the context, and can type others', async () => {
  forbid('statefulsets', everywhere);
  forbid('deployments', everywhere);
  forbid('namespaces', () => true);
  putSet('default', 'web');
  putSet('shop', 'api');
  const tree = open();
  await shows(tree, ['User dev may not list statefulsets.apps.', 'web · 1 of 1 ready']);
  let asked = '';
  played.type = (prompt) => {
    asked = prompt;
    return 'default, shop';
  };
  await played.commands.get('ordinal.selectNamespace')?.();
  assert.match(asked, /^User dev may not list namespaces\. Type one name/);
  await shows(tree, ['default · 1 workload', 'shop · 1 workload']);
});

test('of several namespaces the one that is forbidden says so itself', async () => {
  forbid('statefulsets', ({ path }) => path.includes('/mail/'));
  forbid('deployments', ({ path }) => path.includes('/mail/'));
  putSet('shop', 'web');
  const tree = open();
  await session.open();
  await session.showNamespaces(['mail', 'shop'], 'test');
  await shows(tree, ['mail · forbidden', 'shop · 1 workload']);
  tree.expand('mail');
  assert.equal(tree.lines[1], '  User dev may not list statefulsets.apps in namespace mail.');
});

test('without the right to read pods the workload says so, and its own counters are shown', async () => {
  forbid('pods', () => true);
  putSet('shop', 'web', { replicas: 1, readyReplicas: 0 });
  const tree = open({ namespace: 'shop' });
  await eventually('the row', () => tree.lines.length === 1);
  tree.expand('web');
  await shows(tree, ['web · 0 of 1 updated', '  User dev may not list pods in namespace shop.']);
});

test('contexts stand side by side, each with its own state', async () => {
  putSet('shop', 'web');
  const tree = open({ contexts: ['prod', 'stage'], namespace: 'shop' });
  await shows(tree, ['web · 1 of 1 ready']);
  await session.addContext('stage');
  await shows(tree, [
    'prod · live · prod/shop',
    '  web · 1 of 1 ready',
    'stage · live · stage/shop',
    '  web · 1 of 1 ready',
  ]);
  assert.equal(tree.itemAt('prod').id, 'prod');
  await session.removeContext('stage');
  await shows(tree, ['web · 1 of 1 ready']);
});

test('a server that cannot be reached is named once, with what can be done', async () => {
  server.always(() => 'cut');
  const tree = open();
  await eventually('its rows', () => tree.lines.length === 3);
  assert.match(tree.lines[0] ?? '', /^Could not reach the API server http:/);
  assert.deepEqual(tree.lines.slice(1), ['Try again', 'Select another context']);
  assert.match(tree.message, /^test · all namespaces · unreachable\. Could not reach/);
  assert.deepEqual(played.messages, []);
});

test('an expired login asks to sign in', async () => {
  server.always(() => ({ status: 401 }));
  const tree = open();
  await eventually('its rows', () => tree.lines.length === 3);
  assert.deepEqual(tree.lines.slice(1), ['Sign in again', 'Select another context']);
  assert.match(tree.message, /· sign in\. /);
});

test('a stream that is lost keeps its rows, and says since when they are old', async () => {
  putSet('shop', 'web');
  const tree = open();
  await shows(tree, ['shop · 1 workload']);
  server.always(() => ({ status: 503 }));
  server.cutWatches();
  await eventually('the word', () => /reconnecting since \d/.test(tree.message));
  assert.deepEqual(tree.lines, ['shop · 1 workload']);
});

test('a window that closes while it connects leaves no connection', async () => {
  open();
  const opening = session.open();
  disposables.dispose();
  await assert.rejects(opening, { name: 'AbortError' });
  await assert.rejects(session.open(), { name: 'AbortError' });
  assert.equal(server.received.length, 0);
});
