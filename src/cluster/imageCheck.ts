import { type ImageAnswer, imageFindings, imagesToAsk } from '../core/causes/imagePull/imageNotFound';
import type { CheckResult } from '../core/causes/checkWorkload';
import { isKeyFor } from '../core/kube/imageReference';
import { readWorkloadSpec } from '../core/kube/readWorkloadSpec';
import type { WorkloadSpec } from '../core/kube/workloadSpec';
import type { Clock } from './clock';
import type { ClusterFacts } from './factQuestion';
import { askRegistry, type LoginFor, type RegistryUrl, registryUrl } from './imageRegistry';
import { type Json, record, records, text } from './json';

/** What is said of images; `notChecked` names the registries that did not answer. */
export type ImageCheck = Pick<CheckResult, 'findings' | 'notChecked'>;

/** What the cluster adds; without one the registries are asked as anybody. */
export interface ClusterOfImages {
  /** An object of the workload's namespace; `null` when there is none or it may not be read. */
  get(plural: string, name: string): Promise<Json | null>;
  facts(workload: WorkloadSpec): Promise<Pick<ClusterFacts, 'liveObject' | 'nodes'>>;
}

/** Long enough for the pauses of one who types; a tag that was pushed meanwhile is soon seen. */
const FRESH_MS = 120_000;

/** Answers of registries, by image and by who asked. */
export class ImageChecker {
  readonly #clock: Clock;
  readonly #env: NodeJS.ProcessEnv;
  readonly #urlOf: RegistryUrl;
  readonly #known = new Map<string, { readonly answer: Promise<ImageAnswer>; readonly until: number }>();

  constructor({ clock, env, urlOf = registryUrl }: { clock: Clock; env: NodeJS.ProcessEnv; urlOf?: RegistryUrl }) {
    this.#clock = clock;
    this.#env = env;
    this.#urlOf = urlOf;
  }

  /** Never throws. */
  async check(object: Json, cluster?: ClusterOfImages): Promise<ImageCheck> {
    const workload = readWorkloadSpec(object);
    const images = workload ? imagesToAsk(object, workload) : [];
    if (!workload || images.length === 0) return { findings: [], notChecked: [] };
    const loginFor = cluster ? await loginsOf(object, cluster) : () => undefined;
    const [answers, facts] = await Promise.all([
      Promise.all(images.map(async (image) => [image, await this.#ask(image, loginFor)] as const)),
      cluster?.facts(workload),
    ]);
    const live = facts?.liveObject.state === 'known' ? facts.liveObject.value : undefined;
    const onNodes = facts?.nodes.state === 'known' ? facts.nodes.value.flatMap((node) => node.images) : [];
    return imageFindings({ object, workload, answers: new Map(answers), live, onNodes });
  }

  #ask(image: string, loginFor: LoginFor): Promise<ImageAnswer> {
    const now = this.#clock.now();
    for (const [key, { until }] of this.#known) if (now >= until) this.#known.delete(key);
    const known = this.#known.get(image);
    if (known) return known.answer;
    const answer = askRegistry({ image, loginFor, urlOf: this.#urlOf, env: this.#env });
    this.#known.set(image, { answer, until: now + FRESH_MS });
    // A login may be there the next time.
    void answer.then(({ kind }) => {
      if (kind === 'unknown') this.#known.delete(image);
    });
    return answer;
  }
}

/** The pull secrets of the pod or, when it names none, of its ServiceAccount (plugin/pkg/admission/serviceaccount). */
async function loginsOf(object: Json, cluster: ClusterOfImages): Promise<LoginFor> {
  const pod = record(record(record(object.spec).template).spec);
  const own = namesOf(pod.imagePullSecrets);
  const account = text(pod.serviceAccountName) ?? 'default';
  const names = own.length > 0 ? own : namesOf((await cluster.get('serviceaccounts', account))?.imagePullSecrets);
  const secrets = await Promise.all(names.map((name) => cluster.get('secrets', name)));
  const logins = secrets.flatMap((secret) => (secret ? loginsIn(secret) : []));
  return (registry) => logins.find(([key]) => isKeyFor(key, registry))?.[1];
}

function namesOf(value: unknown): readonly string[] {
  return records(value).flatMap(({ name }) => text(name) ?? []);
}

function loginsIn(secret: Json): readonly (readonly [key: string, login: string])[] {
  const data = record(secret.data);
  const [newer, older] = [text(data['.dockerconfigjson']), text(data['.dockercfg'])];
  try {
    const config: unknown = JSON.parse(Buffer.from(newer ?? older ?? '', 'base64').toString());
    return Object.entries(record(newer === undefined ? config : record(config).auths)).flatMap(([key, value]) => {
      const { auth, username, password } = record(value);
      const pair = `${text(username) ?? ''}:${text(password) ?? ''}`;
      const login = text(auth) || (pair === ':' ? undefined : Buffer.from(pair).toString('base64'));
      return login === undefined ? [] : [[key, login] as const];
    });
  } catch {
    return [];
  }
}
