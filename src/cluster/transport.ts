import { setMaxListeners } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { Disposable } from '../util/disposable';
import { ExpectedError } from '../util/errors';
import { Emitter } from '../util/event';
import { Agents } from './agents';
import { type AnswerBody, readAnswer, retryAfterOf, warningsOf } from './answer';
import { apiError, connectionError, timeoutError } from './apiErrors';
import { type Clock, reasonOf } from './clock';
import type { Authorization, Credentials } from './credentials';
import { isOwnMachine } from './proxy';
import { RequestLife } from './requestLife';
import { Turns } from './turns';

export interface ApiRequest {
  /** All but `GET` go through `write/door.ts`, but for reviews of rights. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/apis/apps/v1/namespaces/db/statefulsets/web`, each part already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the whole answer is there (of a stream: its headers); 30 s when left out. */
  readonly timeout?: number;
  /** Instead of `timeout`, for large answers: milliseconds without a byte, so that a slow line is no failure. */
  readonly silence?: number;
  /** For messages: `list statefulsets in db`. */
  readonly action: string;
}

export interface ApiResponse extends AnswerBody {
  readonly status: number;
  /** The texts of `Warning` headers. */
  readonly warnings: readonly string[];
}

export interface TransportOptions {
  readonly server: URL;
  readonly proxy: string | undefined;
  readonly credentials: Credentials;
  readonly clock: Clock;
}

/** A list, or a watch that sends all objects first, costs the API server up to ten times what other requests cost. */
const LISTS_AT_ONCE = 2;
const CONNECT_TIMEOUT_MS = 10_000;
const TIMEOUT_MS = 30_000;

/**
 * Requests to one API server. Built on `http.ClientRequest`, never on `https.request`: VS Code replaces the latter and
 * drops our agent, and with it client certificates, kept connections and the kubeconfig's proxy.
 */
export class Transport implements Disposable {
  readonly #options: TransportOptions;
  readonly #agents: Agents;
  readonly #closed = new AbortController();
  readonly #compress: boolean;
  readonly #answer = new Emitter<void>();
  /** The server has answered, and not that it is in trouble. */
  readonly onDidAnswer = this.#answer.event;
  readonly #admission = new Emitter<void>();
  /** Somebody who was turned away has been let in: rights or logins have changed. */
  readonly onDidAdmit = this.#admission.event;
  /** To be taken by whoever asks for all objects of a collection. */
  readonly lists = new Turns(LISTS_AT_ONCE);

  constructor(options: TransportOptions) {
    this.#options = options;
    // One for each request that is under way: many of them are no leak.
    setMaxListeners(0, this.#closed.signal);
    this.#agents = new Agents(options);
    this.#compress = !isOwnMachine(options.server.hostname.replace(/^\[|\]$/g, ''));
  }

  /** The server in words, for messages. */
  get server(): string {
    return this.#options.server.href.replace(/\/$/, '');
  }

  /** Throws ApiError for an answer of 400 and above, ConnectionError without an answer, the abort itself when aborted. */
  async request(request: ApiRequest): Promise<ApiResponse> {
    const life = this.#lifeOf(request);
    try {
      const response = await this.#open(request, life);
      const { body, bytes } = await this.#bodyOf(response, life);
      return { status: response.statusCode ?? 0, body, bytes, warnings: warningsOf(response) };
    } catch (error) {
      throw life.signal.aborted ? reasonOf(life.signal) : error;
    } finally {
      life.end();
    }
  }

  /** Resolves with the headers; who asks reads the body and ends it by `destroy`. */
  async stream(request: ApiRequest): Promise<IncomingMessage> {
    const life = this.#lifeOf(request);
    try {
      const response = await this.#open(request, life);
      life.answered();
      response.once('close', life.end);
      return response;
    } catch (error) {
      life.end();
      throw life.signal.aborted ? reasonOf(life.signal) : error;
    }
  }

  /** To be called when connections may have died unseen: the next request opens one of its own. */
  closeIdle(): void {
    this.#agents.closeIdle();
  }

  /** A person asks to be let in: a login that failed a moment ago may be tried again. */
  forgiveLogin(): void {
    this.#options.credentials.forgive();
  }

  /** Whether a login stands behind it, which may ask a person for something. */
  get signsInByLogin(): boolean {
    return this.#options.credentials.byLogin;
  }

  /** To be called by who was turned away before. */
  admitted(): void {
    this.#admission.fire();
  }

  /** Runs once, when a file with a token or a certificate has been replaced since it was read. */
  onNewCredentials(run: () => void): Disposable {
    return this.#options.credentials.onceReplaced(run);
  }

  /** Ends all requests and connections. */
  dispose(): void {
    this.#closed.abort();
    this.#answer.dispose();
    this.#admission.dispose();
    this.#agents.dispose();
  }

  #lifeOf({ signal, silence, timeout = silence ?? TIMEOUT_MS }: ApiRequest): RequestLife {
    return new RequestLife({
      clock: this.#options.clock,
      signals: [this.#closed.signal, ...(signal ? [signal] : [])],
      timeout,
      bySilence: silence !== undefined,
      server: this.server,
    });
  }

  async #open(request: ApiRequest, life: RequestLife): Promise<IncomingMessage> {
    const { credentials } = this.#options;
    const { signal } = life;
    let authorization = await untilAborted(credentials.get(), signal);
    let response = await this.#send(request, { authorization, signal });
    if (response.statusCode === 401) {
      credentials.drop(authorization);
      const renewed = await untilAborted(credentials.get(), signal);
      // What has just been refused would be refused again.
      if (!isDeepStrictEqual({ ...renewed, generation: 0 }, { ...authorization, generation: 0 })) {
        response.resume();
        authorization = renewed;
        response = await this.#send(request, { authorization, signal });
      }
    }
    const status = response.statusCode ?? 0;
    if (status < 500 && status !== 429) this.#answer.fire();
    if (status < 400) return response;
    throw apiError({
      status,
      body: (await this.#bodyOf(response, life)).body,
      retryAfter: retryAfterOf(response, this.#options.clock.now()),
      action: request.action,
    });
  }

  async #send(request: ApiRequest, { authorization, signal }: Sending): Promise<IncomingMessage> {
    const agent = await this.#agents.agentFor(authorization.tls);
    try {
      return await this.#sendOnce(request, { authorization, signal, agent });
    } catch (error) {
      const lost = error instanceof LostConnection;
      // A kept connection may end at the moment it is used again. Reading may be repeated; a write never is.
      if (lost && error.reused && (request.method ?? 'GET') === 'GET' && !signal.aborted) {
        return await this.#sendOnce(request, { authorization, signal, agent }).catch((again: unknown) => {
          throw this.#inWords(again);
        });
      }
      throw this.#inWords(error);
    }
  }

  #inWords(error: unknown): unknown {
    return error instanceof LostConnection ? connectionError(error.cause, this.server) : error;
  }

  #sendOnce(request: ApiRequest, { authorization, signal, agent }: Sending & { readonly agent: http.Agent }) {
    const { server, clock } = this.#options;
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const query = request.query ? `?${new URLSearchParams(request.query).toString()}` : '';
    return new Promise<IncomingMessage>((resolve, reject) => {
      if (signal.aborted) {
        reject(reasonOf(signal));
        return;
      }
      const call = new http.ClientRequest({
        protocol: server.protocol,
        hostname: server.hostname.replace(/^\[|\]$/g, ''),
        port: server.port || (server.protocol === 'https:' ? 443 : 80),
        method: request.method ?? 'GET',
        path: `${server.pathname.replace(/\/$/, '')}${request.path}${query}`,
        agent,
        headers: {
          Accept: 'application/json',
          'User-Agent': 'ordinal',
          ...(this.#compress && request.query?.watch === undefined ? { 'Accept-Encoding': 'gzip' } : {}),
          ...(body ? { 'Content-Type': request.contentType ?? 'application/json', 'Content-Length': body.length } : {}),
          ...authorization.headers,
        },
      });
      const connecting = clock.after(CONNECT_TIMEOUT_MS, () => {
        call.destroy(timeoutError(this.server, CONNECT_TIMEOUT_MS / 1000, false));
      });
      const connected = (): void => {
        connecting.dispose();
      };
      const abort = (): void => {
        call.destroy(reasonOf(signal));
      };
      signal.addEventListener('abort', abort, { once: true });
      call.on('socket', (socket) => {
        if (call.reusedSocket) connected();
        else socket.once(server.protocol === 'https:' ? 'secureConnect' : 'connect', connected);
      });
      call.on('error', (error) => {
        connected();
        const known = error instanceof ExpectedError || signal.aborted;
        reject(known ? error : new LostConnection(error, call.reusedSocket));
      });
      call.on('response', (response) => {
        connected();
        resolve(response);
      });
      call.on('close', () => {
        connected();
        signal.removeEventListener('abort', abort);
      });
      call.end(body);
    });
  }

  #bodyOf(response: IncomingMessage, { heard }: RequestLife): Promise<AnswerBody> {
    return readAnswer(response, { server: this.server, onBytes: heard });
  }
}

interface Sending {
  readonly authorization: Authorization;
  readonly signal: AbortSignal;
}

class LostConnection extends Error {
  readonly reused: boolean;

  constructor(cause: Error, reused: boolean) {
    super(cause.message, { cause });
    this.reused = reused;
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(reasonOf(signal));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
