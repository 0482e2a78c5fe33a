import { assess } from '../core/causes/assess';
import type { ServerVersion } from '../core/causes/facts';
import type { Disposable } from '../util/disposable';
import { ExpectedError } from '../util/errors';
import { setTranslations } from '../util/l10n';
import { type ApplyRequest, type ApplyResult, type ReadRequest, apply, read } from './apply';
import { type Clock, systemClock } from './clock';
import { Credentials } from './credentials';
import { Discovery } from './discovery';
import type { DryRunFacts } from '../core/causes/noFacts';
import type { Finding } from '../core/causes/finding';
import { type DryRunRequest, dryRun } from './dryRuns';
import { type ObjectRequest, foreseeObject } from './objectDryRun';
import type { ClusterFacts, FactsRequest } from './factQuestion';
import { FactFinder } from './facts';
import { type HistoryObjects, type HistoryRequest, readHistory } from './history';
import { type ImageCheck, ImageChecker } from './imageCheck';
import type { RegistryUrl } from './imageRegistry';
import { type Json, record, text } from './json';
import {
  type KubeConfigOptions,
  type KubeContext,
  type LoadedKubeConfig,
  loadKubeConfig,
  watchKubeConfig,
} from './kubeConfig';
import { type LiveCluster, createLiveCluster } from './liveCluster';
import { type LogRequest, streamLog } from './logStream';
import { Logins } from './logins';
import { type Logs, listNamespaces, readLogs } from './operations';
import { pathOf } from './resources';
import { type PermittedNamespaces, permittedNamespaces } from './permittedNamespaces';
import { proxyFromEnvironment } from './proxy';
import { type EventsRequest, readEvents } from './readEvents';
import { type ApiResponse, Transport } from './transport';
import { type ChangedWorkload, type WorkloadChange, changeWorkload } from './write/changeWorkload';
import { type DeletePod, deletePod } from './write/deletePod';
import { send, type WriteRequest } from './write/door';
import type { PlannedWrite } from './write/permit';
import { type MissingRight, RightsReader } from './write/rights';
import { t } from '../util/l10n';

export type { ApplyProblem, RefusedField } from './applyProblem';
export type { ConnectionState } from './connectionState';
export type { LiveChange } from './changeGatherer';
export type { LiveCluster } from './liveCluster';
export type {
  ApplyRequest,
  ApplyResult,
  ImageCheck,
  ClusterFacts,
  DeletePod,
  FactsRequest,
  KubeConfigOptions,
  KubeContext,
};
export type { PlannedWrite, TrialPermit, WritePermit, WriteRecord, WriteTarget, WriteVerb } from './write/permit';
export type { ApiResponse, MissingRight, WriteRequest };
export type { ChangedWorkload, EventsRequest, LogRequest, HistoryObjects, HistoryRequest, WorkloadChange };
export type { SeenWorkload } from './write/changeWorkload';
export type { DryRunRequest, LoadedKubeConfig, ObjectRequest, Logs, PermittedNamespaces, ReadRequest };

/** What the bundle of this floor exports, loaded by the user interface when somebody asks for a cluster. */
export interface ClusterModule {
  loadKubeConfig: typeof loadKubeConfig;
  watchKubeConfig: typeof watchKubeConfig;
  createCluster: typeof createCluster;
  setTranslations: typeof setTranslations;
  checkImages: typeof checkImages;
}

export { loadKubeConfig, setTranslations, watchKubeConfig };

/** Asks the registries of a workload's images as anybody, where there is no cluster to learn more from. Never throws. */
export function checkImages(object: Json): Promise<ImageCheck> {
  imagesOfAnybody ??= new ImageChecker({ clock: systemClock, env: process.env });
  return imagesOfAnybody.check(object);
}

let imagesOfAnybody: ImageChecker | undefined;

export interface ClusterOptions {
  readonly kubeConfig: LoadedKubeConfig;
  readonly context: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  /** Where registries answer, when not at their names. */
  readonly registryUrl?: RegistryUrl;
}

/** One context of the kubeconfig. Nothing is sent, and no plugin is run, before something is asked of it. */
export interface Cluster extends Disposable {
  readonly context: KubeContext;
  /** Starts watching one namespace, or without one all of them, at once; whoever asks disposes it. */
  live(options: { readonly namespace?: string | undefined }): LiveCluster;
  /** Here because a window that never asks for a cluster does not load the explainers. */
  readonly assess: typeof assess;
  /** Throws nothing but the abort of the signal. */
  fetchFacts(request: FactsRequest): Promise<ClusterFacts>;
  /** Asks the server to judge the workload, a pod and the claims of it, and to store nothing. Throws nothing but the abort. */
  dryRun(request: DryRunRequest): Promise<DryRunFacts>;
  /** What the server would refuse of another object in a workload's file. Throws nothing but the abort. */
  foreseeObject(request: ObjectRequest): Promise<readonly Finding[]>;
  /** Asks the registries whether they have a workload's images, with the pod's own pull secrets. Never throws. */
  checkImages(object: Json, namespace: string): Promise<ImageCheck>;
  /** After a change that others made, so that facts are asked for anew; our own writes do it themselves. */
  forgetFacts(): void;
  /** What the user lacks for these writes. Throws nothing but the abort of the signal. */
  missingRights(planned: readonly PlannedWrite[], signal?: AbortSignal): Promise<readonly MissingRight[]>;
  /** Sends once what the permit allows, with its precondition. Throws ApiError and ConnectionError. */
  write(request: WriteRequest): Promise<ApiResponse>;
  /** What the server refuses is a result; ExpectedError: no connection, no login. */
  apply(request: ApplyRequest): Promise<ApplyResult>;
  /** `undefined`: there is none. */
  read(request: ReadRequest): Promise<Json | undefined>;
  namespaces(signal?: AbortSignal): Promise<readonly string[]>;
  /** Where the user may look, for one who may not look everywhere. */
  permittedNamespaces(signal?: AbortSignal): Promise<PermittedNamespaces>;
  serverVersion(): Promise<ServerVersion>;
  deletePod(request: DeletePod): Promise<void>;
  logs(request: Logs): Promise<readonly string[]>;
  /** Resolves at the end of the log. Throws ExpectedError, and the abort of the signal. */
  streamLog(request: LogRequest): Promise<void>;
  events(request: EventsRequest): Promise<readonly Json[]>;
  /** A workload, its revisions and its pods. */
  history(request: HistoryRequest): Promise<HistoryObjects>;
  /** Throws ExpectedError when it is not as it was seen, or the server refuses. */
  changeWorkload(change: WorkloadChange): Promise<ChangedWorkload>;
}

const VERSION_DEADLINE_MS = 10_000;

/** Throws ExpectedError when the kubeconfig does not have the context, or not all that it names. */
export function createCluster({
  kubeConfig,
  context: name,
  env = process.env,
  clock = systemClock,
  registryUrl,
}: ClusterOptions): Cluster {
  const context = kubeConfig.contexts.find((each) => each.name === name);
  if (!context) throw new ExpectedError(t`The kubeconfig has no context ${name}. Choose another one.`);
  const transport = transportTo({ context, kubeConfig, env, clock });
  const discovery = new Discovery(transport);
  const facts = new FactFinder(transport, clock);
  const rights = new RightsReader({ transport, discovery, clock });
  const door = { context: name, transport, discovery };
  const images = new ImageChecker({ clock, env, ...(registryUrl ? { urlOf: registryUrl } : {}) });
  const listOnly = new Set<string>();
  const lives = new Set<LiveCluster>();
  return {
    context,
    assess,
    live: ({ namespace }) => {
      const onDispose = (): void => {
        lives.delete(live);
      };
      const live = createLiveCluster({ transport, context: name, namespace, clock, listOnly, onDispose });
      lives.add(live);
      return live;
    },
    fetchFacts: (request) => facts.find(request),
    dryRun: (request) => dryRun(request, door),
    foreseeObject: (request) => foreseeObject(request, door),
    checkImages: (object, otherwise) => {
      const namespace = text(record(object.metadata).namespace) ?? otherwise;
      return images.check(object, {
        facts: (workload) => facts.find({ workload, namespace }),
        get: async (plural, name) => {
          const path = pathOf({ api: '/api/v1', plural, namespace, name });
          const answer = transport.request({ path, action: `read ${plural} ${namespace}/${name}`, timeout: 5_000 });
          return answer.then(
            ({ body }) => record(body),
            () => null,
          );
        },
      });
    },
    forgetFacts: () => {
      facts.forget();
    },
    apply: async (request) => {
      try {
        return await apply(request, door);
      } finally {
        if (!request.dryRun) facts.forget();
      }
    },
    missingRights: (planned, signal) => rights.missing(planned, signal),
    write: async (request) => {
      try {
        return await send(request, door);
      } finally {
        if (!request.dryRun) facts.forget();
      }
    },
    read: (request) => read(request, door),
    namespaces: (signal) => listNamespaces(transport, signal),
    permittedNamespaces: (signal) => permittedNamespaces(transport, signal),
    serverVersion: async () => {
      const version = await facts.serverVersion(clock.now() + VERSION_DEADLINE_MS);
      if (version.state === 'known') return version.value;
      throw new ExpectedError(version.state === 'forbidden' ? version.right : version.reason);
    },
    deletePod: async (request) => {
      await deletePod(request, door);
      facts.forget();
    },
    logs: (request) => readLogs(request, transport),
    streamLog: (request) => streamLog(request, { transport, clock }),
    events: (request) => readEvents(request, transport),
    history: (request) => readHistory(request, transport),
    changeWorkload: async (change) => {
      try {
        return await changeWorkload(change, door);
      } finally {
        if (!change.dryRun) facts.forget();
      }
    },
    dispose: () => {
      for (const live of lives) live.dispose();
      transport.dispose();
    },
  };
}

/** One for all clusters, whose users may be the same; a test with a clock of its own has its own. */
const logins = new WeakMap<Clock, Logins>();

function loginsBy(clock: Clock): Logins {
  const known = logins.get(clock) ?? new Logins(clock);
  logins.set(clock, known);
  return known;
}

interface Target {
  readonly context: KubeContext;
  readonly kubeConfig: LoadedKubeConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
}

function transportTo({ context, kubeConfig, env, clock }: Target): Transport {
  const cluster = kubeConfig.clusters.get(context.cluster);
  if (!cluster) throw missing(context, 'cluster');
  const user = kubeConfig.users.get(context.user);
  // A context without a user is anonymous; a user that is named must be there.
  if (!user && context.user !== '') throw missing(context, 'user');
  const server = serverOf(context);
  return new Transport({
    server,
    proxy: text(cluster.value['proxy-url']) || proxyFromEnvironment(server, env),
    credentials: new Credentials({
      cluster,
      user: user ?? { value: {}, folder: '' },
      clock,
      env,
      logins: loginsBy(clock),
    }),
    clock,
  });
}

function missing({ name, cluster, user }: KubeContext, part: 'cluster' | 'user'): ExpectedError {
  const what = part === 'cluster' ? cluster : user;
  return new ExpectedError(t`The context ${name} names the ${part} ${what}, which the kubeconfig does not have.`);
}

function serverOf({ name, cluster, server }: KubeContext): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new ExpectedError(
    t`The cluster ${cluster} of the context ${name} has no usable server in the kubeconfig: ${server || 'none'}. It must be an https:// URL.`,
  );
}
