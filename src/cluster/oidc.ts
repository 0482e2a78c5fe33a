import http from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ExpectedError } from '../util/errors';
import { Agents } from './agents';
import { readAnswer } from './answer';
import { reasonOf } from './clock';
import { type Json, numberOf, record, text } from './json';
import type { KubeConfigEntry } from './kubeConfig';
import type { Login, LoginCredential } from './logins';
import { proxyFromEnvironment } from './proxy';
import { t } from '../util/l10n';

export interface OidcSurroundings {
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds since 1970. */
  now(): number;
}

/**
 * The `oidc` auth-provider of a kubeconfig: its token while it is valid, then one from the issuer for the refresh token.
 * By ourselves, since the client refreshes before each request and leaves out the client's secret. Nothing is written back
 * to the kubeconfig: where the issuer replaces refresh tokens, kubectl has to sign in again.
 */
export function oidcLogin(user: KubeConfigEntry, surroundings: OidcSurroundings): Login {
  const { env } = surroundings;
  const config = record(record(user.value['auth-provider']).config);
  const issuer = text(config['idp-issuer-url']) ?? '';
  return {
    key: JSON.stringify(['oidc', config, user.folder]),
    name: t`the OpenID issuer ${issuer}`,
    run: async (signal, earlier) => {
      const known = text(config['id-token']);
      if (!earlier && known !== undefined) {
        const credential = credentialOf(known);
        if ((credential.expires ?? 0) > surroundings.now()) return credential;
      }
      const refreshToken = earlier?.renewal ?? text(config['refresh-token']);
      if (issuer === '' || !refreshToken) {
        throw new ExpectedError(t`The login of the kubeconfig has expired and cannot be renewed. Sign in again.`);
      }
      return refresh({ config, issuer, refreshToken, folder: user.folder, env, signal });
    },
  };
}

export function usesOidc({ value }: KubeConfigEntry): boolean {
  return record(value['auth-provider']).name === 'oidc';
}

/** Without checking it: that is the API server's business. */
function credentialOf(token: string): LoginCredential {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  const seconds = numberOf(record(parsed(payload)).exp);
  return { token, certificate: undefined, key: undefined, expires: seconds === undefined ? undefined : seconds * 1000 };
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined; // a token that is no JWT has no end that we can read
  }
}

interface Refresh {
  readonly config: Json;
  readonly issuer: string;
  readonly refreshToken: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

async function refresh(asked: Refresh): Promise<LoginCredential> {
  const { config, issuer, refreshToken } = asked;
  const discovered = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, asked);
  const endpoint = text(discovered.token_endpoint) ?? '';
  const secret = text(config['client-secret']);
  const answer = await ask(endpoint, {
    ...asked,
    form: {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: text(config['client-id']) ?? '',
      ...(secret ? { client_secret: secret } : {}),
    },
  });
  const token = text(answer.id_token);
  if (token === undefined) {
    const why = text(answer.error_description) ?? text(answer.error) ?? t`it sent no token`;
    throw new ExpectedError(t`The OpenID issuer ${issuer} did not renew the login: ${why}. Sign in again.`);
  }
  return { ...credentialOf(token), renewal: text(answer.refresh_token) ?? refreshToken };
}

async function ask(url: string, asked: Refresh & { readonly form?: Readonly<Record<string, string>> }): Promise<Json> {
  const { issuer, signal, form, env } = asked;
  const fail = (words: string, cause?: unknown): ExpectedError =>
    new ExpectedError(t`Could not renew the login at the OpenID issuer ${issuer}: ${words}.`, { cause });
  if (!URL.canParse(url)) throw fail(t`it names no address to ask`);
  const target = new URL(url);
  const agents = new Agents({ server: target, proxy: proxyFromEnvironment(target, env) });
  const ca = await authorityOf(asked);
  try {
    const agent = await agents.agentFor(ca === undefined ? {} : { ca });
    const response = await send(target, { agent, signal, form });
    const { body } = await readAnswer(response, { server: issuer, onBytes: () => undefined });
    return record(body);
  } catch (error) {
    throw signal.aborted ? reasonOf(signal) : fail(error instanceof Error ? error.message : String(error), error);
  } finally {
    agents.dispose();
  }
}

async function authorityOf({ config, folder }: Refresh): Promise<Buffer | undefined> {
  const inline = text(config['idp-certificate-authority-data']);
  if (inline) return Buffer.from(inline, 'base64');
  const file = text(config['idp-certificate-authority']);
  return file ? readFile(path.resolve(folder, file)) : undefined;
}

interface Sending {
  readonly agent: http.Agent;
  readonly signal: AbortSignal;
  readonly form: Readonly<Record<string, string>> | undefined;
}

function send(target: URL, { agent, signal, form }: Sending): Promise<http.IncomingMessage> {
  const body = form && new URLSearchParams(form).toString();
  return new Promise((resolve, reject) => {
    // Not `https.request`, which VS Code replaces, and with it the agent that knows the issuer's authority.
    const call = new http.ClientRequest({
      protocol: target.protocol,
      hostname: target.hostname.replace(/^\[|\]$/g, ''),
      port: target.port || (target.protocol === 'https:' ? 443 : 80),
      path: `${target.pathname}${target.search}`,
      method: body === undefined ? 'GET' : 'POST',
      agent,
      signal,
      headers: {
        Accept: 'application/json',
        ...(body === undefined
          ? {}
          : { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body) }),
      },
    });
    call.on('response', resolve).on('error', reject).end(body);
  });
}
