import type { RequestOptions } from 'node:https';
import path from 'node:path';
import { KubeConfig, type Cluster, type User } from '@kubernetes/client-node';
import { ExpectedError, isExpected } from '../util/errors';
import { type Clock, reasonOf } from './clock';
import { type ExecCredential, runExecPlugin } from './execPlugin';
import { type Json, isRecord, record, text, texts } from './json';
import type { KubeConfigEntry } from './kubeConfig';

/** What a request needs to be let in: it holds secrets and never goes into a log. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly tls: TlsMaterial;
  /** Counts how often credentials were found to be no longer good. */
  readonly generation: number;
}

export interface TlsMaterial {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

export interface CredentialsOptions {
  readonly cluster: KubeConfigEntry;
  readonly user: KubeConfigEntry;
  readonly clock: Clock;
}

const FRESH_MS = 5_000;
const TIMEOUT_MS = 60_000;
/** A token that ends within this time is taken as ended: the request has to arrive, and clocks differ. */
const EXPIRY_MARGIN_MS = 10_000;

/**
 * The way in for one user of one cluster. Ten requests at once cost one run of a plugin, since a plugin may open a browser
 * window each time.
 */
export class Credentials {
  readonly #options: CredentialsOptions;
  #config: KubeConfig;
  #exec: ExecCredential | undefined;
  #generation = 0;
  #current: { readonly result: Promise<Authorization>; until: number } | undefined;

  constructor(options: CredentialsOptions) {
    this.#options = options;
    this.#config = configOf(options);
  }

  /** Throws ExpectedError when a plugin fails, a file is missing or nothing comes within a minute. */
  async get(): Promise<Authorization> {
    const { clock } = this.#options;
    if (this.#current && clock.now() < this.#current.until) return this.#current.result;
    const current = { result: this.#renew(), until: Infinity };
    this.#current = current;
    try {
      const result = await current.result;
      current.until = clock.now() + FRESH_MS;
      return result;
    } catch (error) {
      if (this.#current === current) this.#current = undefined;
      throw error;
    }
  }

  /** After a 401: what was remembered is no longer good, unless it has been replaced since these were given out. */
  drop(used: Authorization): void {
    if (used.generation !== this.#generation) return;
    this.#generation++;
    this.#current = undefined;
    this.#exec = undefined;
    this.#config = configOf(this.#options);
  }

  async #renew(): Promise<Authorization> {
    const { user, clock } = this.#options;
    const controller = new AbortController();
    const timer = clock.after(TIMEOUT_MS, () => {
      controller.abort(new ExpectedError(`Signing in took longer than ${TIMEOUT_MS / 1000} s${byWhom(user.value)}.`));
    });
    const timeout = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => {
        reject(reasonOf(controller.signal));
      });
    });
    try {
      return await Promise.race([this.#authorize(controller.signal), timeout]);
    } catch (error) {
      throw isExpected(error) ? error : signInProblem(error);
    } finally {
      timer.dispose();
    }
  }

  async #authorize(signal: AbortSignal): Promise<Authorization> {
    const { user } = this.#options;
    const generation = this.#generation;
    // The client writes into these headers.
    const headers: Record<string, string> = {};
    const options: RequestOptions = { headers };
    await this.#config.applyToHTTPSOptions(options);
    const exec = await this.#credentialOfPlugin(signal);
    if (exec?.token !== undefined) headers.Authorization = `Bearer ${exec.token}`;
    if (typeof options.auth === 'string') {
      headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    }
    const { ca, servername, rejectUnauthorized } = options;
    const cert = exec?.certificate ?? options.cert;
    const key = exec?.key ?? options.key;
    return {
      generation,
      headers: { ...headers, ...impersonation(user.value) },
      tls: {
        ...(isMaterial(ca) ? { ca } : {}),
        ...(isMaterial(cert) ? { cert } : {}),
        ...(isMaterial(key) ? { key } : {}),
        ...(servername === undefined ? {} : { servername }),
        ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
      },
    };
  }

  async #credentialOfPlugin(signal: AbortSignal): Promise<ExecCredential | undefined> {
    const { user, cluster, clock } = this.#options;
    const { exec } = user.value;
    if (!isRecord(exec)) return undefined;
    if (this.#exec && (this.#exec.expires ?? Infinity) > clock.now() + EXPIRY_MARGIN_MS) return this.#exec;
    this.#exec = await runExecPlugin({ exec, folder: user.folder, cluster }, signal);
    return this.#exec;
  }
}

function isMaterial(value: unknown): value is string | Buffer {
  return typeof value === 'string' || Buffer.isBuffer(value);
}

function byWhom(user: Json): string {
  const command = text(record(user.exec).command);
  return command === undefined ? '' : `: the credential plugin ${command} did not answer`;
}

function signInProblem(error: unknown): ExpectedError {
  const { code, path: file } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && file) {
    return new ExpectedError(`The kubeconfig names the file ${file}, which does not exist.`, { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new ExpectedError(`Signing in failed: ${reason}`, { cause: error });
}

/** The client sends `as` only; groups, uid and extra are headers as well. */
function impersonation(user: Json): Record<string, string | readonly string[]> {
  const headers: Record<string, string | readonly string[]> = {};
  const groups = texts(user['as-groups']);
  const uid = text(user['as-uid']);
  if (groups.length > 0) headers['Impersonate-Group'] = groups;
  if (uid !== undefined) headers['Impersonate-Uid'] = uid;
  for (const [key, values] of Object.entries(record(user['as-user-extra']))) {
    headers[`Impersonate-Extra-${encodeURIComponent(key)}`] = texts(values);
  }
  return headers;
}

/** One cluster, one user: plugins are left out, they are run by ourselves; a proxy is the agent's business. */
function configOf({ cluster, user }: CredentialsOptions): KubeConfig {
  const config = new KubeConfig();
  const server = text(cluster.value.server) ?? '';
  const clientCluster: Cluster = defined({
    name: 'cluster',
    server,
    caData: text(cluster.value['certificate-authority-data']),
    caFile: fileOf(cluster, 'certificate-authority'),
    tlsServerName: text(cluster.value['tls-server-name']),
    // The client refuses servers without TLS unless checking is off, which says nothing about them.
    skipTLSVerify: cluster.value['insecure-skip-tls-verify'] === true || server.startsWith('http:'),
  });
  const tokenFile = fileOf(user, 'tokenFile') ?? fileOf(user, 'token-file');
  const clientUser: User = defined({
    name: 'user',
    certData: text(user.value['client-certificate-data']),
    certFile: fileOf(user, 'client-certificate'),
    keyData: text(user.value['client-key-data']),
    keyFile: fileOf(user, 'client-key'),
    token: tokenFile === undefined ? text(user.value.token) : undefined,
    username: text(user.value.username),
    password: text(user.value.password),
    impersonateUser: text(user.value.as),
    authProvider:
      tokenFile === undefined
        ? structuredClone(user.value['auth-provider'])
        : { name: 'tokenFile', config: { tokenFile } },
  });
  config.loadFromClusterAndUser(clientCluster, clientUser);
  return config;
}

function fileOf({ value, folder }: KubeConfigEntry, key: string): string | undefined {
  const file = text(value[key]);
  return file ? path.resolve(folder, file) : undefined;
}

/** Without the entries that are undefined, which the client's types do not allow. */
function defined<T extends object>(object: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
