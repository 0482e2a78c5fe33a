import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { ImageAnswer } from '../core/causes/imagePull/imageNotFound';
import { parseImageReference } from '../core/kube/imageReference';
import { t } from '../util/l10n';
import { Agents } from './agents';
import { record, text } from './json';
import { isOwnMachine, proxyFromEnvironment } from './proxy';

/** What logs in to one registry, as a pull secret has it: base64 of `user:password`. */
export type LoginFor = (registry: string) => string | undefined;

/** Where a registry answers: for tests, whose registries have names that only their nodes know. */
export type RegistryUrl = (registry: string) => URL;

const DEADLINE_MS = 5_000;

/** Every form of a manifest; without these an old form would be asked for, which newer images lack. */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

export interface ImageQuestion {
  readonly image: string;
  readonly loginFor: LoginFor;
  readonly urlOf: RegistryUrl;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Asks a registry whether it has an image (distribution spec, *Checking if content exists in the registry*): a HEAD of its
 * manifest, nothing is downloaded. A login goes only to the registry it is for. Never throws.
 */
export async function askRegistry({ image, loginFor, urlOf, env }: ImageQuestion): Promise<ImageAnswer> {
  const reference = parseImageReference(image);
  if (reference.kind === 'invalid') return { kind: 'unknown', reason: reference.problem };
  const { registry, tag, digest } = reference;
  const library = registry === 'docker.io' && !reference.repository.includes('/');
  const repository = library ? `library/${reference.repository}` : reference.repository;
  try {
    const url = new URL(`/v2/${repository}/manifests/${digest ?? tag ?? 'latest'}`, urlOf(registry));
    const head = (authorization?: string): Promise<Answer> =>
      send(url, { method: 'HEAD', env, headers: { accept: MANIFESTS, ...(authorization ? { authorization } : {}) } });
    const first = await head();
    if (first.status !== 401) return answerOf(first.status, registry);
    const login = loginFor(registry);
    const authorization = await authorizationFor(first.headers['www-authenticate'] ?? '', {
      url,
      repository,
      login,
      env,
    });
    if (authorization === undefined) return { kind: 'unknown', reason: needsLogin(registry) };
    return answerOf((await head(authorization)).status, registry);
  } catch (error) {
    return {
      kind: 'unknown',
      reason: t`${registry} does not answer: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** `docker.io` is a name in references only; a registry on the own machine speaks HTTP, as Docker takes it to. */
export function registryUrl(registry: string): URL {
  if (registry === 'docker.io') return new URL('https://registry-1.docker.io');
  const url = new URL(`https://${registry}`);
  return isOwnMachine(url.hostname.replace(/^\[|\]$/g, '')) ? new URL(`http://${registry}`) : url;
}

function answerOf(status: number, registry: string): ImageAnswer {
  if (status >= 200 && status < 300) return { kind: 'present' };
  if (status === 404) return { kind: 'missing' };
  // A private image and one that does not exist look the same to somebody who is not let in.
  if (status === 401 || status === 403) return { kind: 'unknown', reason: needsLogin(registry) };
  return { kind: 'unknown', reason: t`${registry} answers HTTP ${status}` };
}

function needsLogin(registry: string): string {
  return t`${registry} asks for a login`;
}

interface Asking {
  readonly url: URL;
  readonly repository: string;
  readonly login: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** `Basic` takes the login itself; `Bearer` a token that the named service gives, to anybody for public images. */
async function authorizationFor(
  challenge: string,
  { url, repository, login, env }: Asking,
): Promise<string | undefined> {
  if (/^basic\b/i.test(challenge)) return login === undefined ? undefined : `Basic ${login}`;
  const parameter = (name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(challenge)?.[1];
  const realm = parameter('realm');
  if (!/^bearer\b/i.test(challenge) || realm === undefined || !URL.canParse(realm)) return undefined;
  const service = new URL(realm);
  if (service.protocol !== 'https:' && service.hostname !== url.hostname) return undefined;
  const name = parameter('service');
  if (name !== undefined) service.searchParams.set('service', name);
  service.searchParams.set('scope', `repository:${repository}:pull`);
  const trusted = login !== undefined && areOfOneOwner(service.hostname, url.hostname);
  const headers = trusted ? { authorization: `Basic ${login}` } : {};
  const { status, body } = await send(service, { method: 'GET', env, headers });
  if (status !== 200) return undefined;
  const answer = record(JSON.parse(body));
  const token = text(answer.token) ?? text(answer.access_token);
  return token === undefined ? undefined : `Bearer ${token}`;
}

/** A registry may name any host as the one that logs in; a login goes to none but its own domain. */
function areOfOneOwner(a: string, b: string): boolean {
  const domain = (host: string): string => (/^[\d.]+$|:/.test(host) ? host : host.split('.').slice(-2).join('.'));
  return a === b || domain(a) === domain(b);
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Sent {
  readonly method: 'HEAD' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly env: NodeJS.ProcessEnv;
}

/** A token is some kilobytes; more than this is none. */
const MOST_CHARACTERS = 200_000;

async function send(url: URL, { method, headers, env }: Sent): Promise<Answer> {
  const agents = new Agents({ server: url, proxy: proxyFromEnvironment(url, env) });
  try {
    const agent = await agents.agentFor({});
    const options: RequestOptions = { method, headers, agent, signal: AbortSignal.timeout(DEADLINE_MS) };
    return await new Promise<Answer>((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).request(url, options, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
          if (body.length > MOST_CHARACTERS) response.destroy(new Error(`the answer of ${url.host} is too long`));
        });
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
        response.on('error', reject);
      });
      request.on('error', reject).end();
    });
  } finally {
    agents.dispose();
  }
}
