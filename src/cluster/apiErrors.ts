import { ExpectedError, isExpected } from '../util/errors';
import { type Json, isRecord, numberOf, record, text } from './json';
import { t } from '../util/l10n';

/** The API server answered, and said no. */
export class ApiError extends ExpectedError {
  /** HTTP status; of a watch: the code of its ERROR event. */
  readonly status: number;
  /** Kubernetes' own word: `Forbidden`, `Invalid`, `AlreadyExists`; empty when the answer has none. */
  readonly reason: string;
  /** The server's message as it came. */
  readonly serverMessage: string;
  readonly details: Json;
  /** Of a 403 by RBAC: what is missing, `list statefulsets.apps`. */
  readonly right: string | undefined;
  readonly user: string | undefined;
  /** Milliseconds that the server asks us to wait. */
  readonly retryAfter: number | undefined;

  constructor(message: string, parts: ApiErrorParts) {
    super(message);
    this.status = parts.status;
    this.reason = parts.reason;
    this.serverMessage = parts.serverMessage;
    this.details = parts.details;
    this.right = parts.denied?.right;
    this.user = parts.denied?.user;
    this.retryAfter = parts.retryAfter;
  }
}

interface ApiErrorParts {
  readonly status: number;
  readonly reason: string;
  readonly serverMessage: string;
  readonly details: Json;
  readonly denied: Denied | undefined;
  readonly retryAfter: number | undefined;
}

/** There was no answer, or it broke off. */
export class ConnectionError extends ExpectedError {
  /** `tls`: a person has to do something; the others may pass. `broken`: there was an answer, at first. */
  readonly trouble: 'unreachable' | 'tls' | 'timeout' | 'broken';
  /** Whether the server may have had the request, and done it. */
  readonly sent: boolean;

  constructor(message: string, options: ConnectionErrorOptions) {
    super(message, options);
    this.trouble = options.trouble;
    this.sent = options.sent ?? options.trouble !== 'tls';
  }
}

interface ConnectionErrorOptions {
  readonly trouble: ConnectionError['trouble'];
  /** When left out: true of all but `tls`. */
  readonly sent?: boolean;
  readonly cause?: unknown;
}

/** No login, or one that has expired; whatever keeps credentials from being had counts as well. */
export function isLoginProblem(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 401;
  return isExpected(error) && !(error instanceof ConnectionError);
}

export interface FailedAnswer {
  readonly status: number;
  /** A Status object, or whatever came. */
  readonly body: unknown;
  /** Milliseconds, from the answer's header. */
  readonly retryAfter?: number | undefined;
  /** What we wanted: `list statefulsets in db`. */
  readonly action: string;
}

export function apiError({ status, body, retryAfter, action }: FailedAnswer): ApiError {
  const answer = record(body);
  const serverMessage = text(answer.message) ?? (typeof body === 'string' ? body.trim().slice(0, 300) : '');
  const denied = status === 403 ? deniedRight(serverMessage) : undefined;
  return new ApiError(sentence({ status, serverMessage, denied, action }), {
    status,
    reason: text(answer.reason) ?? '',
    serverMessage,
    details: record(answer.details),
    denied,
    retryAfter: retryAfter ?? secondsAsked(answer),
  });
}

function secondsAsked(status: Json): number | undefined {
  const seconds = numberOf(record(status.details).retryAfterSeconds);
  return seconds === undefined || seconds <= 0 ? undefined : seconds * 1000;
}

/** From the object of a watch's ERROR event. */
export function watchError(object: unknown, action: string): ApiError {
  const status = numberOf(record(object).code) ?? 500;
  return apiError({ status, body: isRecord(object) ? object : {}, action });
}

interface Denied {
  readonly user: string;
  readonly right: string;
  readonly where: string;
}

/** RBAC's sentence: `User "dev" cannot list resource "pods" in API group "" in the namespace "db"`. */
function deniedRight(message: string): Denied | undefined {
  const match =
    /User "([^"]*)" cannot (\w+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)")?/.exec(
      message,
    );
  if (!match) return undefined;
  const [, user = '', verb = '', resource = '', group = '', namespace] = match;
  const right = `${verb} ${resource}${group === '' ? '' : `.${group}`}`;
  return { user, right, where: namespace === undefined ? '' : t` in namespace ${namespace}` };
}

interface Saying {
  readonly status: number;
  readonly serverMessage: string;
  readonly denied: Denied | undefined;
  readonly action: string;
}

function sentence({ status, serverMessage, denied, action }: Saying): string {
  if (denied) return t`User ${denied.user} may not ${denied.right}${denied.where}.`;
  const said = serverMessage === '' ? `HTTP ${status}` : serverMessage;
  switch (status) {
    case 401:
      return t`Could not ${action}: the login is missing or has expired. Sign in again.`;
    case 403:
      return t`Not allowed to ${action}: ${said}`;
    case 429:
      return t`Could not ${action}: the API server has too many requests.`;
    default:
      return t`Could not ${action}: ${said}`;
  }
}

/** The API server's name in sentences is its URL, which says what the context really leads to. */
export function connectionError(error: unknown, server: string): ConnectionError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const start = t`Could not reach the API server ${server}:`;
  const sent = !NEVER_CONNECTED.has(code);
  const unreachable = (words: string): ConnectionError =>
    new ConnectionError(`${start} ${words}`, { trouble: 'unreachable', sent, cause: error });
  const tls = TLS_WORDS[code]?.();
  if (tls !== undefined) return new ConnectionError(`${start} ${tls}`, { trouble: 'tls', cause: error });
  if (/^(ERR_SSL|ERR_TLS|ERR_OSSL|EPROTO|CERT_)/.test(code)) {
    return new ConnectionError(t`${start} no TLS connection (${code}).`, { trouble: 'tls', cause: error });
  }
  switch (code) {
    case 'ECONNREFUSED':
      return unreachable(t`connection refused. Is the cluster running?`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable(t`there is no such host. Does it need another network or a VPN?`);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return unreachable(t`no route to it. Does it need another network or a VPN?`);
    case 'ECONNRESET':
    case 'EPIPE':
      return unreachable(t`the connection was cut.`);
    default:
      return unreachable(/^HPE_/.test(code) ? t`what answers there does not speak HTTP.` : `${message}.`);
  }
}

/** Something on the way answers in the API server's place; it may be gone a moment later. */
export function damagedAnswer(server: string): ConnectionError {
  return new ConnectionError(t`The API server ${server} sent an answer that is not one of Kubernetes.`, {
    trouble: 'broken',
  });
}

export function timeoutError(server: string, seconds: number, sent = true): ConnectionError {
  return new ConnectionError(t`The API server ${server} did not answer within ${seconds} s.`, {
    trouble: 'timeout',
    sent,
  });
}

const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

const unknownAuthority = (): string =>
  t`its certificate is signed by an authority that the kubeconfig does not name. Check certificate-authority-data.`;

const TLS_WORDS: Readonly<Record<string, () => string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
  CERT_HAS_EXPIRED: () => t`its certificate has expired.`,
  CERT_NOT_YET_VALID: () => t`its certificate is not valid yet. Is the clock right?`,
  ERR_TLS_CERT_ALTNAME_INVALID: () => t`its certificate is for another host name. Check tls-server-name.`,
};
