// `npm run bench -- NAME [--minutes N]`: figures as JSON lines, `{"bench","what","unit","ours",…}`; see DESIGN's budgets.
import { parseArgs } from 'node:util';
import { activation } from './activation';
import type { Figure } from './figure';
import { forecast } from './forecast';
import { foresight } from './foresight';
import { freshness } from './freshness';
import { idle } from './idle';
import { openClose } from './openClose';
import { scale } from './scale';
import { typing } from './typing';

export interface BenchOptions {
  /** How long `idle` watches. */
  readonly minutes: number;
}

interface Bench {
  readonly run: (options: BenchOptions) => Promise<readonly Figure[]>;
  /** It starts a Kubernetes and takes minutes: only when it is named. */
  readonly cluster?: true;
}

const benches: Readonly<Record<string, Bench>> = {
  activation: { run: activation },
  typing: { run: typing },
  foresight: { run: foresight, cluster: true },
  forecast: { run: forecast, cluster: true },
  scale: { run: scale, cluster: true },
  freshness: { run: freshness, cluster: true },
  idle: { run: idle, cluster: true },
  openClose: { run: openClose, cluster: true },
};

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '10' } },
});
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
for (const [name, { run, cluster }] of Object.entries(benches)) {
  if (names.length > 0 ? !names.includes(name) : cluster) continue;
  for (const figure of await run({ minutes: Number(values.minutes) }))
    console.log(JSON.stringify({ bench: name, ...figure }));
}
process.exit();
