// `npm run bench -- NAME`: figures as JSON lines, `{"bench","what","unit","ours",…}`; see DESIGN's budgets.
import { activation } from './activation';
import type { Figure } from './figure';
import { forecast } from './forecast';
import { foresight } from './foresight';
import { typing } from './typing';

const benches: Readonly<Record<string, () => Promise<readonly Figure[]>>> = { activation, typing, foresight, forecast };

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue;
  for (const figure of await run()) console.log(JSON.stringify({ bench: name, ...figure }));
}
