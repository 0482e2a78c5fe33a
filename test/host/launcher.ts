// Takes the flags that @vscode/test-electron gives to desktop VS Code, and runs the tests in VS Code's server and a
// headless browser instead. Exit codes: 0 passed, 1 failed or the extension host died, 70 our own error, 71 the page
// crashed, 72 the browser went away, 124 out of time, 130 interrupted.
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { format } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser';
import { followFile } from './followFile';
import { installHost } from './installHost';
import { startServer, type RunningServer } from './server';
import { newPage, openWorkbench, workbenchAddress } from './workbench';

const { ORDINAL_HOST_VERSION, ORDINAL_HOST_TIMEOUT, ORDINAL_HOST_ARTIFACTS, ORDINAL_HOST_VERBOSE } = process.env;
const verbose = Boolean(ORDINAL_HOST_VERBOSE);
const seconds = Number(ORDINAL_HOST_TIMEOUT ?? 300);

/** What the workbench logs on its own account, in a console that it shares with the extension and its tests. */
const noise = new RegExp(
  [
    '^\\[(AgentHost|ChatModelSelection|AccountPolicyGate|reconnection-grace-time|Service Worker)',
    '^(Creating a socket|Creation of workbench contribution|Updating additional builtin|ChatSessionStore)',
    "connection token|ENOTFOUND|watchdog|spdlog|authentication provider 'github'|DialogService: Dialog requested",
  ].join('|'),
);

const args = process.argv.slice(2);
const flag = (name: string): string | undefined =>
  args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);

const scratch = mkdtempSync(join(tmpdir(), 'ordinal-out-'));
const testOutput = followFile(join(scratch, 'out'), process.stdout);
let server: RunningServer | undefined;
let browser: Browser | undefined;
let page: Page | undefined;
let ending = false;
let abandoned: string | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(130));
process.on('uncaughtException', (error) => void end(70, error.stack));
process.on('unhandledRejection', (error) => void end(70, format(error)));
setTimeout(() => void end(124, `The tests did not end within ${seconds} s.`), seconds * 1000);
// Whoever started us may be killed without a word; the tests would go on for nobody.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid === parent) return;
  // It had a folder for us, and could not wait for us before removing it.
  abandoned = flag('user-data-dir');
  void end(130);
}, 1000);
await main();

async function main(): Promise<void> {
  const paths = args.filter((arg) => !arg.startsWith('--')).map((path) => resolve(path));
  const development = flag('extensionDevelopmentPath');
  const host = await installHost(ORDINAL_HOST_VERSION === 'oldest' ? 'oldest' : 'newest');
  const [startedServer, startedBrowser] = await Promise.all([
    startServer({
      host,
      testing: true,
      dataFolder: flag('user-data-dir'),
      extensionsFolder: flag('extensions-dir'),
      env: { VSCODE_TEST_STDOUT: testOutput.file },
      onOutput: (text) => {
        if (verbose) process.stderr.write(text);
      },
    }),
    launchBrowser(),
  ]);
  server = startedServer;
  browser = startedBrowser;
  browser.on('disconnected', () => void end(72, 'The browser went away.'));
  page = await newPage(browser);
  page.on('crash', () => void end(71, 'The page of the workbench crashed.'));
  // The workbench calls these two for each line of its log and when the tests have ended.
  await page.exposeFunction('codeAutomationLog', (type: string, values: unknown[]) => {
    const text = format(...values);
    if (!verbose && noise.test(text)) return;
    if (type === 'error') console.error(text);
    else console.log(text);
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => void end(code));
  const address = workbenchAddress(server, {
    folder: paths.find((path) => existsSync(path) && statSync(path).isDirectory()),
    files: paths.filter((path) => existsSync(path) && statSync(path).isFile()),
    development: development === undefined ? [] : [development],
    tests: flag('extensionTestsPath'),
    disableExtensions: args.includes('--disable-extensions'),
  });
  await openWorkbench(page, address);
}

async function end(code: number, why?: string): Promise<void> {
  if (ending) return;
  ending = true;
  let result = code;
  let reason = why;
  // The workbench reports success when its extension host was killed, so the server has to be asked as well.
  const death = /Extension Host Process exited with code: (\w+), signal: (\w+)/.exec(server?.log() ?? '');
  if (code === 0 && death && (death[1] !== '0' || death[2] !== 'null')) {
    result = 1;
    reason = `The extension host died (code ${death[1] ?? ''}, signal ${death[2] ?? ''}).`;
  }
  if (result !== 0 && ORDINAL_HOST_ARTIFACTS !== undefined) await keepEvidence(ORDINAL_HOST_ARTIFACTS);
  await Promise.race([browser?.close().catch(() => undefined), delay(5000)]);
  await server?.stop();
  testOutput.stop();
  for (const folder of abandoned === undefined ? [scratch] : [scratch, abandoned]) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  if (reason !== undefined) console.error(reason);
  process.exit(result);
}

async function keepEvidence(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await page?.screenshot({ path: join(folder, 'host-failure.png'), timeout: 5000 }).catch(() => undefined);
  await writeFile(join(folder, 'host-server.log'), server?.log() ?? '');
}
