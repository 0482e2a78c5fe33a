import { exitCode, nodeTests } from './nodeTests';
import { bestFlavour, build, faults, integration, live } from './story';
import { takePictures } from './window/pictures';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** Why something was skipped or could not start. */
  reason?: string;
}

interface Suite {
  readonly title: string;
  run(): Promise<Counts>;
}

export type SuiteName =
  | 'check'
  | 'unit'
  | 'mutation'
  | 'host'
  | 'cluster'
  | 'live'
  | 'faults'
  | 'scenarios'
  | 'oldest'
  | 'newest'
  | 'window'
  | 'pictures';

/** In the order in which they run: what fails fast comes first. */
export const suites: Readonly<Record<SuiteName, Suite>> = {
  check: { title: 'types, lint, format', run: check },
  unit: { title: 'everything below the editor and the cluster', run: unit },
  mutation: {
    title: 'random edits of every fixture: no text makes us throw, or speak of another place',
    run: mutation,
  },
  host: { title: 'the VS Code harness itself: what fails is told', run: () => nodeTests(['test/host/selfTest.ts']) },
  cluster: { title: 'the Kubernetes harness itself', run: () => nodeTests(['test/cluster/selfTest.ts']) },
  live: { title: 'the cluster floor against a real Kubernetes', run: live },
  faults: { title: 'the cluster floor under faults of server, network and login', run: faults },
  scenarios: { title: 'what is foreseen of real failures, and nothing of what is healthy', run: scenarios },
  newest: {
    title: 'the story in the newest VS Code, against a real Kubernetes',
    run: () => integration('newest', bestFlavour()),
  },
  oldest: { title: 'the story in the oldest supported VS Code', run: () => integration('oldest', 'kwok') },
  window: {
    title: 'the real window: tree, lens, hover, squiggle, notification',
    run: () => nodeTests(['test/window/window.test.ts']),
  },
  pictures: { title: 'pictures for the README, of the real window', run: takePictures },
};

async function check(): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const part of ['types', 'lint', 'format']) {
    const code = await exitCode('npm', ['run', '--silent', `check:${part}`]);
    if (code === 0) counts.passed++;
    else counts.failed++;
    console.log(`${code === 0 ? '✔' : '✖'} ${part}`);
  }
  return counts;
}

async function mutation(): Promise<Counts> {
  await build('mutation');
  return nodeTests(['out/mutation']);
}

async function scenarios(): Promise<Counts> {
  await build('extension');
  return nodeTests(['test/scenarios/scenarios.test.ts']);
}

async function unit(): Promise<Counts> {
  await build('unit');
  return nodeTests(['out/unit']);
}
