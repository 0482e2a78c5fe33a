import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the registry of the scenarios holds; `private/` asks for the login `user:secret`. */
const IMAGES = ['team/web:1.0', 'team/web:1.1', 'private/web:1.0', 'private/web:1.1'];

const LOGIN = `Basic ${Buffer.from('user:secret').toString('base64')}`;

export interface Registry {
  readonly url: URL;
  /** Every request, as `HEAD /v2/team/web/manifests/1.0`, and whether it carried a login. */
  readonly requests: readonly { readonly line: string; readonly authorization: string | undefined }[];
  /** Where it sends those who ask for a token; its own when left out. */
  realm: string | undefined;
  stop(): void;
}

/** A registry that gives a token to anybody for what is public, as the large ones do. */
export async function startRegistry(): Promise<Registry> {
  const requests: { line: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const { authorization } = request.headers;
    requests.push({ line: `${request.method} ${request.url}`, authorization });
    answer(request, response, registry.realm ?? registry.url.href);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}`);
  const registry: Registry = { url, requests, realm: undefined, stop: () => server.close() };
  return registry;
}

function answer({ url: path = '', method, headers }: IncomingMessage, response: ServerResponse, realm: string): void {
  const { authorization = '' } = headers;
  const url = new URL(path, 'http://registry');
  const [, repository = '', reference = ''] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(url.pathname) ?? [];
  const scope = `repository:${repository}:pull`;
  const who = ['anybody', 'user'].find((each) => authorization === `Bearer ${scope} ${each}`);
  if (url.pathname === '/token') {
    const whose = authorization === LOGIN ? 'user' : 'anybody';
    const allowed = authorization === '' || whose === 'user';
    response.writeHead(allowed ? 200 : 401);
    response.end(allowed ? JSON.stringify({ token: `${url.searchParams.get('scope') ?? ''} ${whose}` }) : '');
  } else if (method !== 'HEAD') {
    response.writeHead(405).end();
  } else if (who === undefined || (repository.startsWith('private/') && who !== 'user')) {
    const challenge = `Bearer realm="${realm}token",service="test",scope="${scope}"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end();
  } else {
    response.writeHead(IMAGES.includes(`${repository}:${reference}`) ? 200 : 404).end();
  }
}
