import type { Access, Fact, ServerVersion } from '../core/causes/facts';
import type { Rights } from '../core/causes/factObjects';
import { mayDo } from '../core/causes/rights';
import { referencesOf } from '../core/kube/readWorkloadSpec';
import type { WorkloadSpec } from '../core/kube/workloadSpec';
import type { LiveWorkload } from '../core/objects';
import { type Clock, reasonOf } from './clock';
import { FactCache } from './factCache';
import {
  configMapKeysOf,
  limitRangeOf,
  quotaOf,
  reviewOf,
  rightsOf,
  secretOf,
  serverVersionOf,
  serviceAccountOf,
  userOf,
} from './factReaders';
import { FactSource, orNull } from './factSource';
import type { ClusterFacts, FactsRequest, Question } from './factQuestion';
import { type Json, record } from './json';
import { placeFacts } from './placeFacts';
import { podFacts } from './podFacts';
import { type Resource, deployments, pathOf, statefulSets } from './resources';
import type { Transport } from './transport';
import { t } from '../util/l10n';

const DEADLINE_MS = 5_000;

/** Asks the cluster what rules need to know about one workload: at once, at most once in half a minute, never for long. */
export class FactFinder {
  readonly #source: FactSource;
  readonly #clock: Clock;
  #version: Promise<Fact<ServerVersion>> | undefined;

  constructor(transport: Transport, clock: Clock) {
    this.#source = new FactSource(transport, clock);
    this.#clock = clock;
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

  /** After a write: nothing that was known about the objects of a namespace holds any more. */
  forget(): void {
    this.#source.cache.clear();
  }

  async #find(request: FactsRequest): Promise<ClusterFacts> {
    const source = this.#source;
    const question = this.#questionOf(request);
    const { workload, namespace, end } = question;
    const core = { api: '/api/v1', namespace, end };
    const list = { end, where: t` in ${namespace}` };
    const object = this.#liveObject(question);
    const account = workload.template.serviceAccountName ?? 'default';
    const accounts = source.named([account], { ...core, plural: 'serviceaccounts', read: serviceAccountOf });
    const rights = this.#rights(question);
    const ofConfigMaps = { ...core, plural: 'configmaps', read: configMapKeysOf };
    const [own, place, pods, serverVersion, quotas, limitRanges, serviceAccounts, configMaps, secrets, access] =
      await Promise.all([
        object,
        placeFacts(question, source),
        podFacts(object, question, source),
        this.serverVersion(end),
        source.list({ ...list, ...collection(namespace, 'resourcequotas'), read: quotaOf }),
        source.list({ ...list, ...collection(namespace, 'limitranges'), read: limitRangeOf }),
        accounts,
        source.named(namesOf(workload, 'ConfigMap'), ofConfigMaps),
        accounts.then((fact) => {
          // The server gives a pod without pull secrets those of its account (plugin/pkg/admission/serviceaccount).
          const given = fact.state === 'known' ? (fact.value.get(account)?.imagePullSecrets ?? []) : [];
          const ownPull = workload.template.imagePullSecrets;
          const names = [
            ...namesOf(workload, 'Secret'),
            ...(ownPull.length > 0 ? ownPull.map(({ name }) => name) : given),
          ];
          // A release of Helm is a Secret of up to a megabyte, and no pod uses it.
          const query = { fieldSelector: 'type!=helm.sh/release.v1' };
          return source.named([...new Set(names)], { ...core, plural: 'secrets', query, read: secretOf });
        }),
        Promise.all([object, rights]).then(([live, known]) => this.#access(live, known, question)),
      ]);
    const facts = { serverVersion, liveObject: own, quotas, limitRanges, serviceAccounts, configMaps, secrets, access };
    return { ...facts, ...place, ...pods, rights: await rights };
  }

  /** Asked once: a server that is upgraded ends its connections, and is asked again by whoever connects anew. */
  serverVersion(end: number): Promise<Fact<ServerVersion>> {
    this.#version ??= new FactCache(this.#clock).get('version', async () =>
      serverVersionOf(await this.#source.get({ path: '/version', action: t`read the version`, end })),
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

  async #liveObject({
    workload: { kind, name },
    resource,
    namespace,
    end,
    live,
  }: Question): Promise<Fact<Json | null>> {
    if (name === undefined) return { state: 'unavailable', reason: t`The manifest has no metadata.name.` };
    const { cache } = this.#source;
    const path = pathOf({ ...resource, namespace, name });
    const action = t`get ${resource.fullName} ${namespace}/${name}`;
    const load = (): Promise<Fact<Json | null>> =>
      cache.get(path, () => orNull(this.#source.get({ path, action, end }).then(record)));
    const fact = await load();
    if (fact.state !== 'known' || live?.connectionState.kind !== 'live' || !live.synced) return fact;
    // What a watch has seen since then makes the answer old, and with it what is known of the pods.
    const seen = live.workload({ kind, namespace, name })?.resourceVersion;
    const got = fact.value === null ? undefined : record(fact.value.metadata).resourceVersion;
    if (seen === got) return fact;
    cache.delete(path);
    return load();
  }

  #rights({ namespace, end }: Question): Promise<Fact<Rights>> {
    return this.#source.cache.get(`rights/${namespace}`, async () => {
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        spec: { namespace },
      };
      return rightsOf(await this.#source.post('/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', review, end));
    });
  }

  /** Apply needs `patch`, and `create` as well when the object does not exist yet. */
  async #access(object: Fact<Json | null>, rights: Fact<Rights>, question: Question): Promise<Fact<Access>> {
    const verbs = object.state === 'known' && object.value === null ? ['patch', 'create'] : ['patch'];
    const facts = await Promise.all(verbs.map((verb) => this.#mayI(verb, rights, question)));
    const denied = facts.find((fact) => fact.state !== 'known' || !fact.value.allowed) ?? facts.at(-1);
    if (denied?.state !== 'known' || denied.value.allowed) return denied ?? { state: 'unavailable', reason: '' };
    const user = await this.#source.cache.get('user', async () => {
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      return userOf(await this.#source.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', review, question.end));
    });
    return { state: 'known', value: { ...denied.value, user: user.state === 'known' ? user.value : undefined } };
  }

  /** The list of rights answers for every verb at once; where it may lack some, what it lacks is asked for by itself. */
  #mayI(verb: string, rights: Fact<Rights>, question: Question): Promise<Fact<Access>> {
    const { resource, namespace, workload, end } = question;
    const { name } = workload;
    const access = { verb, resource: resource.fullName, user: undefined, reason: undefined };
    if (rights.state === 'known') {
      const allowed = mayDo(rights.value, { verb, group: 'apps', resource: resource.plural, name });
      if (allowed || !rights.value.incomplete)
        return Promise.resolve({ state: 'known', value: { ...access, allowed } });
    }
    return this.#source.cache.get(`access/${verb}/${resource.fullName}/${namespace}/${name}`, async () => {
      const resourceAttributes = { verb, group: 'apps', resource: resource.plural, namespace, name };
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      };
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      const { allowed, reason } = reviewOf(await this.#source.post(path, review, end));
      return { ...access, allowed, reason };
    });
  }
}

function collection(namespace: string, plural: string): { readonly plural: string; readonly path: string } {
  return { plural, path: pathOf({ api: '/api/v1', plural, namespace }) };
}

function namesOf(workload: WorkloadSpec, kind: 'ConfigMap' | 'Secret'): readonly string[] {
  return [
    ...new Set(
      referencesOf(workload)
        .filter((reference) => reference.kind === kind)
        .map(({ name }) => name),
    ),
  ];
}
