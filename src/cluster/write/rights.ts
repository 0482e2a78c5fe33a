import { ExpectedError } from '../../util/errors';
import type { Clock } from '../clock';
import type { Discovery } from '../discovery';
import { reviewOf, type Review } from '../factReaders';
import type { Transport } from '../transport';
import { groupOf, type PlannedWrite, type WriteVerb } from './permit';

export interface MissingRight {
  /** As messages name it: `patch statefulsets.apps`. */
  readonly right: string;
  /** `undefined`: in all of the cluster. */
  readonly namespace: string | undefined;
  /** What the authorizer says of it, if anything. */
  readonly reason: string | undefined;
}

/** An answer is good for so long, in milliseconds: roles change seldom, and the server refuses in any case. */
const LIFETIME_MS = 30_000;

/** What the API server asks the authorizer for; a create is asked for on its own when an apply finds no object. */
const VERBS: Readonly<Record<WriteVerb, string>> = {
  apply: 'patch',
  own: 'patch',
  patch: 'patch',
  create: 'create',
  replace: 'update',
  delete: 'delete',
  exec: 'create',
};

interface Known {
  readonly asked: number;
  readonly review: Promise<Review>;
}

export interface RightsContext {
  readonly transport: Transport;
  readonly discovery: Discovery;
  readonly clock: Clock;
}

/** Whether the user may do what is planned, asked before it is tried. */
export class RightsReader {
  readonly #context: RightsContext;
  readonly #known = new Map<string, Known>();

  constructor(context: RightsContext) {
    this.#context = context;
  }

  /**
   * What is missing, each once. An object whose kind the server does not have yet, or a question that is not answered,
   * is left to the server's own answer. Throws nothing but the abort of the signal.
   */
  async missing(planned: readonly PlannedWrite[], signal?: AbortSignal): Promise<readonly MissingRight[]> {
    const missing = new Map<string, MissingRight>();
    for (const write of planned) {
      const found = await this.#missing(write, signal);
      if (found) missing.set(`${found.right} ${found.namespace ?? ''}`, found);
    }
    return [...missing.values()];
  }

  async #missing({ verb, target }: PlannedWrite, signal?: AbortSignal): Promise<MissingRight | undefined> {
    const { apiVersion, kind, name, subresource } = target;
    try {
      const { plural, namespaced } = await this.#context.discovery.kind(apiVersion, kind, signal);
      const attributes = {
        verb: VERBS[verb],
        group: groupOf(apiVersion),
        resource: plural,
        ...(subresource === undefined ? {} : { subresource }),
        ...(namespaced && target.namespace !== undefined ? { namespace: target.namespace } : {}),
      };
      // Who may do it to any object may do it to this one: of many documents most are one question.
      if ((await this.#ask(attributes, signal)).allowed) return undefined;
      const { allowed, reason } = await this.#ask({ ...attributes, name }, signal);
      if (allowed) return undefined;
      const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
      const right = `${attributes.verb} ${resource}${attributes.group === '' ? '' : `.${attributes.group}`}`;
      return { right, namespace: namespaced ? target.namespace : undefined, reason };
    } catch (error) {
      if (error instanceof ExpectedError) return undefined;
      throw error;
    }
  }

  #ask(attributes: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Review> {
    const { clock, transport } = this.#context;
    const key = JSON.stringify(attributes);
    const known = this.#known.get(key);
    if (known && clock.now() - known.asked < LIFETIME_MS) return known.review;
    const review = askForRight(transport, attributes, signal);
    this.#known.set(key, { asked: clock.now(), review });
    review.catch(() => this.#known.delete(key));
    return review;
  }
}

/** Stores nothing: a review is an answer that the server calls an object. */
export async function askForRight(
  transport: Transport,
  resourceAttributes: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<Review> {
  const { verb = '', resource = '' } = resourceAttributes;
  const { body } = await transport.request({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    },
    action: `ask for the right to ${verb} ${resource}`,
    signal,
  });
  return reviewOf(body);
}
