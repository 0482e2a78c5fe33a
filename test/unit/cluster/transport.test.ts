import assert from 'node:assert/strict';
import { type Server, createServer, request as forward } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { type ApiError, ConnectionError } from '../../../src/cluster/apiErrors';
import { Credentials } from '../../../src/cluster/credentials';
import type { Json } from '../../../src/cluster/json';
import { Transport } from '../../../src/cluster/transport';
import { errorMessage, isAbort } from '../../../src/util/errors';
import { FakeApiServer } from '../../support/fakeApiServer';
import { ManualClock, eventually } from '../../support/manualClock';

const PODS = '/api/v1/namespaces/db/pods';
const action = 'list pods in db';

let server: FakeApiServer;
let clock: ManualClock;
let transport: Transport;

beforeEach(async () => {
  server = await FakeApiServer.start();
  clock = new ManualClock();
  transport = connect(server.url);
});

afterEach(async () => {
  transport.dispose();
  await eventually('no connection is left', () => server.openSockets === 0);
  assert.deepEqual(clock.pending, []);
  await server.close();
});

function connect(url: string, { proxy, user }: { readonly proxy?: string; readonly user?: Json } = {}): Transport {
  const credentials = new Credentials({
    cluster: { value: { server: url }, folder: '' },
    user: { value: user ?? { token: 'secret', 'as-groups': ['a', 'b'] }, folder: '' },
    clock,
  });
  return new Transport({ server: new URL(url), proxy, credentials, clock });
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => error,
  );
}

test('sends the token and the groups, and uses one connection for all requests', async () => {
  for (let request = 0; request < 5; request++) await transport.request({ path: PODS, action });
  assert.equal(server.received[0]?.headers.authorization, 'Bearer secret');
  assert.equal(server.received[0].headers['impersonate-group'], 'a, b');
  assert.equal(server.openSockets, 1);
});

test('keeps the path of a server behind a gateway', async () => {
  const gateway = connect(`${server.url}/k8s/clusters/c-1/`);
  await gateway.request({ path: PODS, action });
  assert.equal(server.received[0]?.path, `/k8s/clusters/c-1${PODS}`);
  gateway.dispose();
});

test('reads the warnings of an answer', async () => {
  const headers = { warning: ['299 - "batch/v1beta1 is \\"deprecated\\""', '299 - "second"'] };
  server.fail({ status: 200, body: {}, headers });
  const { warnings } = await transport.request({ path: PODS, action });
  assert.deepEqual(warnings, ['batch/v1beta1 is "deprecated"', 'second']);
});

test('asks again after a 401 where what was refused has been replaced meanwhile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ordinal-transport-'));
  const file = join(folder, 'token');
  writeFileSync(file, 'first');
  const renewing = connect(server.url, { user: { tokenFile: file } });
  await renewing.request({ path: PODS, action });
  writeFileSync(file, 'second');
  server.fail({ status: 401 });
  assert.equal((await renewing.request({ path: PODS, action })).status, 200);
  assert.deepEqual(
    server.received.map(({ headers }) => headers.authorization),
    ['Bearer first', 'Bearer first', 'Bearer second'],
  );
  renewing.dispose();
  rmSync(folder, { recursive: true });
});

test('does not send again what was refused, and asks to sign in', async () => {
  server.fail({ status: 401 });
  const error = await failure(transport.request({ path: PODS, action }));
  assert.equal(errorMessage(error), 'Could not list pods in db: the login is missing or has expired. Sign in again.');
  assert.equal(server.received.length, 1);
});

test('says that nothing listens there', async () => {
  const closed = await FakeApiServer.start();
  const { url } = closed;
  await closed.close();
  const nowhere = connect(url);
  const error = await failure(nowhere.request({ path: PODS, action }));
  assert.equal(
    errorMessage(error),
    `Could not reach the API server ${url}: connection refused. Is the cluster running?`,
  );
  nowhere.dispose();
});

test('gives up a server that does not answer', async () => {
  server.fail('hang');
  const pending = failure(transport.request({ path: PODS, action, timeout: 5_000 }));
  await eventually('the request', () => server.received.length === 1);
  clock.advance(5_000);
  const error = await pending;
  assert.ok(error instanceof ConnectionError && error.trouble === 'timeout');
  assert.equal(error.message, `The API server ${server.url} did not answer within 5 s.`);
});

test('ends with the abort that was asked for', async () => {
  server.fail('hang');
  const controller = new AbortController();
  const pending = failure(transport.request({ path: PODS, action, signal: controller.signal }));
  await eventually('the request', () => server.received.length === 1);
  controller.abort();
  assert.ok(isAbort(await pending));
});

test('ends what is under way when it is disposed', async () => {
  server.fail('hang');
  const pending = failure(transport.request({ path: PODS, action }));
  await eventually('the request', () => server.received.length === 1);
  transport.dispose();
  assert.ok(isAbort(await pending));
});

test('reads again when a kept connection had ended, but never writes again', async () => {
  await transport.request({ path: PODS, action });
  server.fail('cut');
  assert.equal((await transport.request({ path: PODS, action })).status, 200);
  server.fail('cut');
  const error = await failure(transport.request({ path: PODS, method: 'PATCH', body: {}, action }));
  assert.match(errorMessage(error), /the connection was cut/);
  assert.equal(server.received.filter(({ method }) => method === 'PATCH').length, 1);
});

test('waits as long as bytes come, when the answer may be large', async () => {
  const slow = await startSlow(['{"a":', '1}']);
  const patient = connect(slow.url);
  const pending = patient.request({ path: PODS, action, silence: 5_000 });
  await eventually('the first half', () => slow.sent === 1);
  await new Promise((done) => setTimeout(done, 20));
  clock.advance(4_000);
  slow.next();
  await new Promise((done) => setTimeout(done, 20));
  clock.advance(4_000);
  slow.next();
  assert.deepEqual((await pending).body, { a: 1 });
  patient.dispose();
  await slow.close();
});

test('gives up a large answer that has come to a halt', async () => {
  const slow = await startSlow(['{"a":', '1}']);
  const patient = connect(slow.url);
  const pending = failure(patient.request({ path: PODS, action, silence: 5_000 }));
  await eventually('the first half', () => slow.sent === 1);
  await new Promise((done) => setTimeout(done, 20));
  clock.advance(5_000);
  assert.match(errorMessage(await pending), /did not answer within 5 s\.$/);
  patient.dispose();
  await slow.close();
});

test('does not quote a damaged answer', async () => {
  const slow = await startSlow(['{"password": very-secret']);
  const other = connect(slow.url);
  const pending = failure(other.request({ path: PODS, action }));
  await eventually('the first half', () => slow.sent === 1);
  slow.next();
  const error = await pending;
  assert.ok(error instanceof ConnectionError);
  assert.match(error.message, /sent an answer that is not one of Kubernetes\.$/);
  assert.ok(!`${error.stack ?? ''}${String(error.cause)}`.includes('very-secret'));
  other.dispose();
  await slow.close();
});

test('reads how long to wait, in seconds or as a moment', async () => {
  const asked: unknown[] = [];
  for (const header of ['7', new Date(clock.now() + 9_000).toUTCString(), 'soon']) {
    server.fail({ status: 429, headers: { 'retry-after': header } });
    asked.push(((await failure(transport.request({ path: PODS, action }))) as ApiError).retryAfter);
  }
  assert.deepEqual(asked, [7_000, 9_000, undefined]);
});

test('opens a new connection when the one that is kept may have died', async () => {
  await transport.request({ path: PODS, action });
  transport.closeIdle();
  await eventually('the end of the kept one', () => server.openSockets === 0);
  assert.equal((await transport.request({ path: PODS, action })).status, 200);
});

test('does not take a login page for an answer of the API server', async () => {
  server.fail({ status: 200, body: '{', headers: { 'content-type': 'application/json' } });
  const broken = await transport.request({ path: PODS, action });
  assert.equal(broken.body, '{');
  server.fail({ status: 503, body: '<html>maintenance</html>' });
  const error = await failure(transport.request({ path: PODS, action }));
  assert.equal(errorMessage(error), 'Could not list pods in db: <html>maintenance</html>');
});

test('shows no token in a message', async () => {
  server.fail('cut');
  const error = await failure(transport.request({ path: PODS, action }));
  assert.ok(!JSON.stringify([errorMessage(error), (error as Error).stack]).includes('secret'));
});

test('goes through the proxy of the kubeconfig', async () => {
  const seen: string[] = [];
  const proxy = await startProxy(seen);
  const through = connect(server.url, { proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
  assert.equal((await through.request({ path: PODS, action })).status, 200);
  assert.equal(seen.length, 1);
  through.dispose();
  proxy.closeAllConnections();
  await new Promise((done) => proxy.close(done));
});

/** Takes CONNECT, as an agent for TLS does, and whole URLs, as one for plain HTTP may. */
async function startProxy(seen: string[]): Promise<Server> {
  const { connect: open } = await import('node:net');
  const proxy = createServer((request, response) => {
    seen.push(request.url ?? '');
    const { method, headers } = request;
    const onward = forward(request.url ?? '', { ...(method === undefined ? {} : { method }), headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  proxy.on('connect', (request, socket) => {
    seen.push(request.url ?? '');
    const { hostname, port } = new URL(`http://${request.url ?? ''}`);
    const onward = open(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
    socket.on('error', () => onward.destroy());
    socket.on('close', () => onward.destroy());
    onward.on('error', () => socket.destroy());
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  return proxy;
}

/** Sends its answer piece by piece, when told; the first at once. */
async function startSlow(pieces: readonly string[]) {
  const slow = {
    url: '',
    sent: 0,
    next: (): void => undefined,
    close: (): Promise<unknown> => new Promise((done) => http.close(done)),
  };
  const http = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    slow.next = () => {
      const piece = pieces[slow.sent++];
      if (piece === undefined) response.end();
      else response.write(piece);
    };
    slow.next();
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  slow.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return slow;
}
