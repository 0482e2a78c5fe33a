// A real Kubernetes control plane on this machine, without Docker: etcd, kube-apiserver, kube-controller-manager and
// kube-scheduler as processes of one program, with nodes that kwok plays (flavour "kwok", any user) or that are real
// kubelets over containerd (flavour "kubelet", Linux root).
//
// Start it in the process that runs the tests, and hand `cluster.kubeconfig` to those that run inside VS Code: bundled as
// CommonJS this module can be loaded, but does not find the sources that the cluster is built from.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { apiClient, expectOk, type Api, type ApiObject } from './apiClient';
import { ObjectApplier } from './applyObjects';
import { AuditLog, type AuditedRequest } from './auditLog';
import { programsFor, type Programs } from './build';
import { Components } from './components';
import { auditLog, type ExtraFlags } from './controlPlane';
import { installNodePrograms } from './prerequisites';
import { launch, writeFiles } from './launch';
import { freePorts, startOf, until } from './processes';
import { prepareFolder, readState, removeCluster } from './runFolder';
import { forgetOnSignal, stopOnSignal } from './stopOnSignal';
import { addUser, type UserRights } from './users';

export interface ClusterOptions {
  flavour?: 'kwok' | 'kubelet';
  /** Of kwok's pods: 1 (default) as slow as a kubelet, 0 without delays and without events of good starts. */
  pace?: 0 | 1;
  /** 3 by default. */
  nodes?: number;
  /** A new folder below the temp dir by default. What an earlier run left there is removed first. */
  dir?: string;
  /** Then `requests` tells what each user asked of the API server. */
  audit?: boolean;
  /** A minor ("1.36") or a release ("1.36.3"). */
  version?: string;
  /** Added to a component's own flags. */
  flags?: ExtraFlags;
  /** The cluster outlives this process, and `removeCluster(dir)` ends it. Others are also removed on Ctrl-C. */
  background?: boolean;
}

/** A running cluster; made by `startCluster` or `runningCluster`. */
export class Cluster {
  readonly dir: string;
  readonly flavour: 'kwok' | 'kubelet';
  /** Of the administrator, context `test`. */
  readonly kubeconfig: string;
  /** Asks the API server as the administrator. */
  readonly api: Api;
  readonly components: Components;
  readonly #port: number;
  readonly #programs: Programs;
  readonly #applier: ObjectApplier;
  #audit: AuditLog | undefined;
  #stopping: Promise<void> | undefined;

  constructor(dir: string, components: Components) {
    const { flavour, port, programs } = components.about;
    this.dir = dir;
    this.flavour = flavour;
    this.kubeconfig = join(dir, 'kubeconfig');
    this.components = components;
    this.#port = port;
    this.#programs = programs;
    const [ca, cert, key] = ['ca.crt', 'admin.crt', 'admin.key'].map((name) => join(dir, 'pki', name));
    this.api = apiClient({
      port,
      ca: readFileSync(ca ?? ''),
      cert: readFileSync(cert ?? ''),
      key: readFileSync(key ?? ''),
    });
    this.#applier = new ObjectApplier(this.api);
  }

  /** Creates it when there is none, and waits until pods can be created in it. */
  async namespace(name: string): Promise<void> {
    const { status } = await this.api('POST', '/api/v1/namespaces', { metadata: { name } });
    if (status !== 409 && status >= 400) throw new Error(`namespace ${name}: ${status}`);
    const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
    await until(`default service account of ${name}`, async () => {
      this.components.assertNotStopped();
      return (await this.api('GET', account)).status === 200;
    });
  }

  /** Answers the name of a new namespace that begins with `prefix`. */
  async freshNamespace(prefix: string): Promise<string> {
    const body = { metadata: { generateName: `${prefix}-` } };
    const { metadata } = await expectOk(this.api('POST', '/api/v1/namespaces', body), `namespace ${prefix}-`);
    const name = metadata?.name ?? '';
    await this.namespace(name);
    return name;
  }

  /** Server-side apply as the administrator, field manager `kubectl`, of one object or of YAML with any number. */
  apply(input: object | string, namespace?: string, manager?: string): Promise<ApiObject[]> {
    return this.#applier.apply(input, namespace, manager);
  }

  /** Answers stdout; a failure is an error that carries stderr. Runs as the administrator, or with another kubeconfig. */
  async kubectl(args: readonly string[], kubeconfig = this.kubeconfig): Promise<string> {
    const own = ['kubectl', `--kubeconfig=${kubeconfig}`, `--cache-dir=${join(this.dir, 'kubectl')}`];
    const { stdout } = await promisify(execFile)(this.#programs.complete, [...own, ...args], { maxBuffer: 1 << 28 });
    return stdout;
  }

  /**
   * The kubeconfig file of a user who has the given rights alone: cluster-wide, or in `namespace`. Again for the same
   * name and namespace replaces the rights.
   */
  user(name: string, rights: UserRights): Promise<string> {
    const { dir, api } = this;
    return addUser(name, rights, {
      dir,
      api,
      port: this.#port,
      program: this.#programs.complete,
      applier: this.#applier,
    });
  }

  /** False when the component has ended already. Waits for the end after SIGKILL. */
  async signal(component: string, signal: NodeJS.Signals): Promise<boolean> {
    const sent = this.components.signal(component, signal);
    if (signal === 'SIGKILL') await this.components.ended(component);
    return sent;
  }

  /** Starts a component again after it has ended, as before. */
  run(component: string): void {
    this.components.restart(component);
  }

  /** Waits until the API server answers, or says which component has ended instead. */
  async ready(timeout = 120_000): Promise<void> {
    await until(
      'API server',
      async () => {
        this.components.assertRunning();
        return (await this.api<string>('GET', '/readyz')).body === 'ok';
      },
      timeout,
    );
  }

  /** What a user asked of the API server so far; needs the option `audit`. */
  requests(user: string): readonly AuditedRequest[] {
    this.#audit ??= new AuditLog(auditLog(this.dir));
    return this.#audit.of(user);
  }

  /** Ends everything and removes the folder. May be called again, also meanwhile. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.components.stopAll();
    await removeCluster(this.dir);
    forgetOnSignal(this);
  }
}

/** Starts a cluster and waits until its nodes are Ready. Needs minutes when its program must be built first. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  if (options.flavour === 'kubelet') installNodePrograms();
  const programs = await programsFor(options.version);
  if (options.flavour === 'kubelet' && programs.complete !== programs.controlPlane) {
    throw new Error(`Kubernetes ${options.version ?? ''} has fake nodes only here: use the kwok flavour.`);
  }
  const dir = await prepareFolder(options.dir);
  const [port = 0] = await freePorts(1);
  const components = new Components(dir, {
    owner: options.background ? undefined : { pid: process.pid, started: startOf(process.pid) },
    about: { flavour: options.flavour ?? 'kwok', since: Date.now(), port, programs },
    processes: {},
    nodes: undefined,
  });
  components.save();
  const starting: { cluster?: Promise<Cluster>; stop(): Promise<void> } = {
    // Then the start fails at its next step, and removes what it has made.
    stop: async () => {
      await components.stopAll();
      await starting.cluster?.catch(() => undefined);
    },
  };
  stopOnSignal(starting);
  try {
    starting.cluster = bringUp(dir, components, options);
    const cluster = await starting.cluster;
    if (!options.background) stopOnSignal(cluster);
    return cluster;
  } finally {
    forgetOnSignal(starting);
  }
}

async function bringUp(dir: string, components: Components, options: ClusterOptions): Promise<Cluster> {
  try {
    const { port, programs } = components.about;
    const nodeNames = Array.from({ length: options.nodes ?? 3 }, (_, index) => `node-${index + 1}`);
    writeFiles(dir, { port, program: programs.controlPlane, nodeNames, pace: options.pace ?? 1 });
    const cluster = new Cluster(dir, components);
    await launch(cluster, { nodeNames, audit: options.audit ?? false, flags: options.flags ?? {} });
    await cluster.namespace('default');
    return cluster;
  } catch (error) {
    const wasStopped = components.isStopped;
    const logs = components.logs();
    await components.stopAll();
    await removeCluster(dir);
    if (wasStopped) throw new Error('The start of the cluster was interrupted.', { cause: error });
    throw new Error(`The cluster did not start: ${error instanceof Error ? error.message : String(error)}\n${logs}`, {
      cause: error,
    });
  }
}

/** The cluster that an earlier process started in `dir`; undefined when there is none that runs. */
export async function runningCluster(dir: string): Promise<Cluster | undefined> {
  const state = readState(dir);
  if (!state) return undefined;
  const cluster = new Cluster(dir, new Components(dir, state));
  const answers = await cluster.ready(2000).then(
    () => true,
    () => false,
  );
  return answers ? cluster : undefined;
}
