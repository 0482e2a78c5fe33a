import { fails, rolledOut, shows, web } from './parts';
import type { Plot } from '../plots';

const claim = (storageClassName: string) => ({
  spec: {
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
  },
});
const kwok = { nodes: 'kwok', sign: /Unschedulable/, wait: 6 } as const;

export const placementPlots: readonly Plot[] = [
  fails({
    ...kwok,
    name: 'too-large',
    title: 'A pod larger than any node',
    bad: { container: { resources: { requests: { cpu: '500' } } } },
  }),
  fails({
    ...kwok,
    name: 'no-such-node',
    title: 'A node selector that fits no node',
    bad: { pod: { nodeSelector: { disktype: 'floppy' } } },
  }),
  fails({
    ...kwok,
    name: 'anti-affinity',
    title: 'More replicas than nodes that may hold them',
    healed: { replicas: 4 },
    bad: {
      replicas: 4,
      pod: {
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } },
            ],
          },
        },
      },
    },
  }),
  fails({
    ...kwok,
    name: 'scheduling-gate',
    title: 'A scheduling gate that nobody lifts',
    bad: { pod: { schedulingGates: [{ name: 'example.com/wait' }] } },
    sign: /SchedulingGated/,
  }),
  fails({
    ...kwok,
    name: 'scheduler-absent',
    title: 'A scheduler that does not run',
    bad: { pod: { schedulerName: 'no-such-scheduler' } },
    sign: /"phase":"Pending"/,
    wait: 40,
  }),
  {
    name: 'claim-without-class',
    title: 'A claim of a class that does not exist',
    nodes: 'kwok',
    async tell(teller) {
      await teller.apply('a first start', web(claim('no-such-class')));
      await shows(teller, /ProvisioningFailed|unbound|not found/);
      await teller.seconds(20);
    },
  },
  {
    name: 'claims-bound',
    title: 'Claims that wait for their first consumer are no failure',
    nodes: 'kwok',
    async tell(teller) {
      await teller.apply('a first start', web(claim('standard')));
      await rolledOut(teller);
      await teller.seconds(2);
    },
  },
];
