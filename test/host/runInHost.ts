import { chmodSync, existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { installHost, type HostVersion } from './installHost';
import { artifacts, repository } from './paths';
import { ensurePrerequisites } from './prerequisites';
import { onProcessEnd } from './processEnd';
import { quietSettings } from './quietSettings';

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface HostRun {
  readonly version: HostVersion;
  /** Folder that is open in the window. */
  readonly workspace: string;
  /** Module whose `run` is called in the extension host; it writes its counts to the file that VSCODE_TEST_DONE names. */
  readonly tests: string;
  /** Folder of the extension under test. Default: this repository. */
  readonly extension?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Default: 300. */
  readonly timeoutSeconds?: number;
}

/**
 * Runs the tests inside VS Code. Failed tests are counted; everything else that keeps tests from running to their end
 * (no counts, no tests, a dead extension host, a hang) is an error.
 */
export async function runInHost(options: HostRun): Promise<TestCounts> {
  const { version, timeoutSeconds = 300 } = options;
  const data = await mkdtemp(join(tmpdir(), 'ordinal-data-'));
  const done = join(data, 'counts.json');
  const takeBack = onProcessEnd(() => {
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  });
  try {
    const settings = { ...quietSettings, ...options.settings };
    await mkdir(join(data, 'User'));
    await writeFile(join(data, 'User', 'settings.json'), JSON.stringify(settings));
    const vscodeExecutablePath = await executable(version);
    const run = runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: options.extension ?? repository,
      extensionTestsPath: resolve(options.tests),
      launchArgs: [
        resolve(options.workspace),
        '--disable-extensions',
        `--user-data-dir=${data}`,
        `--extensions-dir=${join(data, 'extensions')}`,
      ],
      extensionTestsEnv: {
        ...options.env,
        VSCODE_TEST_DONE: done,
        ORDINAL_HOST_VERSION: version,
        ORDINAL_HOST_TIMEOUT: String(timeoutSeconds),
        ORDINAL_HOST_ARTIFACTS: artifacts,
      },
    });
    const problem = await withinTime(run, timeoutSeconds + 30);
    return await countsIn(done, problem);
  } finally {
    takeBack();
    await rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Desktop VS Code where it can be had, the server in a headless browser elsewhere. VSCODE_TEST_HOST forces one. */
async function executable(version: HostVersion): Promise<string> {
  const wanted = process.env.VSCODE_TEST_HOST ?? 'auto';
  if (!['auto', 'desktop', 'server'].includes(wanted)) {
    throw new Error(`VSCODE_TEST_HOST is "${wanted}"; it may be auto, desktop or server.`);
  }
  if (wanted === 'desktop' || (wanted === 'auto' && canShowWindows())) {
    try {
      return await downloadAndUnzipVSCode({ version: version === 'newest' ? 'stable' : await oldestSupported() });
    } catch (error) {
      if (wanted === 'desktop') throw error;
      console.error('Desktop VS Code cannot be downloaded here; its server and a headless browser are used instead.');
    }
  }
  ensurePrerequisites();
  await installHost(version);
  const launcher = join(import.meta.dirname, 'launcher.mjs');
  chmodSync(launcher, 0o755);
  return launcher;
}

function canShowWindows(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

async function oldestSupported(): Promise<string> {
  const text = await readFile(join(repository, 'package.json'), 'utf8');
  const { engines } = JSON.parse(text) as { engines: { vscode: string } };
  return engines.vscode.replace(/^\D+/, '');
}

/** Resolves to what went wrong, undefined for a run that ended well. */
async function withinTime(run: Promise<unknown>, seconds: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((done) => {
    timer = setTimeout(done, seconds * 1000, `VS Code did not end within ${seconds} s`);
  });
  const problem = run.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  try {
    return await Promise.race([problem, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function countsIn(file: string, problem: string | undefined): Promise<TestCounts> {
  if (!existsSync(file)) {
    throw new Error(`VS Code ended before the tests did${problem === undefined ? '' : `: ${problem}`}.`);
  }
  const counts = JSON.parse(await readFile(file, 'utf8')) as TestCounts;
  if (counts.passed + counts.failed + counts.skipped === 0) throw new Error('No test ran in VS Code.');
  if (problem !== undefined && counts.failed === 0)
    throw new Error(`The tests passed, but VS Code did not: ${problem}.`);
  return counts;
}
