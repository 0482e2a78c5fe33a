import { isFailing, readScenarios } from '../scenarios/scenario';
import { runScenarios, type Verdict } from '../scenarios/runScenarios';
import { build } from '../story';
import { startStage } from '../scenarios/stage';
import { round, type Figure } from './figure';

/**
 * What is foreseen of the upgrades in test/scenarios, each on a cluster in the state before the apply, beside
 * `kubectl apply --dry-run=server` of the same file. `ORDINAL_BENCH_DETAILS=1` says on stderr what was missed.
 */
export async function foresight(): Promise<readonly Figure[]> {
  const scenarios = readScenarios((process.env.ORDINAL_BENCH_SCENARIOS ?? '').split(',').filter((id) => id !== ''));
  await build('extension');
  const cluster = await startStage();
  try {
    const verdicts = await runScenarios(scenarios, { cluster, beside: true });
    if (process.env.ORDINAL_BENCH_DETAILS !== undefined) tell(verdicts);
    return figuresOf(verdicts);
  } finally {
    await cluster.stop();
  }
}

function figuresOf(verdicts: readonly Verdict[]): readonly Figure[] {
  const failing = verdicts.filter(({ scenario }) => isFailing(scenario));
  const healthy = verdicts.filter(({ scenario }) => !isFailing(scenario));
  const families = [...new Set(failing.map(({ scenario }) => scenario.family))];
  const foreseeable = failing.filter(({ scenario }) => scenario.predictable !== 'no');
  const groups = [
    ...families.map((family) => [family, failing.filter(({ scenario }) => scenario.family === family)] as const),
    ['all that fail', failing] as const,
    ['all that can be foreseen', foreseeable] as const,
  ];
  return [
    ...groups.flatMap(([name, group]) => [
      caught(`${name}: caught of ${group.length}`, group, (verdict) => verdict.caught),
      caught(`${name}: caught on the right line of ${group.length}`, group, (verdict) => verdict.onLine),
    ]),
    {
      what: `false alarms on ${healthy.length} healthy`,
      unit: 'cases',
      ours: healthy.filter((verdict) => verdict.caught).length,
      budget: 0,
      peer: PEER,
      theirs: healthy.filter(({ kubectl }) => kubectl?.caught).length,
    },
  ];
}

const PEER = 'kubectl apply --dry-run=server';

/** kubectl names no line: on its side both counts are the same. */
function caught(what: string, group: readonly Verdict[], is: (verdict: Verdict) => boolean): Figure {
  const ours = group.filter(is).length;
  const theirs = group.filter(({ kubectl }) => kubectl?.caught).length;
  return { what, unit: 'cases', ours, peer: PEER, theirs, times: theirs === 0 ? undefined : round(ours / theirs) };
}

function tell(verdicts: readonly Verdict[]): void {
  for (const { scenario, caught: isCaught, onLine, elsewhere, kubectl, notChecked } of verdicts) {
    const right = isFailing(scenario) ? onLine : !isCaught;
    const word = right ? 'ok   ' : !isFailing(scenario) ? 'ALARM' : isCaught ? 'LINE ' : 'MISS ';
    console.error(
      `${word} ${scenario.id} [${scenario.rows.join(' ')}] ${scenario.predictable}, lines ${[...scenario.lines].join(' ')}`,
    );
    if (!right) console.error(`        really: ${scenario.really.slice(0, 300)}`);
    for (const { code, severity, line, message } of elsewhere) {
      console.error(`        ${severity} ${code} on ${line}: ${message}`);
    }
    if (!right && kubectl?.caught)
      console.error(`        kubectl: ${kubectl.text.split('\n').slice(1).join(' ').slice(0, 300)}`);
    if (!right) console.error(`        not checked: ${notChecked.join(' | ')}`);
  }
}
