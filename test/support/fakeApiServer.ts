import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** How one request is answered instead. `cut`: the connection ends; `hang`: nothing comes. */
export type Fault =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string | string[]>> }
  | 'cut'
  | 'hang';

interface Stored {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

interface Watch {
  readonly collection: string;
  readonly response: ServerResponse;
}

/** An API server on loopback: lists in pages, watches, and does wrong when told. */
export class FakeApiServer {
  readonly received: Received[] = [];
  /** What a watch does that is asked to send its objects first. */
  initialEvents: 'sent' | 'refused' | 'ignored' = 'sent';
  /** Connections end before anything is answered. */
  absent = false;
  pageSize = 2;
  /** Versions before this one are no longer known. */
  oldest = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #collections = new Map<string, Map<string, Stored>>();
  readonly #history: { readonly collection: string; readonly type: string; readonly object: Stored }[] = [];
  readonly #watches = new Set<Watch>();
  readonly #faults: { readonly matches: (request: Received) => boolean; readonly fault: Fault }[] = [];
  readonly #rules: ((request: Received) => Fault | undefined)[] = [];
  #version = 100;
  #uid = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#receive(request, response));
    this.#server.on('connection', (socket) => {
      if (this.absent) socket.destroy();
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<FakeApiServer> {
    const fake = new FakeApiServer();
    await new Promise<void>((done) => fake.#server.listen(0, '127.0.0.1', done));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  get watchRequests(): readonly Received[] {
    return this.received.filter(({ query }) => query.watch === 'true');
  }

  get version(): string {
    return String(this.#version);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  /** Answers the next request (that matches) with a fault. */
  fail(fault: Fault, matches: (request: Received) => boolean = () => true): void {
    this.#faults.push({ matches, fault });
  }

  /** From now on answers so whatever the rule has an answer for. */
  always(rule: (request: Received) => Fault | undefined): void {
    this.#rules.push(rule);
  }

  /** Stores an object, as new or changed, and tells the watches. */
  put(collection: string, name: string, more: Readonly<Record<string, unknown>> = {}): void {
    const objects = this.#collection(collection);
    const known = objects.get(name);
    const metadata = {
      ...(more.metadata as object | undefined),
      name,
      namespace: /namespaces\/([^/]+)/.exec(collection)?.[1] ?? '',
      uid: known?.metadata.uid ?? `uid-${++this.#uid}`,
      resourceVersion: String(++this.#version),
    };
    const object = { kind: 'Thing', ...more, metadata };
    objects.set(name, object);
    this.#tell(collection, known ? 'MODIFIED' : 'ADDED', object);
  }

  remove(collection: string, name: string): void {
    const objects = this.#collection(collection);
    const known = objects.get(name);
    if (!known) throw new Error(`no ${name} in ${collection}`);
    objects.delete(name);
    this.#tell(collection, 'DELETED', {
      ...known,
      metadata: { ...known.metadata, resourceVersion: String(++this.#version) },
    });
  }

  bookmark(): void {
    for (const { response } of this.#watches) send(response, 'BOOKMARK', bookmarkOf(String(++this.#version)));
  }

  /** Says at last that all objects were sent. */
  endInitialEvents(): void {
    for (const { response } of this.#watches) send(response, 'BOOKMARK', bookmarkOf(String(this.#version), true));
  }

  /** Writes these very bytes to the watches. */
  write(bytes: string): void {
    for (const { response } of this.#watches) response.write(bytes);
  }

  endWatches(): void {
    for (const { response } of this.#watches) response.end();
  }

  cutWatches(): void {
    for (const { response } of this.#watches) response.destroy();
  }

  #collection(path: string): Map<string, Stored> {
    const known = this.#collections.get(path) ?? new Map<string, Stored>();
    this.#collections.set(path, known);
    return known;
  }

  #objectsAt(path: string): readonly Stored[] {
    const there = [...this.#collections].filter(([collection]) => contains(path, collection));
    return there.flatMap(([, objects]) => [...objects.values()]);
  }

  #tell(collection: string, type: string, object: Stored): void {
    this.#history.push({ collection, type, object });
    for (const watch of this.#watches) if (contains(watch.collection, collection)) send(watch.response, type, object);
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '', 'http://fake');
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const content = Buffer.concat(chunks).toString();
    const request: Received = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
      body: content === '' ? undefined : (JSON.parse(content) as unknown),
    };
    this.received.push(request);
    const index = this.#faults.findIndex(({ matches }) => matches(request));
    const [planned] = index < 0 ? [] : this.#faults.splice(index, 1);
    const wrong = planned?.fault ?? this.#rules.map((rule) => rule(request)).find((fault) => fault !== undefined);
    if (wrong) answerWrong(response, wrong);
    else if (request.query.watch === 'true') this.#watch(request, response);
    else this.#list(request, response);
  }

  #list({ path, query }: Received, response: ServerResponse): void {
    const objects = this.#objectsAt(path);
    const start = Number(query.continue ?? 0);
    const end = query.limit === undefined ? objects.length : start + Math.min(this.pageSize, Number(query.limit));
    const metadata = {
      resourceVersion: String(this.#version),
      ...(end < objects.length ? { continue: String(end) } : {}),
    };
    answer(response, 200, { kind: 'List', metadata, items: objects.slice(start, end) });
  }

  #watch({ path, query }: Received, response: ServerResponse): void {
    const initial = query.sendInitialEvents === 'true';
    if (initial && this.initialEvents === 'refused') {
      const message = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
      answer(response, 422, { kind: 'Status', reason: 'Invalid', message, code: 422 });
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const from = Number(query.resourceVersion ?? 0);
    if (!initial && from < this.oldest) {
      send(response, 'ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' });
      response.end();
      return;
    }
    const watch = { collection: path, response };
    this.#watches.add(watch);
    response.once('close', () => this.#watches.delete(watch));
    if (initial) {
      for (const object of this.#objectsAt(path)) send(response, 'ADDED', object);
      if (this.initialEvents === 'sent') send(response, 'BOOKMARK', bookmarkOf(String(this.#version), true));
    } else {
      const missed = this.#history.filter(({ object }) => Number(object.metadata.resourceVersion) > from);
      for (const { collection, type, object } of missed) if (contains(path, collection)) send(response, type, object);
    }
  }
}

/** Without a namespace a path means the objects of all namespaces. */
function contains(path: string, collection: string): boolean {
  return path === collection || path === collection.replace(/\/namespaces\/[^/]+/, '');
}

function bookmarkOf(resourceVersion: string, initialEventsEnd = false) {
  const annotations = initialEventsEnd ? { 'k8s.io/initial-events-end': 'true' } : {};
  return { kind: 'Thing', metadata: { resourceVersion, annotations } };
}

function send(response: ServerResponse, type: string, object: unknown): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function answerWrong(response: ServerResponse, fault: Fault): void {
  if (fault === 'hang') return;
  if (fault === 'cut') {
    response.destroy();
    return;
  }
  for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
  answer(
    response,
    fault.status,
    fault.body ?? { kind: 'Status', message: `fault ${fault.status}`, code: fault.status },
  );
}
