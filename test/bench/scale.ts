import type { Cluster } from '../cluster/cluster';
import { withCluster } from '../story';
import { beside, round, round2, valueAt, type Figure } from './figure';
import { costOfKubectl, type ProcessCost } from './kubectl';
import { fillCluster, type Copies } from './manyObjects';
import { Subject, type Told } from './subject';
import type { Measured } from './subjects/measure';

const SETS = 10_000;
const NAMESPACES = 500;
const ROUNDS = 3;
const CHANGES_A_SECOND = 500;
const CHANGING_SECONDS = 60;

/** A whole cluster until its rows are complete, and while very much changes; peers on the same server in the same run. */
export function scale(): Promise<readonly Figure[]> {
  return withCluster({ flavour: 'kwok', pace: 0 }, async (cluster) => {
    const copies = await fillCluster(cluster, { namespaces: NAMESPACES, sets: SETS, podsPerSet: 2 });
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    const kubectl: ProcessCost[] = [];
    for (let index = 0; index < ROUNDS; index++) {
      ours.push(await once('ours', cluster));
      theirs.push(await once('informer', cluster));
      kubectl.push(await costOfKubectl(cluster, ['get', 'statefulsets', '-A', '--watch=false', '-o', 'json']));
    }
    return [...compared(ours, theirs, kubectl), ...(await whileChanging(cluster, copies))];
  });
}

async function once(name: 'ours' | 'informer', cluster: Cluster): Promise<Measured> {
  const subject = await Subject.start(name, cluster.kubeconfig);
  try {
    const told = await subject.ask('complete', 'complete');
    if (Number(told.rows) < NAMESPACES) throw new Error(`${name}: only ${String(told.rows)} rows`);
    return measured(told);
  } finally {
    await subject.stop();
  }
}

function measured(told: Told): Measured {
  return told as unknown as Measured;
}

function compared(
  ours: readonly Measured[],
  theirs: readonly Measured[],
  kubectl: readonly ProcessCost[],
): readonly Figure[] {
  const what = `${SETS} StatefulSets in ${NAMESPACES} namespaces until the rows are complete`;
  const of = <T>(all: readonly T[], value: (one: T) => number): number => round2(valueAt(all.map(value), 0.5));
  const informer = 'makeInformer';
  const get = 'kubectl get -o json';
  const cpu: Figure = { what: `${what}: CPU`, unit: 's', ours: of(ours, (one) => one.cpu), budget: 1.5 };
  const wall: Figure = { what: `${what}: time`, unit: 's', ours: of(ours, (one) => one.wall) };
  const kept: Figure = { what: `${what}: memory kept`, unit: 'MB', ours: of(ours, (one) => one.kept), budget: 40 };
  const peak: Figure = { what: `${what}: highest memory above idle`, unit: 'MB', ours: of(ours, (one) => one.peak) };
  const block: Figure = {
    what: `${what}: longest block of the event loop`,
    unit: 'ms',
    ours: of(ours, (one) => one.longestBlock),
    budget: 30,
  };
  return [
    beside(
      cpu,
      informer,
      of(theirs, (one) => one.cpu),
    ),
    beside(
      cpu,
      get,
      of(kubectl, (one) => one.cpu),
    ),
    beside(
      wall,
      informer,
      of(theirs, (one) => one.wall),
    ),
    beside(
      wall,
      get,
      of(kubectl, (one) => one.wall),
    ),
    beside(
      kept,
      informer,
      of(theirs, (one) => one.kept),
    ),
    beside(
      peak,
      informer,
      of(theirs, (one) => one.peak),
    ),
    beside(
      peak,
      get,
      of(kubectl, (one) => one.peak),
    ),
    beside(
      block,
      informer,
      of(theirs, (one) => one.longestBlock),
    ),
  ];
}

/** A namespace is open, so that rows are drawn; of the others only what their own row says. */
async function whileChanging(cluster: Cluster, copies: Copies): Promise<readonly Figure[]> {
  const subject = await Subject.start('ours', cluster.kubeconfig);
  try {
    await subject.ask('complete', 'complete');
    await subject.ask(`open ${copies.placeOf(0).namespace}`, 'opened');
    await subject.ask('begin', 'begun');
    await changeSteadily(copies);
    const told = await subject.ask('end', 'ended');
    const { cpu, wall, longestBlock } = measured(told);
    const what = `${CHANGES_A_SECOND} changes a second for ${CHANGING_SECONDS} s`;
    return [
      { what: `${what}: share of a CPU`, unit: '%', ours: round((100 * cpu) / wall) },
      { what: `${what}: flushes of the tree`, unit: 'per second', ours: round(Number(told.flushes) / wall) },
      { what: `${what}: longest block of the event loop`, unit: 'ms', ours: round(longestBlock), budget: 30 },
    ];
  } finally {
    await subject.stop();
  }
}

async function changeSteadily(copies: Copies): Promise<void> {
  const batch = 50;
  const start = performance.now();
  const all = CHANGES_A_SECOND * CHANGING_SECONDS;
  for (let done = 0; done < all; done += batch) {
    const indexes = Array.from({ length: batch }, (_, index) => (done + index) % SETS);
    await copies.change(indexes, Math.floor(done / SETS) % 2 === 0 ? 1 : 2);
    const due = ((done + batch) / CHANGES_A_SECOND) * 1000;
    const early = due - (performance.now() - start);
    if (early > 0) await new Promise((wake) => setTimeout(wake, early));
  }
}
