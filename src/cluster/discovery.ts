import { ExpectedError } from '../util/errors';
import { ApiError } from './apiErrors';
import { record, records, text } from './json';
import type { Transport } from './transport';
import { t } from '../util/l10n';

export interface Kind {
  readonly api: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Which paths a kind has on this server. An answer is kept; a kind that is not in it is asked for once more. */
export class Discovery {
  readonly #transport: Transport;
  readonly #known = new Map<string, ReadonlyMap<string, Kind>>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Throws ExpectedError when the server has no such kind. */
  async kind(apiVersion: string, kind: string, signal?: AbortSignal): Promise<Kind> {
    const found = await this.find(apiVersion, kind, signal);
    if (found) return found;
    throw new ExpectedError(
      t`The API server ${this.#transport.server} has no ${kind} in ${apiVersion}. Is its CustomResourceDefinition installed, and does this version of Kubernetes have it?`,
    );
  }

  /** `undefined`: the server has no such kind. */
  async find(apiVersion: string, kind: string, signal?: AbortSignal): Promise<Kind | undefined> {
    return this.#known.get(apiVersion)?.get(kind) ?? (await this.#read(apiVersion, kind, signal)).get(kind);
  }

  async #read(apiVersion: string, kind: string, signal: AbortSignal | undefined): Promise<ReadonlyMap<string, Kind>> {
    const api = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const kinds = new Map<string, Kind>();
    try {
      const { body } = await this.#transport.request({
        path: api,
        action: t`look up ${kind} in ${apiVersion}`,
        signal,
      });
      for (const each of records(record(body).resources)) {
        const plural = text(each.name) ?? '';
        // `statefulsets/scale` has a kind too, but is a part of another.
        if (!plural.includes('/'))
          kinds.set(text(each.kind) ?? '', { api, plural, namespaced: each.namespaced === true });
      }
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
    this.#known.set(apiVersion, kinds);
    return kinds;
  }
}
