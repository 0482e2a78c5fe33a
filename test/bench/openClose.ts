import { withCluster } from '../story';
import { until } from '../cluster/processes';
import { round, type Figure } from './figure';
import { fillCluster } from './manyObjects';
import { Subject } from './subject';

const TIMES = 100;

interface State {
  readonly resources: readonly string[];
  readonly heap: number;
}

/** What is left of a window that was opened and closed many times, in its process and at the server. */
export function openClose(): Promise<readonly Figure[]> {
  return withCluster({ flavour: 'kwok', pace: 0, audit: true }, async (cluster) => {
    await fillCluster(cluster, { namespaces: 10, sets: 200, podsPerSet: 2 });
    const reading = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];
    const subject = await Subject.start('ours', await cluster.user('ours', { rules: reading }));
    try {
      const { before, after } = (await subject.ask(`cycle ${TIMES}`, 'cycled')) as unknown as {
        readonly before: State;
        readonly after: State;
      };
      const count = (state: State, kind: RegExp): number => state.resources.filter((each) => kind.test(each)).length;
      const left = (kind: RegExp): number => count(after, kind) - count(before, kind);
      const watches = (): readonly boolean[] =>
        cluster.requests('ours').flatMap(({ verb, stage }) => (verb === 'watch' ? [stage === 'ResponseStarted'] : []));
      // One that is cut while the server writes ends with the stage Panic instead of ResponseComplete.
      const open = (): number => watches().reduce((sum, begins) => sum + (begins ? 1 : -1), 0);
      // The server notices some moments later that a connection has gone.
      await until('the server has seen the last end', () => open() === 0, 20_000).catch(() => undefined);
      const what = `opened and closed ${TIMES} times`;
      return [
        { what: `${what}: handles left`, unit: 'count', ours: left(/./), budget: 0 },
        { what: `${what}: timers left`, unit: 'count', ours: left(/^(Timeout|Immediate)$/), budget: 0 },
        { what: `${what}: watches that the server holds`, unit: 'count', ours: open(), budget: 0 },
        { what: `${what}: growth of the heap`, unit: 'KB', ours: round((after.heap - before.heap) / 1000) },
      ];
    } finally {
      await subject.stop();
    }
  });
}
