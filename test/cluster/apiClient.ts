import { Agent, request } from 'node:https';

/** The parts of a Kubernetes object that the harness reads; tests narrow `body` themselves. */
export interface ApiObject {
  apiVersion?: string;
  kind?: string;
  metadata?: { name?: string; namespace?: string; uid?: string; resourceVersion?: string; [key: string]: unknown };
  [key: string]: unknown;
}

/** `body` is the parsed JSON object, or text for anything else. */
export interface ApiAnswer<T = ApiObject> {
  status: number;
  body: T;
}

/**
 * Asks the API server; any status is an answer, only a broken connection (or 60 s of silence) is an error.
 * A `body` that is text is sent as it is.
 */
export type Api = <T = ApiObject>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<ApiAnswer<T>>;

export interface ApiTarget {
  port: number;
  ca: Buffer;
  cert: Buffer;
  key: Buffer;
}

const SILENCE = 60_000;

export function apiClient({ port, ...credentials }: ApiTarget): Api {
  const agent = new Agent({ keepAlive: true, maxSockets: 64, ...credentials });
  return <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    new Promise<ApiAnswer<T>>((done, failed) => {
      const sent = { 'content-type': 'application/json', ...headers };
      const call = request({ agent, host: '127.0.0.1', port, method, path, headers: sent }, (response) => {
        const chunks: Buffer[] = [];
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('error', failed)
          .on('end', () => {
            const text = Buffer.concat(chunks).toString();
            const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : text;
            done({ status: response.statusCode ?? 0, body: parsed as T });
          });
      });
      call.setTimeout(SILENCE, () => call.destroy(new Error(`${method} ${path}: no answer within ${SILENCE} ms`)));
      call.on('error', failed).end(typeof body === 'string' ? body : body && JSON.stringify(body));
    });
}

/** Like `Api`, but an answer of 400 or more is an error that carries the server's message. */
export async function expectOk<T = ApiObject>(answer: Promise<ApiAnswer<T>>, what: string): Promise<T> {
  const { status, body } = await answer;
  if (status < 400) return body;
  const text = typeof body === 'object' && body && 'message' in body ? String(body.message) : JSON.stringify(body);
  throw new Error(`${what}: ${status} ${text}`);
}
