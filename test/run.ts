// Runs the suites one after another and ends with one line: `N passed, N failed`.
//
//   npm test                      everything
//   npm run test:unit             only the unit tests: seconds, no cluster, no editor
//   tsx test/run.ts unit window   only these
import { suites, type Counts, type SuiteName } from './suites';

async function main(names: readonly string[]): Promise<number> {
  const known = Object.keys(suites) as SuiteName[];
  const unknown = names.filter((name) => !known.some((each) => each === name));
  if (unknown.length > 0) {
    console.error(`no such suite: ${unknown.join(', ')}. There are: ${known.join(', ')}`);
    return 2;
  }
  const chosen =
    names.length > 0 ? known.filter((name) => names.includes(name)) : known.filter((name) => name !== 'pictures');
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const lines: string[] = [];
  for (const name of chosen) {
    console.log(`\n=== ${name}: ${suites[name].title}`);
    const started = Date.now();
    const counts = await run(name);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    const seconds = Math.round((Date.now() - started) / 1000);
    lines.push(`${name}: ${inWords(counts)} (${seconds} s)${counts.reason === undefined ? '' : ` · ${counts.reason}`}`);
  }
  console.log(`\n${lines.join('\n')}`);
  console.log(inWords(total));
  return total.failed > 0 ? 1 : 0;
}

/** A suite that cannot even start counts as one failure: silence must never look like health. */
async function run(name: SuiteName): Promise<Counts> {
  try {
    return await suites[name].run();
  } catch (error) {
    console.error(error);
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { passed: 0, failed: 1, skipped: 0, reason };
  }
}

function inWords({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

process.exitCode = await main(process.argv.slice(2));
process.exit();
