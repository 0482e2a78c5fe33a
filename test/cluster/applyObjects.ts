import { parseAllDocuments } from 'yaml';
import { expectOk, type Api, type ApiObject } from './apiClient';

interface Discovery {
  resources: { name: string; kind: string; namespaced: boolean }[];
}

/** Server-side apply as `kubectl apply --server-side --force-conflicts` does it, by default with the same field manager. */
export class ObjectApplier {
  readonly #api: Api;
  readonly #discovered = new Map<string, Discovery>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** `namespace` counts for namespaced objects that name none. Any refusal is an error with the server's message. */
  async apply(input: object | string, namespace = 'default', manager = 'kubectl'): Promise<ApiObject[]> {
    const applied: ApiObject[] = [];
    for (const object of objectsOf(input)) applied.push(await this.#applyOne(object, { namespace, manager }));
    return applied;
  }

  async #applyOne(
    object: ApiObject,
    { namespace, manager }: { namespace: string; manager: string },
  ): Promise<ApiObject> {
    const { apiVersion = '', kind = '', metadata = {} } = object;
    const what = `apply ${kind} ${metadata.name ?? '(no name)'}`;
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resource = (await this.#discover(base, what)).resources.find(
      (each) => each.kind === kind && !each.name.includes('/'),
    );
    if (!resource || !metadata.name) throw new Error(`${what}: needs a name and a known kind in ${apiVersion}.`);
    const folder = resource.namespaced ? `${base}/namespaces/${metadata.namespace ?? namespace}` : base;
    return expectOk(
      this.#api('PATCH', `${folder}/${resource.name}/${metadata.name}?fieldManager=${manager}&force=true`, object, {
        'content-type': 'application/apply-patch+yaml', // JSON is YAML
      }),
      what,
    );
  }

  async #discover(base: string, what: string): Promise<Discovery> {
    const known = this.#discovered.get(base);
    if (known) return known;
    const found = await expectOk<Discovery>(this.#api('GET', base), what);
    this.#discovered.set(base, found);
    return found;
  }
}

function objectsOf(input: object | string): ApiObject[] {
  if (typeof input !== 'string') return [input as ApiObject];
  return parseAllDocuments(input)
    .map((document) => {
      const problem = document.errors[0];
      if (problem) throw new Error(`The YAML to apply: ${problem.message}`);
      return document.toJS() as ApiObject | null;
    })
    .filter((object) => object !== null);
}
