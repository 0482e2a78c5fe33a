import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Cluster } from '../cluster/cluster';
import { runScenarios, type Verdict } from './runScenarios';
import { isFailing, readScenarios } from './scenario';
import { startStage } from './stage';
import { missed } from './missed';

let cluster: Cluster;
const verdicts = new Map<string, Verdict>();
const scenarios = readScenarios();

before(async () => {
  cluster = await startStage();
  for (const verdict of await runScenarios(scenarios, { cluster })) verdicts.set(verdict.scenario.id, verdict);
});

after(() => cluster.stop());

function verdictOn(id: string): Verdict {
  const verdict = verdicts.get(id);
  assert.ok(verdict, `${id} was run`);
  return verdict;
}

for (const scenario of scenarios) {
  const { id, title } = scenario;
  if (!isFailing(scenario)) {
    test(`${id}: nothing is said (${title})`, () => {
      assert.deepEqual(verdictOn(id).elsewhere, []);
    });
  } else {
    test(`${id}: is marked on its line (${title})`, { todo: missed.has(id) }, () => {
      const { onLine, marks } = verdictOn(id);
      assert.ok(onLine, JSON.stringify({ expected: [...scenario.lines], marks }, null, 2));
    });
  }
}
