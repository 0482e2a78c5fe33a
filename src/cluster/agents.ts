import { createHash } from 'node:crypto';
import http from 'node:http';
import https, { type RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { Disposable } from '../util/disposable';
import type { TlsMaterial } from './credentials';

export interface AgentsOptions {
  readonly server: URL;
  /** `undefined`: connect directly. */
  readonly proxy: string | undefined;
}

/**
 * Keep-alive connections of one cluster and user. An agent belongs to its TLS material, by hash: a certificate that a
 * plugin has renewed gets connections of its own.
 */
export class Agents implements Disposable {
  readonly #options: AgentsOptions;
  readonly #agents = new Map<string, http.Agent>();

  constructor(options: AgentsOptions) {
    this.#options = options;
  }

  async agentFor(tls: TlsMaterial): Promise<http.Agent> {
    const key = hashOf(tls);
    const known = this.#agents.get(key);
    if (known) return known;
    const agent = this.#options.proxy === undefined ? this.#direct(tls) : await this.#through(this.#options.proxy, tls);
    const raced = this.#agents.get(key);
    if (raced) return raced;
    for (const earlier of this.#agents.values()) retire(earlier);
    this.#agents.clear();
    this.#agents.set(key, agent);
    return agent;
  }

  /** Closes the connections that nobody uses: after a sleep they look alive, and are not. */
  closeIdle(): void {
    for (const agent of this.#agents.values()) closeFree(agent);
  }

  dispose(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #direct(tls: TlsMaterial): http.Agent {
    return this.#options.server.protocol === 'https:'
      ? new https.Agent({ ...KEEP_ALIVE, ...tls })
      : new http.Agent(KEEP_ALIVE);
  }

  /** The client knows http, https and SOCKS proxies; its agents only have to be told to keep connections. */
  async #through(proxyUrl: string, tls: TlsMaterial): Promise<http.Agent> {
    const { server } = this.#options;
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: 'cluster', server: server.href, skipTLSVerify: server.protocol === 'http:', proxyUrl },
      { name: 'user' },
    );
    const options: RequestOptions = { ...tls };
    await config.applyToHTTPSOptions(options);
    const agent = options.agent as http.Agent & { keepAlive: boolean; protocol: string; defaultPort: number };
    // Without these a SOCKS agent guesses from the call stack, where `https.request` is missing.
    agent.protocol = server.protocol;
    agent.defaultPort = server.protocol === 'https:' ? 443 : 80;
    agent.keepAlive = true;
    return agent;
  }
}

/** `timeout` closes connections that nobody has used for so long; those in use are watched over by whoever uses them. */
const KEEP_ALIVE = { keepAlive: true, keepAliveMsecs: 30_000, maxFreeSockets: 8, timeout: 60_000 } as const;

/** Requests under way may end; no further one comes. */
function retire(agent: http.Agent): void {
  agent.maxFreeSockets = 0;
  closeFree(agent);
}

function closeFree(agent: http.Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

function hashOf(tls: TlsMaterial): string {
  const hash = createHash('sha256');
  for (const part of [tls.ca, tls.cert, tls.key, tls.servername, tls.rejectUnauthorized]) {
    const bytes = Buffer.isBuffer(part) ? part : Buffer.from(String(part));
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
}
