// Runs in VS Code's extension host.
import { appendFileSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';
import Mocha from 'mocha';

/** By name, what loads the module whose suites these are. */
export type SuiteModules = Readonly<Record<string, () => Promise<unknown>>>;

/**
 * Runs the suites that ORDINAL_SUITES names, separated by commas; all of them when it is not set. ORDINAL_GREP limits
 * them to the tests whose titles match.
 */
export async function runSuites(modules: SuiteModules): Promise<void> {
  const {
    VSCODE_TEST_STDOUT: output,
    VSCODE_TEST_DONE: done,
    ORDINAL_SUITES: chosen,
    ORDINAL_GREP: grep,
  } = process.env;
  if (output !== undefined) {
    // The console of an extension host is shared with VS Code's own log and loses mocha's layout.
    Mocha.reporters.Base.consoleLog = (...values: unknown[]) => {
      appendFileSync(output, `${format(...values)}\n`);
    };
  }
  const mocha = new Mocha({
    ui: 'tdd',
    color: true,
    timeout: 120_000,
    forbidOnly: true,
    ...(grep === undefined ? {} : { grep }),
  });
  // From here on `suite` and `test`, imported from mocha, add to this instance; so the modules are loaded only now.
  mocha.suite.emit('pre-require', globalThis, null, mocha);
  for (const name of chosen?.split(',') ?? Object.keys(modules)) {
    const load = modules[name];
    if (!load) throw new Error(`no such suite: ${name}. There are: ${Object.keys(modules).join(', ')}`);
    await load();
  }
  const counts = await new Promise<{ passed: number; failed: number; skipped: number }>((resolve) => {
    const runner = mocha.run((failed) => {
      resolve({ passed: runner.stats?.passes ?? 0, failed, skipped: runner.stats?.pending ?? 0 });
    });
  });
  if (done !== undefined) writeFileSync(done, JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} failed`);
}
