import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { startCluster } from './cluster';
import { startOf, until } from './processes';
import { readState } from './runFolder';
import { commandLine, startHarness } from './selfTestHarness';

const processesOf = (dir: string) => Object.values(readState(dir)?.processes ?? {});
const running = (processes: ReturnType<typeof processesOf>) =>
  processes.filter(({ pid, started }) => started !== '' && startOf(pid) === started).length;

suite('the end of a cluster', () => {
  test('stop ends every process and removes the folder', async () => {
    const cluster = await startCluster({ nodes: 1, pace: 0 });
    const processes = processesOf(cluster.dir);
    assert.equal(running(processes), 5);
    await Promise.all([cluster.stop(), cluster.stop()]);
    assert.equal(running(processes), 0);
    assert.equal(existsSync(cluster.dir), false);
    assert.throws(() => cluster.run('etcd'), /the cluster was stopped/);
  });

  test('what a killed harness leaves is removed by the next start', async () => {
    const harness = startHarness('kwok');
    const left = await harness.started;
    await harness.end('SIGKILL');
    const processes = processesOf(left);
    assert.equal(processes.length, 5);
    // Its components end by themselves; the folder stays.
    await until('end of the components', () => running(processes) === 0, 10_000);
    assert.equal(existsSync(left), true);
    const half = join(dirname(left), 'run-half-removed');
    mkdirSync(half);
    utimesSync(half, 0, 0);
    const next = await startCluster({ nodes: 1, pace: 0 });
    await next.stop();
    assert.equal(existsSync(left), false);
    assert.equal(existsSync(half), false);
  });
});

suite('in a temporary folder of its own', () => {
  const place = mkdtempSync(join(realpathSync(tmpdir()), 'ordinal-self-test-'));
  const env = { TMPDIR: place };
  // tsx keeps its cache there, too.
  const clusterFolders = () => readdirSync(place).filter((name) => name.startsWith('ordinal-'));

  after(() => rmSync(place, { recursive: true, force: true }));

  test('Ctrl-C ends the harness and leaves nothing behind', async () => {
    const harness = startHarness('kwok', env);
    const processes = processesOf(await harness.started);
    assert.equal(running(processes), 5);
    assert.equal(await harness.end('SIGINT'), 'SIGINT');
    assert.equal(running(processes), 0);
    assert.deepEqual(clusterFolders(), []);
  });

  test('Ctrl-C in the middle of a start leaves nothing behind', async () => {
    const harness = startHarness('kwok', env);
    const folder = await until('components of a start', () => {
      const [root] = clusterFolders();
      const [run] = root === undefined ? [] : readdirSync(join(place, root));
      const dir = join(place, root ?? '', run ?? '');
      return processesOf(dir).length >= 2 && dir;
    });
    const processes = processesOf(folder || '');
    assert.notEqual(await harness.end('SIGINT'), 0);
    await assert.rejects(harness.started, /The harness ended with/);
    assert.equal(running(processes), 0);
    assert.deepEqual(clusterFolders(), []);
  });

  suite('the command line', () => {
    const copy = join(place, 'kubeconfig');
    before(async () => {
      const { code, stdout, stderr } = await commandLine(['start', '--nodes', '2', '--kubeconfig', copy], env);
      assert.equal(stdout, `export KUBECONFIG=${copy}\n`, stderr);
      assert.equal(code, 0);
    });
    after(async () => {
      await commandLine(['stop'], env);
    });

    test('starts a cluster that outlives it and tells what runs', async () => {
      const { code, stdout } = await commandLine(['status'], env);
      assert.match(stdout, /^Kubernetes v1\.36\.\d+ runs for \d min; 2 of 2 nodes Ready \(kwok\)\nexport KUBECONFIG=/);
      assert.equal(code, 0);
      assert.match(readFileSync(copy, 'utf8'), /https:\/\/127\.0\.0\.1:/);
    });

    test('does not start a second one', async () => {
      const { stderr, stdout } = await commandLine(['start'], env);
      assert.match(stderr, /A cluster runs already \(kwok\)/);
      assert.match(stdout, /^export KUBECONFIG=.*\/cli\/kubeconfig\n$/);
    });

    test('stops it and leaves nothing behind', async () => {
      const processes = processesOf(join(place, clusterFolders()[0] ?? '', 'cli'));
      assert.equal(running(processes), 5);
      assert.equal((await commandLine(['stop'], env)).code, 0);
      assert.equal(running(processes), 0);
      assert.deepEqual(clusterFolders(), []);
      const { code, stdout } = await commandLine(['status'], env);
      assert.equal(stdout, 'No cluster runs.\n');
      assert.equal(code, 1);
    });
  });
});
