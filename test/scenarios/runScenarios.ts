import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster as Connection } from '../../src/cluster/main';
import type { Cluster } from '../cluster/cluster';
import { connectTo, foresee, type Forecast, type Mark } from './foresee';
import { startRegistry } from '../support/imageRegistry';
import { isFailing, type Scenario } from './scenario';
import { setUp } from './stage';

export interface Verdict extends Forecast {
  readonly scenario: Scenario;
  /** Something is said of it: an error or a warning. */
  readonly caught: boolean;
  /** … and it stands on a line that is accepted. */
  readonly onLine: boolean;
  /** Errors and warnings elsewhere; all of them when the scenario is healthy. */
  readonly elsewhere: readonly Mark[];
  /** What `kubectl apply --dry-run=server` says; `undefined` when it was not asked. */
  readonly kubectl: { readonly caught: boolean; readonly text: string } | undefined;
}

export interface RunOptions {
  readonly cluster: Cluster;
  /** Ask kubectl as well. */
  readonly beside?: boolean;
  readonly onVerdict?: (verdict: Verdict) => void;
}

/** As many at once: the time goes into waiting for pods. */
const AT_ONCE = 6;

export async function runScenarios(scenarios: readonly Scenario[], options: RunOptions): Promise<readonly Verdict[]> {
  const registry = await startRegistry();
  const connections = new Map<string | undefined, Connection>();
  for (const user of new Set(scenarios.map((scenario) => scenario.user))) {
    connections.set(user, await connectTo(options.cluster.kubeconfig, { user, registry: registry.url }));
  }
  const left = [...scenarios];
  const verdicts: Verdict[] = [];
  const work = async (): Promise<void> => {
    for (let scenario = left.shift(); scenario; scenario = left.shift()) {
      const connection = connections.get(scenario.user);
      if (!connection) throw new Error(`nobody is connected as ${scenario.user ?? ''}`);
      const verdict = await run(scenario, connection, options);
      verdicts.push(verdict);
      options.onVerdict?.(verdict);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    for (const connection of connections.values()) connection.dispose();
    registry.stop();
  }
  return verdicts.sort((a, b) => a.scenario.id.localeCompare(b.scenario.id));
}

async function run(scenario: Scenario, connection: Connection, { cluster, beside }: RunOptions): Promise<Verdict> {
  const namespace = await setUp(scenario, cluster);
  const text = scenario.after.replaceAll('${NS}', namespace);
  const forecast = await foresee(text, { namespace, connection, images: true });
  const kubectl = beside === true ? await askKubectl(cluster, { scenario, namespace, text }) : undefined;
  // The namespace itself goes with the cluster: kwok cannot end pods in one that is terminating.
  for (const kind of ['statefulsets', 'deployments']) {
    await cluster.api('DELETE', `/apis/apps/v1/namespaces/${namespace}/${kind}`);
  }
  const loud = forecast.marks.filter(({ severity }) => severity !== 'information');
  return {
    ...forecast,
    scenario,
    kubectl,
    caught: loud.length > 0,
    onLine: loud.some(({ line }) => scenario.lines.has(line)),
    elsewhere: isFailing(scenario) ? loud.filter(({ line }) => !scenario.lines.has(line)) : loud,
  };
}

async function askKubectl(
  cluster: Cluster,
  { scenario, namespace, text }: { scenario: Scenario; namespace: string; text: string },
): Promise<NonNullable<Verdict['kubectl']>> {
  const file = join(cluster.dir, `${namespace}-after.yaml`);
  writeFileSync(file, text);
  const as = scenario.user === undefined ? [] : ['--as', scenario.user];
  try {
    await cluster.kubectl(['apply', '--dry-run=server', '-n', namespace, '-f', file, ...as]);
    return { caught: false, text: '' };
  } catch (error) {
    return { caught: true, text: error instanceof Error ? error.message : String(error) };
  }
}
