import type { AuditedRequest } from '../cluster/auditLog';
import type { Cluster } from '../cluster/cluster';
import { withCluster } from '../story';
import type { BenchOptions } from './bench';
import { beside, round2, type Figure } from './figure';
import { fillCluster } from './manyObjects';
import { Subject } from './subject';

/** A window whose view is open while nothing changes, by the server's own audit log; an informer beside it. */
export function idle({ minutes }: BenchOptions): Promise<readonly Figure[]> {
  return withCluster({ flavour: 'kwok', pace: 0, audit: true }, async (cluster) => {
    await fillCluster(cluster, { namespaces: 500, sets: 10_000, podsPerSet: 2 });
    const reading = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];
    const ours = await Subject.start('ours', await cluster.user('ours', { rules: reading }));
    const theirs = await Subject.start('informer', await cluster.user('theirs', { rules: reading }));
    try {
      for (const subject of [ours, theirs]) {
        await subject.ask('complete', 'complete');
        await subject.ask('begin', 'begun');
      }
      const before = { ours: started(cluster, 'ours'), theirs: started(cluster, 'theirs') };
      await new Promise((done) => setTimeout(done, minutes * 60_000));
      const told = await ours.ask('end', 'ended');
      const toldByThem = await theirs.ask('end', 'ended');
      const what = `${minutes} minutes with 10000 StatefulSets in view and nothing going on`;
      const peer = 'makeInformer';
      return [
        {
          what: `${what}: requests`,
          unit: 'count',
          ours: started(cluster, 'ours') - before.ours,
          peer,
          theirs: started(cluster, 'theirs') - before.theirs,
        },
        { what: `${what}: bytes in and out, encrypted`, unit: 'KB', ours: round2(Number(told.bytes) / 1000) },
        beside({ what: `${what}: CPU`, unit: 's', ours: round2(Number(told.cpu)) }, peer, Number(toldByThem.cpu)),
      ];
    } finally {
      await ours.stop();
      await theirs.stop();
    }
  });
}

/** A watch has a line for its start and one for its end, anything else a line for its end. */
function started(cluster: Cluster, user: string): number {
  const begins = ({ verb, stage }: AuditedRequest): boolean => verb !== 'watch' || stage === 'ResponseStarted';
  return cluster.requests(user).filter(begins).length;
}
