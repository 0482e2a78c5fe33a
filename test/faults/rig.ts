import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cluster as Ours, type LiveCluster, createCluster } from '../../src/cluster/main';
import type { Json } from '../../src/cluster/json';
import { type Cluster, runningCluster } from '../cluster/cluster';
import { FaultyProxy } from '../support/faultyProxy';
import { JumpingClock } from '../support/jumpingClock';
import { Mirror, held, listed } from './model';
import { type Wanted, workloads } from './objects';
import { type ServiceAccount, allow, makeServiceAccount, tokenOf } from './serviceAccount';

/** The promise: so long after a fault has ended, and the cluster has come to rest, what we show is the truth again. */
const HEALED_MS = 5_000;
/** The cluster itself may take this long to finish what a fault has interrupted. */
const REST_MS = 60_000;
/** Connections that are kept for later requests. */
const IDLE_CONNECTIONS = 4;

export interface Window {
  readonly ours: Ours;
  readonly live: LiveCluster;
  readonly mirror: Mirror;
  readonly namespace: string;
}

/** Of a window that looks at a StatefulSet and a Deployment: these two, their pods, ReplicaSets and events. */
export const WATCHES = 6;

interface Before {
  readonly watches: readonly string[];
  readonly timers: number;
  readonly requests: number;
}

/** A real API server, a faulty proxy in front of it, and windows that look through it. */
export class Rig {
  readonly cluster: Cluster;
  readonly account: ServiceAccount;
  readonly namespace: string;
  readonly clock = new JumpingClock();
  readonly proxy: FaultyProxy;
  readonly windows: Window[] = [];
  /** Rejections and errors that nobody caught, warnings of Node about leaks. */
  readonly surprises: string[] = [];
  #before: Before = { watches: [], timers: 0, requests: 0 };

  private constructor(parts: Pick<Rig, 'cluster' | 'account' | 'namespace' | 'proxy'>) {
    this.cluster = parts.cluster;
    this.account = parts.account;
    this.namespace = parts.namespace;
    this.proxy = parts.proxy;
    process.on('unhandledRejection', (reason) => this.surprises.push(`unhandled rejection: ${String(reason)}`));
    process.on('uncaughtExceptionMonitor', (error) => this.surprises.push(`uncaught: ${error.message}`));
    process.on('warning', ({ name, message }) => this.surprises.push(`${name}: ${message}`));
  }

  static async start(): Promise<Rig> {
    const cluster = await runningCluster(process.env.ORDINAL_TEST_CLUSTER_DIR ?? '');
    assert.ok(cluster, 'Set ORDINAL_TEST_CLUSTER_DIR to the folder of a test cluster that runs.');
    const namespace = await cluster.freshNamespace('faults');
    const account = await makeServiceAccount(cluster, namespace);
    await allow(cluster, account, namespace);
    const file = (name: string): Buffer => readFileSync(join(cluster.dir, 'pki', name));
    const proxy = await FaultyProxy.start({
      port: cluster.components.about.port,
      ca: file('ca.crt'),
      certificate: { cert: file('server.crt'), key: file('server.key') },
    });
    return new Rig({ cluster, account, namespace, proxy });
  }

  /** `user` and `server` as a kubeconfig has them; left out: a token. `port`: of the proxy, when left out. */
  connect({ user, server, port = this.proxy.port }: { user?: Json; server?: Json; port?: number } = {}): Ours {
    const authority = readFileSync(join(this.cluster.dir, 'pki', 'ca.crt')).toString('base64');
    const url = `https://127.0.0.1:${port}`;
    const entry = (value: Json) => ({ value, folder: this.cluster.dir });
    return createCluster({
      kubeConfig: {
        files: [],
        currentContext: 'faults',
        contexts: [{ name: 'faults', cluster: 'faults', user: 'faults', namespace: this.namespace, server: url }],
        clusters: new Map([['faults', entry({ server: url, 'certificate-authority-data': authority, ...server })]]),
        users: new Map([['faults', entry(user ?? { token: tokenOf(this.account, this.cluster) })]]),
      },
      context: 'faults',
      env: {},
      clock: this.clock,
    });
  }

  async apply(wanted: Wanted = {}, namespace = this.namespace): Promise<void> {
    for (const object of workloads(wanted)) await this.cluster.apply(object, namespace);
  }

  /** Looks at a namespace, with pods, and waits until all of it is there. */
  async open(ours = this.connect(), namespace = this.namespace): Promise<Window> {
    const live = ours.live({ namespace });
    // As a view does: it is told of pods only where somebody looks.
    for (const kind of ['StatefulSet', 'Deployment']) live.watchPods({ kind, namespace, name: 'web' }, 'seen');
    live.hold();
    const window = { ours, live, mirror: new Mirror(live), namespace };
    this.windows.push(window);
    await this.untilTrue(window);
    return window;
  }

  close(window: Window): void {
    this.windows.splice(this.windows.indexOf(window), 1);
    window.ours.dispose();
  }

  /** Remembers how things are, and has `healed` compare with it. The fault before this one is some seconds ago. */
  async mark(): Promise<void> {
    await this.pass(6_000);
    for (const window of this.windows) await this.untilTrue(window);
    await this.untilPassing('all watches', () => this.proxy.openWatches.length === this.windows.length * WATCHES);
    this.#before = {
      watches: this.proxy.openWatches,
      timers: await this.#timersAtRest(),
      requests: this.#requests(),
    };
  }

  /**
   * To be called at the end of a fault. Within five seconds, counted from there or from the last change in the cluster, every
   * window holds what a list says, and has told its views so; nothing surprising has happened; no more than `requests` were
   * made since the mark, by the audit log; and watches, timers and connections are as many as before.
   */
  async healed({ requests }: { requests: number }): Promise<void> {
    const end = Date.now();
    for (const window of this.windows) await this.untilTrue(window);
    const took = Date.now() - end;
    const { watches, timers, requests: earlier } = this.#before;
    // Not all streams carry what is compared: events may be a moment late.
    await this.untilPassing('the watches are back', () => includes(this.proxy.openWatches, watches));
    const made = this.#requests() - earlier;
    assert.ok(made <= requests, `${made} requests, of which ${requests} are allowed`);
    // The pods of what rolled are watched for a minute longer.
    await this.pass(61_000);
    await until('the watches are as before', () => same(this.proxy.openWatches, watches));
    await until('the timers are as before', () => this.clock.pending <= timers).catch((error: unknown) => {
      throw new Error(`${this.clock.pending} timers instead of ${timers}`, { cause: error });
    });
    await until('the connections are closed', () => this.proxy.openSockets <= watches.length + IDLE_CONNECTIONS);
    assert.deepEqual(this.surprises, []);
    console.log(`# healed after ${took} ms, ${made} requests`);
  }

  /** Ends everything, and holds that nothing is left. */
  async stop(): Promise<void> {
    for (const window of [...this.windows]) this.close(window);
    await until('the end of all connections', () => this.proxy.openSockets === 0);
    assert.equal(this.clock.pending, 0, 'timers are left');
    await this.proxy.close();
    assert.deepEqual(this.surprises, []);
    await this.cluster.api('DELETE', `/api/v1/namespaces/${this.namespace}`);
  }

  /** Time goes by as fast as what is under way allows. */
  async pass(milliseconds: number, step = 1_000): Promise<void> {
    await this.clock.pass(milliseconds, step, () => !this.proxy.isBusy && !readsOrConnects());
  }

  /** Within two minutes, which are over in a moment. */
  async untilPassing(what: string, probe: () => boolean): Promise<void> {
    for (let second = 0; !probe(); second++) {
      if (second > 120) throw new Error(`${what}: not within two minutes`);
      await this.pass(1_000, 100);
    }
  }

  /** Within five seconds, which begin anew whenever something changes in the cluster. */
  async untilTrue({ live, mirror, namespace }: Window): Promise<void> {
    const last = Date.now() + REST_MS;
    let changed = Date.now();
    let lines: readonly string[] = [];
    for (;;) {
      const asked = Date.now();
      const now = await listed(this.cluster, namespace);
      if (!same(now, lines)) changed = asked;
      lines = now;
      if (live.connectionState.kind === 'live' && same(held(live), lines) && same(mirror.lines, lines)) return;
      if (asked - changed > HEALED_MS || asked > last) {
        const ours = { state: live.connectionState, held: held(live), told: mirror.lines };
        throw new Error(`Not true within ${HEALED_MS} ms: ${JSON.stringify({ lines, ...ours }, null, 1)}`);
      }
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  /** Without those that gather changes, or pause, for a moment. */
  async #timersAtRest(): Promise<number> {
    let fewest = Infinity;
    for (let sample = 0; sample < 10; sample++) {
      fewest = Math.min(fewest, this.clock.pending);
      await new Promise((done) => setTimeout(done, 30));
    }
    return fewest;
  }

  /** Each request has one line; a watch has another one at its end. */
  #requests(): number {
    const lines = this.cluster.requests(this.account.user);
    return lines.filter(({ verb, stage }) => verb !== 'watch' || stage === 'ResponseStarted').length;
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}

/** What has not reached the proxy yet: a token file is read, a connection is made. */
function readsOrConnects(): boolean {
  return process.getActiveResourcesInfo().some((name) => /^(FSReq|TCPConnect)/.test(name));
}

function includes(all: readonly string[], some: readonly string[]): boolean {
  const left = [...all];
  return some.every((each) => left.includes(each) && left.splice(left.indexOf(each), 1).length === 1);
}

/** What has to happen, however long this machine takes for it. */
export async function until(what: string, probe: () => boolean | Promise<boolean>, timeout = 60_000): Promise<void> {
  const end = Date.now() + timeout;
  while (!(await probe())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${timeout} ms`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
