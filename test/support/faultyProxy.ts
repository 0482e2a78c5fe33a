import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, type Server, type ServerOptions, createServer, request as forward } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface Passed {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly isWatch: boolean;
  readonly at: number;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What is sent instead of one line of a watch; `cut`: the connection is reset after these bytes. */
export interface Line {
  readonly bytes: string | Buffer;
  readonly cut?: boolean;
}

interface Watch {
  readonly url: string;
  readonly response: ServerResponse;
  rest: Buffer;
}

export interface FaultyProxyOptions {
  /** Port of the API server on 127.0.0.1. */
  readonly port: number;
  readonly ca: Buffer;
  /** What it shows as its own certificate. */
  readonly certificate: ServerOptions;
  /** 127.0.0.1 when left out. */
  readonly host?: string;
}

/**
 * Stands in front of an API server, hands everything on, who asks included, and does wrong when told. Loopback itself
 * loses nothing, so each fault is exact: after this line, from this request on.
 */
export class FaultyProxy {
  readonly passed: Passed[] = [];
  readonly #options: FaultyProxyOptions;
  readonly #server: Server;
  readonly #onward: Agent;
  /** By the port of the other end: what is below TLS can be reset, what is above it is seen in requests. */
  readonly #sockets = new Map<number, Socket>();
  readonly #dead = new Set<number>();
  /** Connections over which nothing has been asked yet. */
  readonly #fresh = new Set<number>();
  /** Connections over which somebody waits for an answer, which for a watch is its beginning. */
  readonly #asking = new Set<number>();
  readonly #watches = new Set<Watch>();
  #answer: ((passed: Passed) => Answer | undefined) | undefined;
  #line: ((line: Buffer, watch: string) => Line | undefined) | undefined;
  #isClosed = false;

  private constructor(options: FaultyProxyOptions) {
    this.#options = options;
    this.#onward = new Agent({ keepAlive: true, ca: options.ca });
    this.#server = createServer(options.certificate, (request, response) => {
      this.#receive(request, response);
    });
    this.#server.on('connection', (socket: Socket) => {
      if (this.#isClosed) socket.resetAndDestroy();
      const port = socket.remotePort ?? 0;
      this.#sockets.set(port, socket);
      this.#fresh.add(port);
      socket
        .on('error', () => undefined)
        .once('close', () => {
          this.#sockets.delete(port);
          this.#dead.delete(port);
          this.#fresh.delete(port);
          this.#asking.delete(port);
        });
    });
    // A client that does not trust our certificate ends the connection: that is its right.
    this.#server.on('tlsClientError', () => undefined);
  }

  static async start(options: FaultyProxyOptions): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(options);
    await new Promise<void>((done) => proxy.#server.listen(0, options.host ?? '127.0.0.1', done));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Whether somebody is about to connect, or waits for an answer, over a connection that is not dead. */
  get isBusy(): boolean {
    return [...this.#fresh, ...this.#asking].some((port) => !this.#dead.has(port));
  }

  /** Their paths, in order. */
  get openWatches(): readonly string[] {
    return [...this.#watches].map(({ url }) => url.replace(/\?.*/, '')).sort();
  }

  /** Answers in the API server's place, until told otherwise; `undefined`: it answers itself. */
  answer(with_: ((passed: Passed) => Answer | undefined) | undefined): void {
    this.#answer = with_;
  }

  /** Changes lines of watches, until told otherwise; `undefined`: the line goes on as it is. */
  alterLines(change: ((line: Buffer, watch: string) => Line | undefined) | undefined): void {
    this.#line = change;
  }

  /** Ends all connections without a word of farewell. */
  reset(): void {
    for (const socket of this.#sockets.values()) socket.resetAndDestroy();
  }

  /** Takes no connections any more, or takes them again. */
  set closed(closed: boolean) {
    this.#isClosed = closed;
    if (closed) this.reset();
  }

  /** From now on nothing passes over the connections that are open, and nobody is told. */
  kill(): void {
    for (const port of this.#sockets.keys()) this.#dead.add(port);
  }

  /** New connections see this certificate. */
  show(certificate: ServerOptions): void {
    this.#server.setSecureContext(certificate);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.#onward.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const passed: Passed = {
      method: request.method ?? '',
      url: request.url ?? '',
      isWatch: /[?&]watch=true/.test(request.url ?? ''),
      at: Date.now(),
    };
    const port = request.socket.remotePort ?? 0;
    this.#fresh.delete(port);
    if (this.#isDead(request)) return;
    this.#asking.add(port);
    const answered = (): void => {
      this.#asking.delete(port);
    };
    response.once('close', answered);
    this.passed.push(passed);
    const answer = this.#answer?.(passed);
    if (answer) {
      request.resume();
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.body ?? JSON.stringify({ kind: 'Status', code: answer.status, message: 'a planned fault' }));
      return;
    }
    const { method, url, headers } = request;
    const asked = {
      host: '127.0.0.1',
      port: this.#options.port,
      agent: this.#onward,
      path: url,
      headers,
      ...(method && { method }),
    };
    const onward = forward(asked, (incoming) => {
      response.writeHead(incoming.statusCode ?? 0, incoming.headers);
      if (!passed.isWatch || incoming.statusCode !== 200) {
        incoming.on('error', () => response.destroy()).pipe(response);
        return;
      }
      answered();
      this.#follow(passed.url, { answered: incoming, response });
    });
    onward.on('error', () => {
      this.#resetOne(request);
    });
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  #follow(url: string, { answered, response }: { answered: IncomingMessage; response: ServerResponse }): void {
    const watch: Watch = { url, response, rest: Buffer.alloc(0) };
    this.#watches.add(watch);
    response.flushHeaders();
    response.on('error', () => undefined).once('close', () => this.#watches.delete(watch));
    answered.on('data', (chunk: Buffer) => {
      this.#pass(watch, chunk);
    });
    answered.on('error', () => {
      if (!this.#isDead(response)) this.#resetOne(response);
    });
    answered.on('end', () => {
      if (!this.#isDead(response)) response.end();
    });
  }

  #isDead({ socket }: IncomingMessage | ServerResponse): boolean {
    return this.#dead.has(socket?.remotePort ?? 0);
  }

  #resetOne({ socket }: IncomingMessage | ServerResponse): void {
    this.#sockets.get(socket?.remotePort ?? 0)?.resetAndDestroy();
  }

  #pass(watch: Watch, chunk: Buffer): void {
    const { response, url } = watch;
    watch.rest = Buffer.concat([watch.rest, chunk]);
    for (let end = watch.rest.indexOf(10); end >= 0; end = watch.rest.indexOf(10)) {
      const line = watch.rest.subarray(0, end + 1);
      watch.rest = watch.rest.subarray(end + 1);
      if (this.#isDead(response) || response.destroyed) continue;
      const altered = this.#line?.(line, url);
      if (!altered) response.write(line);
      else if (!altered.cut) response.write(altered.bytes);
      else
        response.write(altered.bytes, () => {
          this.#resetOne(response);
        });
      if (altered?.cut) return;
    }
  }
}
