import type { Access, Fact, Facts, SecretFact, ServerVersion } from '../core/causes/facts';
import { referencesOf } from '../core/kube/readWorkloadSpec';
import type { WorkloadSpec } from '../core/kube/workloadSpec';
import type { LabelSelector, LiveWorkload, Pod } from '../core/objects';
import { ApiError } from './apiErrors';
import { type Clock, reasonOf } from './clock';
import { FactCache } from './factCache';
import { configMapKeysOf, limitRangeOf, quotaOf, reviewOf, secretOf, serverVersionOf, userOf } from './factReaders';
import { type Json, record, records } from './json';
import type { LiveCluster } from './liveCluster';
import { type Resource, deployments, pathOf, pods, statefulSets } from './resources';
import type { Transport } from './transport';

export interface FactsRequest {
  readonly workload: WorkloadSpec;
  /** For a workload that names none itself. */
  readonly namespace: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until what has not come is given up; 5000 when left out. */
  readonly deadline?: number;
  /** Watches that may save requests. */
  readonly live?: LiveCluster | undefined;
}

/** What only the file knows is added by whoever has it. */
export type ClusterFacts = Omit<Facts, 'sameFile'>;

const DEADLINE_MS = 5_000;

/** Asks the cluster what rules need to know about one workload: at once, at most once in half a minute, never for long. */
export class FactFinder {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #cache: FactCache;
  #version: Promise<Fact<ServerVersion>> | undefined;

  constructor(transport: Transport, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
    this.#cache = new FactCache(clock);
  }

  /** Throws nothing but the abort of the signal: what is not known says why. */
  async find(request: FactsRequest): Promise<ClusterFacts> {
    const { signal } = request;
    if (!signal) return this.#find(request);
    return await new Promise((resolve, reject) => {
      const abort = (): void => {
        reject(reasonOf(signal));
      };
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
      // The requests go on: their answers are good for the next question.
      this.#find(request)
        .then(resolve, reject)
        .finally(() => {
          signal.removeEventListener('abort', abort);
        });
    });
  }

  /** After a write: nothing that was known about objects holds any more. */
  forget(): void {
    this.#cache.clear();
  }

  async #find(request: FactsRequest): Promise<ClusterFacts> {
    const question = this.#questionOf(request);
    const { workload, namespace } = question;
    const references = [...referencesOf(workload), ...workload.template.imagePullSecrets];
    const names = (kind: 'ConfigMap' | 'Secret'): readonly string[] =>
      distinct(references.filter((reference) => reference.kind === kind).map(({ name }) => name));
    const account = workload.template.serviceAccountName;
    // `default` is made with the namespace.
    const accounts = account === undefined || account === 'default' ? [] : [account];

    const object = this.#liveObject(question);
    const live = object.then((fact) =>
      mapFact(fact, (value) => (value === null ? null : question.resource.project(value))),
    );
    const [
      serverVersion,
      liveObject,
      liveWorkload,
      podsFact,
      quotas,
      limitRanges,
      serviceAccounts,
      configMaps,
      secrets,
      access,
    ] = await Promise.all([
      this.serverVersion(question.end),
      object,
      live,
      live.then((fact) => this.#pods(fact, question)),
      this.#list(`/api/v1/namespaces/${encodeURIComponent(namespace)}/resourcequotas`, 'resourcequotas', {
        question,
        read: quotaOf,
      }),
      this.#list(`/api/v1/namespaces/${encodeURIComponent(namespace)}/limitranges`, 'limitranges', {
        question,
        read: limitRangeOf,
      }),
      this.#each(accounts, 'serviceaccounts', { question, read: () => true, absent: false }),
      this.#each<readonly string[] | null>(names('ConfigMap'), 'configmaps', {
        question,
        read: configMapKeysOf,
        absent: null,
      }),
      this.#each<SecretFact | null>(names('Secret'), 'secrets', { question, read: secretOf, absent: null }),
      object.then((fact) => this.#access(fact, question)),
    ]);
    const facts = { serverVersion, liveObject, liveWorkload, pods: podsFact, quotas, limitRanges };
    return { ...facts, serviceAccounts, configMaps, secrets, access };
  }

  /** Asked once: a server that is upgraded ends its connections, and is asked again by whoever connects anew. */
  serverVersion(end: number): Promise<Fact<ServerVersion>> {
    this.#version ??= new FactCache(this.#clock).get('version', async () =>
      serverVersionOf(await this.#get({ path: '/version', action: 'read the version', end })),
    );
    const version = this.#version;
    return version.then((fact) => {
      if (fact.state !== 'known') this.#version = undefined;
      return fact;
    });
  }

  #questionOf({ workload, namespace, deadline = DEADLINE_MS, live }: FactsRequest): Question {
    const place = workload.namespace ?? namespace;
    const resource: Resource<LiveWorkload> = workload.kind === 'StatefulSet' ? statefulSets : deployments;
    const usable = live?.namespace === place ? live : undefined;
    return { workload, resource, namespace: place, end: this.#clock.now() + deadline, live: usable };
  }

  async #get({ path, query, action, end }: Get): Promise<unknown> {
    const timeout = Math.max(1, end - this.#clock.now());
    const { body } = await this.#transport.request({ path, ...(query ? { query } : {}), action, timeout });
    return body;
  }

  async #post(path: string, body: Json, end: number): Promise<unknown> {
    const timeout = Math.max(1, end - this.#clock.now());
    return (await this.#transport.request({ method: 'POST', path, body, action: 'ask for rights', timeout })).body;
  }

  async #liveObject({
    workload: { kind, name },
    resource,
    namespace,
    end,
    live,
  }: Question): Promise<Fact<Json | null>> {
    if (name === undefined) return { state: 'unavailable', reason: 'The manifest has no metadata.name.' };
    const path = pathOf({ ...resource, namespace, name });
    const load = (): Promise<Fact<Json | null>> =>
      this.#cache.get(path, () =>
        orAbsent(this.#get({ path, action: `get ${resource.fullName} ${namespace}/${name}`, end }).then(record), null),
      );
    const fact = await load();
    if (fact.state !== 'known' || live?.connectionState.kind !== 'live' || !live.synced) return fact;
    // What a watch has seen since then makes the answer old.
    const seen = live.workload({ kind, namespace, name })?.resourceVersion;
    const got = fact.value === null ? undefined : record(fact.value.metadata).resourceVersion;
    if (seen === got) return fact;
    this.#cache.delete(path);
    return load();
  }

  async #pods(workload: Fact<LiveWorkload | null>, { live, end, namespace }: Question): Promise<Fact<readonly Pod[]>> {
    if (workload.state !== 'known') return workload;
    const { value } = workload;
    if (value === null) return { state: 'known', value: [] };
    const watched = live?.connectionState.kind === 'live' ? live.podsOf(value) : undefined;
    if (watched) return { state: 'known', value: watched };
    return this.#cache.get(`pods/${value.uid}/${value.resourceVersion}`, async () => {
      const query = { labelSelector: selectorText(value.selector) };
      const path = pathOf({ ...pods, namespace });
      const body = record(await this.#get({ path, query, action: `list pods in ${namespace}`, end }));
      return records(body.items)
        .map(pods.project)
        .filter(({ ownerUid }) => (value.kind === 'StatefulSet' ? ownerUid === value.uid : ownerUid !== undefined));
    });
  }

  #list<T>(path: string, plural: string, { question, read }: Listing<T>): Promise<Fact<readonly T[]>> {
    return this.#cache.get(path, async () => {
      const action = `list ${plural} in ${question.namespace}`;
      return records(record(await this.#get({ path, action, end: question.end })).items).map(read);
    });
  }

  /** One GET per name: a list would carry every Secret of the namespace, and asks for a larger right. */
  async #each<T>(
    names: readonly string[],
    plural: string,
    { question, read, absent }: Each<T>,
  ): Promise<Fact<ReadonlyMap<string, T>>> {
    const { namespace, end } = question;
    const facts = await Promise.all(
      names.map((name) => {
        const path = pathOf({ api: '/api/v1', plural, namespace, name });
        const action = `get ${plural} ${namespace}/${name}`;
        return this.#cache.get(path, () =>
          orAbsent(
            this.#get({ path, action, end }).then((body) => read(record(body))),
            absent,
          ),
        );
      }),
    );
    const map = new Map<string, T>();
    for (const [index, fact] of facts.entries()) {
      if (fact.state !== 'known') return fact;
      map.set(names[index] ?? '', fact.value);
    }
    return { state: 'known', value: map };
  }

  /** Apply needs `patch`, and `create` as well when the object does not exist yet. */
  async #access(object: Fact<Json | null>, question: Question): Promise<Fact<Access>> {
    const verbs = object.state === 'known' && object.value === null ? ['patch', 'create'] : ['patch'];
    const facts = await Promise.all(verbs.map((verb) => this.#mayI(verb, question)));
    const denied = facts.find((fact) => fact.state !== 'known' || !fact.value.allowed) ?? facts.at(-1);
    if (denied?.state !== 'known' || denied.value.allowed) return denied ?? { state: 'unavailable', reason: '' };
    const user = await this.#cache.get('user', async () => {
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      return userOf(await this.#post('/apis/authentication.k8s.io/v1/selfsubjectreviews', review, question.end));
    });
    return { state: 'known', value: { ...denied.value, user: user.state === 'known' ? user.value : undefined } };
  }

  #mayI(verb: string, { resource, namespace, workload: { name }, end }: Question): Promise<Fact<Access>> {
    return this.#cache.get(`access/${verb}/${resource.fullName}/${namespace}/${name}`, async () => {
      const resourceAttributes = { verb, group: 'apps', resource: resource.plural, namespace, name };
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      };
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      const { allowed, reason } = reviewOf(await this.#post(path, review, end));
      return { allowed, verb, resource: resource.fullName, user: undefined, reason };
    });
  }
}

interface Question {
  readonly workload: WorkloadSpec;
  readonly resource: Resource<LiveWorkload>;
  readonly namespace: string;
  /** On the clock, when to give up. */
  readonly end: number;
  readonly live: LiveCluster | undefined;
}

interface Get {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly action: string;
  readonly end: number;
}

interface Listing<T> {
  readonly question: Question;
  readonly read: (object: Json) => T;
}

interface Each<T> extends Listing<T> {
  /** The value for a name that does not exist. */
  readonly absent: T;
}

async function orAbsent<T, A>(value: Promise<T>, absent: A): Promise<T | A> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return absent;
    throw error;
  }
}

function mapFact<T, U>(fact: Fact<T>, map: (value: T) => U): Fact<U> {
  return fact.state === 'known' ? { state: 'known', value: map(fact.value) } : fact;
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

export function selectorText({ matchLabels, matchExpressions }: LabelSelector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const others = matchExpressions.map(({ key, operator, values }) => {
    if (operator === 'Exists') return key;
    return operator === 'DoesNotExist' ? `!${key}` : `${key} ${operator.toLowerCase()} (${values.join(',')})`;
  });
  return [...equal, ...others].join(',');
}
