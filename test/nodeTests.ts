import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Counts } from './suites';

/**
 * Runs test files, or the bundled `.test.js` files below a folder, with Node's own runner; prints its report and returns
 * its counts. `.ts` files are run through tsx.
 */
export async function nodeTests(paths: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Counts> {
  const files = paths.flatMap(testFilesIn);
  const folder = mkdtempSync(join(tmpdir(), 'ordinal-tests-'));
  const tap = join(folder, 'report.tap');
  const loader = files.some((file) => file.endsWith('.ts')) ? ['--import', 'tsx'] : [];
  const reporters = [
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=tap',
    `--test-reporter-destination=${tap}`,
  ];
  try {
    const code = await exitCode(
      process.execPath,
      [...loader, '--test', '--test-concurrency=1', ...reporters, ...files],
      env,
    );
    const report = readFileSync(tap, 'utf8');
    const count = (word: string): number => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(report)?.[1] ?? 0);
    const failed = count('fail') + count('cancelled');
    // A run that ended badly without naming a failed test still failed.
    return { passed: count('pass'), failed: code !== 0 && failed === 0 ? 1 : failed, skipped: count('skipped') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function testFilesIn(path: string): readonly string[] {
  if (/\.[jt]s$/.test(path)) return [path];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.js'));
  return files.map((file) => join(path, file));
}

/** Runs a program with our own output; resolves to its exit code, 1 when a signal ended it. */
export function exitCode(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', failed);
    child.once('exit', (code) => done(code ?? 1));
  });
}
