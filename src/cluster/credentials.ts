import { readFile, stat } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import path from 'node:path';
import { KubeConfig, type Cluster, type User } from '@kubernetes/client-node';
import { type Disposable, MutableDisposable, toDisposable } from '../util/disposable';
import { ExpectedError, isExpected } from '../util/errors';
import type { Clock } from './clock';
import { execLogin } from './execPlugin';
import { type Json, isRecord, record, text, texts } from './json';
import type { KubeConfigEntry } from './kubeConfig';
import { type Login, type LoginCredential, Logins } from './logins';
import { oidcLogin, usesOidc } from './oidc';
import { t } from '../util/l10n';

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
  /** Shared by all who may have the same user; its own when left out. */
  readonly logins?: Logins;
  readonly env?: NodeJS.ProcessEnv;
}

/** Files are read again after this time. */
const FRESH_MS = 5_000;
/** While the server does not take what is in them they are looked at so often. */
const LOOK_MS = 2_000;

/** The way in for one user of one cluster. */
export class Credentials {
  readonly #options: CredentialsOptions;
  readonly #login: Login | undefined;
  readonly #logins: Logins;
  #config: KubeConfig;
  #used: LoginCredential | undefined;
  #generation = 0;
  /** How the files were when they were read last. */
  #stamp: string | undefined;
  #current: { readonly result: Promise<Authorization>; until: number } | undefined;

  constructor(options: CredentialsOptions) {
    this.#options = options;
    this.#login = loginOf(options);
    this.#logins = options.logins ?? new Logins(options.clock);
    this.#config = configOf(options);
  }

  /** Throws ExpectedError when a login fails, or a file is missing. */
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
    this.#config = configOf(this.#options);
    if (this.#login && this.#used) this.#logins.refused(this.#login, this.#used);
  }

  /** A person asks to be let in: what failed a moment ago may be tried again. */
  forgive(): void {
    if (this.#login) this.#logins.forgive(this.#login);
  }

  /** Whether a plugin or an issuer gives the credentials: either may ask a person for something. */
  get byLogin(): boolean {
    return this.#login !== undefined;
  }

  /** Runs once, when a file that these credentials are read from is another one than when it was read. */
  onceReplaced(run: () => void): Disposable {
    const timer = new MutableDisposable();
    // Another stream may read the new file first.
    const before = this.#stamp;
    let waits = true;
    const look = async (): Promise<void> => {
      const now = await this.#stampNow();
      if (!waits) return;
      if (now === before) {
        wait();
        return;
      }
      this.#current = undefined;
      run();
    };
    const wait = (): void => {
      timer.value = this.#options.clock.after(LOOK_MS, () => void look());
    };
    if (filesOf(this.#options).length > 0) wait();
    return toDisposable(() => {
      waits = false;
      timer.dispose();
    });
  }

  async #stampNow(): Promise<string> {
    return (await Promise.all(filesOf(this.#options).map(stampOf))).join();
  }

  async #renew(): Promise<Authorization> {
    try {
      return await this.#authorize();
    } catch (error) {
      throw isExpected(error) ? error : signInProblem(error);
    }
  }

  async #authorize(): Promise<Authorization> {
    const { user } = this.#options;
    const generation = this.#generation;
    this.#stamp = await this.#stampNow();
    // The client writes into these headers.
    const headers: Record<string, string> = {};
    const options: RequestOptions = { headers };
    await this.#config.applyToHTTPSOptions(options);
    const login = this.#login && (await this.#logins.get(this.#login));
    this.#used = login;
    const token = login?.token ?? (await tokenFromFile(user));
    if (token !== undefined) headers.Authorization = `Bearer ${token}`;
    if (typeof options.auth === 'string') {
      headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    }
    const { ca, servername, rejectUnauthorized } = options;
    const cert = login?.certificate ?? options.cert;
    const key = login?.key ?? options.key;
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
}

function loginOf({ user, cluster, clock, env = process.env }: CredentialsOptions): Login | undefined {
  const { exec } = user.value;
  if (isRecord(exec)) return execLogin({ exec, folder: user.folder, cluster });
  return usesOidc(user) ? oidcLogin(user, { env, now: () => clock.now() }) : undefined;
}

/** Whoever writes the file ends it with a line, or does not. */
async function tokenFromFile(user: KubeConfigEntry): Promise<string | undefined> {
  const file = fileOf(user, 'tokenFile') ?? fileOf(user, 'token-file');
  return file === undefined ? undefined : (await readFile(file, 'utf8')).trim();
}

function isMaterial(value: unknown): value is string | Buffer {
  return typeof value === 'string' || Buffer.isBuffer(value);
}

function signInProblem(error: unknown): ExpectedError {
  const { code, path: file } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && file) {
    return new ExpectedError(t`The kubeconfig names the file ${file}, which does not exist.`, { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new ExpectedError(t`Signing in failed: ${reason}`, { cause: error });
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

/** One cluster, one user: logins and token files are left out, they are our own; a proxy is the agent's business. */
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
  const clientUser: User = defined({
    name: 'user',
    certData: text(user.value['client-certificate-data']),
    certFile: fileOf(user, 'client-certificate'),
    keyData: text(user.value['client-key-data']),
    keyFile: fileOf(user, 'client-key'),
    token: text(user.value.token),
    username: text(user.value.username),
    password: text(user.value.password),
    impersonateUser: text(user.value.as),
    authProvider: usesOidc(user) ? undefined : structuredClone(user.value['auth-provider']),
  });
  config.loadFromClusterAndUser(clientCluster, clientUser);
  return config;
}

const FILES = ['tokenFile', 'token-file', 'client-certificate', 'client-key', 'certificate-authority'];

function filesOf({ cluster, user }: CredentialsOptions): readonly string[] {
  return FILES.flatMap((key) => fileOf(user, key) ?? fileOf(cluster, key) ?? []);
}

/** Other after any replacement, also by a link that leads elsewhere. */
async function stampOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  return found ? `${found.ino}:${found.mtimeMs}:${found.size}` : 'none';
}

function fileOf({ value, folder }: KubeConfigEntry, key: string): string | undefined {
  const file = text(value[key]);
  return file ? path.resolve(folder, file) : undefined;
}

/** Without the entries that are undefined, which the client's types do not allow. */
function defined<T extends object>(object: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
