import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createCluster, loadKubeConfig, watchKubeConfig } from '../../../src/cluster/main';
import { errorMessage, isExpected } from '../../../src/util/errors';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-kubeconfig-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const ONE = `
apiVersion: v1
kind: Config
current-context: dev
clusters:
- {name: c, cluster: {server: 'https://one.example', certificate-authority: ca.crt}}
users:
- {name: u, user: {token: secret-one}}
contexts:
- {name: dev, context: {cluster: c, user: u, namespace: shop}}
`;
const TWO = ONE.replace('current-context: dev', 'current-context: other')
  .replace(/one/g, 'two')
  .replace('- {name: dev', '- {name: other');

async function problemOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => {
      assert.ok(isExpected(error));
      return error;
    },
  );
}

test('reads contexts with their namespaces and servers', async () => {
  const { contexts, currentContext } = await loadKubeConfig({ path: write('config', ONE) });
  assert.equal(currentContext, 'dev');
  assert.deepEqual(contexts, [
    { name: 'dev', cluster: 'c', user: 'u', namespace: 'shop', server: 'https://one.example' },
  ]);
});

test('takes of several files the first entry of a name, and leaves out files that do not exist', async () => {
  mkdirSync(join(folder, 'sub'));
  const [one, two] = [write('one', ONE), write('sub/two', TWO)];
  const env = { KUBECONFIG: ['', join(folder, 'absent'), one, two].join(delimiter) };
  const { contexts, currentContext, clusters, files } = await loadKubeConfig({ env });
  assert.equal(currentContext, 'dev');
  assert.deepEqual(
    contexts.map(({ name, server }) => `${name} ${server}`),
    ['dev https://one.example', 'other https://one.example'],
  );
  assert.equal(clusters.get('c')?.folder, folder, 'relative paths start from the file of the entry');
  assert.deepEqual(files, [one, two]);
});

test('reads the file in the home folder when nothing else is set', async () => {
  mkdirSync(join(folder, '.kube'));
  write('.kube/config', ONE);
  assert.equal((await loadKubeConfig({ env: {}, home: folder })).currentContext, 'dev');
  assert.equal((await loadKubeConfig({ path: '~/.kube/config', env: {}, home: folder })).currentContext, 'dev');
});

test('reads a kubeconfig that is JSON, or empty', async () => {
  assert.equal((await loadKubeConfig({ path: write('json', '{"current-context":"x"}') })).currentContext, 'x');
  assert.deepEqual((await loadKubeConfig({ path: write('empty', '') })).contexts, []);
});

test('says where it looked and what to do when there is none', async () => {
  const file = join(folder, '.kube', 'config');
  assert.equal(
    (await problemOf(loadKubeConfig({ env: {}, home: folder }))).message,
    `There is no kubeconfig: KUBECONFIG is not set and ${file} does not exist. Create it, or name one in the setting ordinal.kubeconfig.`,
  );
  assert.match((await problemOf(loadKubeConfig({ path: file }))).message, /Correct the setting ordinal\.kubeconfig/);
  assert.match((await problemOf(loadKubeConfig({ env: { KUBECONFIG: file } }))).message, /KUBECONFIG names/);
});

test('says which file is broken, in which line, and quotes none of it', async () => {
  const file = write('broken', 'users:\n- name: u\n  user: {token: very-secret\n');
  const error = await problemOf(loadKubeConfig({ path: file }));
  assert.ok(error.message.startsWith(`The kubeconfig ${file} is not valid YAML in line `), error.message);
  assert.ok(!`${error.message}${error.stack}${String(error.cause)}`.includes('very-secret'));
  assert.match((await problemOf(loadKubeConfig({ path: write('text', 'hello') }))).message, /is not a kubeconfig/);
});

test('opens no cluster that the kubeconfig does not have in full', async () => {
  const content = ONE.replace('cluster: c,', 'cluster: gone,').replace('- {name: dev', '- {name: half');
  const kubeConfig = await loadKubeConfig({ path: write('config', content) });
  const messageOf = (context: string): string => {
    try {
      createCluster({ kubeConfig, context }).dispose();
      return 'opened';
    } catch (error) {
      return errorMessage(error);
    }
  };
  assert.equal(messageOf('half'), 'The context half names the cluster gone, which the kubeconfig does not have.');
  assert.equal(messageOf('absent'), 'The kubeconfig has no context absent. Choose another one.');
});

test('tells when a file changes or appears, until it is disposed', async () => {
  const file = join(folder, 'later');
  let changes = 0;
  const watching = watchKubeConfig({ path: file }, () => changes++);
  write('later', ONE);
  const end = Date.now() + 10_000;
  while (changes === 0 && Date.now() < end) await new Promise((done) => setTimeout(done, 20));
  assert.equal(changes, 1);
  watching.dispose();
});
