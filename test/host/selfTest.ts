import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { build } from 'esbuild';
import { repository } from './paths';
import { runInHost, type HostRun, type TestCounts } from './runInHost';

/** Inside the repository, so that the bundle finds mocha. */
const bundle = join(repository, 'out', 'hostFixture', 'suites.js');

suite('the VS Code harness', () => {
  let workspace: string;

  before(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'ordinal-workspace-'));
    await build({
      entryPoints: [join(import.meta.dirname, 'fixtures', 'suites.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode', 'mocha'],
    });
  });

  after(() => rm(workspace, { recursive: true, force: true }));

  const runFixture = (suites: string, options: Partial<HostRun> = {}): Promise<TestCounts> =>
    runInHost({
      version: 'newest',
      workspace,
      tests: bundle,
      extension: join(import.meta.dirname, 'fixtures', 'extension'),
      settings: { 'editor.tabSize': 7 },
      timeoutSeconds: 60,
      ...options,
      env: { ORDINAL_SUITES: suites, ORDINAL_FIXTURE: 'yes', ...options.env },
    });

  test('counts what passed and what was skipped, in the newest VS Code', async () => {
    const counts = await runFixture('passing', { env: { ORDINAL_EXPECTED: '1.' } });
    assert.deepEqual(counts, { passed: 3, failed: 0, skipped: 1 });
  });

  test('does the same in the oldest supported VS Code', async () => {
    const counts = await runFixture('passing', { version: 'oldest', env: { ORDINAL_EXPECTED: '1.100.' } });
    assert.deepEqual(counts, { passed: 3, failed: 0, skipped: 1 });
  });

  test('counts a failed test', async () => {
    assert.deepEqual(await runFixture('failing'), { passed: 1, failed: 1, skipped: 0 });
  });

  test('an extension host that exits with 0 is a failure', async () => {
    await assert.rejects(runFixture('exiting'), /VS Code ended before the tests did\.$/);
  });

  test('a killed extension host is a failure', async () => {
    await assert.rejects(runFixture('killed'), /VS Code ended before the tests did.*\b1\b/);
  });

  test('a hang is a failure', async () => {
    await assert.rejects(runFixture('hanging', { timeoutSeconds: 12 }), /VS Code ended before the tests did.*\b124\b/);
  });

  test('an unknown suite is a failure', async () => {
    await assert.rejects(runFixture('no-such-suite'), /VS Code ended before the tests did.*\b1\b/);
  });
});
