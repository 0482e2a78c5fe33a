import assert from 'node:assert/strict';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { Credentials } from '../../../src/cluster/credentials';
import type { Json } from '../../../src/cluster/json';
import { errorMessage } from '../../../src/util/errors';
import { ManualClock } from '../../support/manualClock';

let issuer: Server;
let url: string;
let asked: URLSearchParams[];
let answers: Json[];
let clock: ManualClock;

beforeEach(async () => {
  asked = [];
  answers = [];
  clock = new ManualClock();
  issuer = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (request.url === '/realm/.well-known/openid-configuration') {
        response.end(JSON.stringify({ token_endpoint: `${url}/token?realm=1` }));
        return;
      }
      asked.push(new URLSearchParams(Buffer.concat(chunks).toString()));
      const answer = answers.shift() ?? { error: 'invalid_grant', error_description: 'the session is over' };
      response.writeHead(answer.error === undefined ? 200 : 400).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((done) => issuer.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await new Promise((done) => issuer.close(done));
});

/** `ends`: seconds from now. */
function token(name: string, ends: number): string {
  const payload = { name, exp: Math.floor(clock.now() / 1000) + ends };
  return `header.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.signature`;
}

function credentialsWith(config: Json): Credentials {
  const provider = { 'client-id': 'kube', 'client-secret': 'hush', 'idp-issuer-url': `${url}/realm`, ...config };
  const user = { value: { 'auth-provider': { name: 'oidc', config: provider } }, folder: '' };
  return new Credentials({ cluster: { value: { server: 'https://cluster' }, folder: '' }, user, clock, env: {} });
}

async function tokenOf(credentials: Credentials): Promise<unknown> {
  return (await credentials.get()).headers.Authorization;
}

test('uses the token of the kubeconfig while it is valid, and asks nobody', async () => {
  const known = token('known', 600);
  assert.equal(await tokenOf(credentialsWith({ 'id-token': known, 'refresh-token': 'r' })), `Bearer ${known}`);
  assert.equal(asked.length, 0);
});

test('gets a new token for the refresh token, once until it ends, and goes on with what the issuer replaced', async () => {
  const [first, second] = [token('first', 600), token('second', 1200)];
  answers.push({ id_token: first, refresh_token: 'r2' }, { id_token: second });
  const credentials = credentialsWith({ 'id-token': token('old', -60), 'refresh-token': 'r1' });
  assert.equal(await tokenOf(credentials), `Bearer ${first}`);
  clock.advance(500_000);
  assert.equal(await tokenOf(credentials), `Bearer ${first}`);
  clock.advance(100_000);
  assert.equal(await tokenOf(credentials), `Bearer ${second}`);
  assert.deepEqual(
    asked.map((form) => Object.fromEntries(form)),
    ['r1', 'r2'].map((refresh_token) => ({
      grant_type: 'refresh_token',
      refresh_token,
      client_id: 'kube',
      client_secret: 'hush',
    })),
  );
});

test('gets a new token when the server refuses the one of the kubeconfig', async () => {
  const renewed = token('renewed', 600);
  answers.push({ id_token: renewed });
  const credentials = credentialsWith({ 'id-token': token('revoked', 600), 'refresh-token': 'r' });
  credentials.drop(await credentials.get());
  assert.equal(await tokenOf(credentials), `Bearer ${renewed}`);
});

test('says what the issuer says, shows no secret, and does not ask again at once', async () => {
  const credentials = credentialsWith({ 'refresh-token': 'very-secret' });
  for (let request = 0; request < 3; request++) {
    const message = await tokenOf(credentials).then(String, errorMessage);
    assert.equal(
      message,
      `The OpenID issuer ${url}/realm did not renew the login: the session is over. Sign in again.`,
    );
  }
  assert.equal(asked.length, 1);
});

test('asks to sign in when there is nothing to renew the login with', async () => {
  const message = await tokenOf(credentialsWith({ 'id-token': token('old', -60) })).then(String, errorMessage);
  assert.equal(message, 'The login of the kubeconfig has expired and cannot be renewed. Sign in again.');
});

test('says that the issuer is not to be reached', async () => {
  const config = { 'refresh-token': 'r', 'idp-issuer-url': 'http://127.0.0.1:1' };
  const message = await tokenOf(credentialsWith(config)).then(String, errorMessage);
  assert.match(message, /^Could not renew the login at the OpenID issuer http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/);
});
