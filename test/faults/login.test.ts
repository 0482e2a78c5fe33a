import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { Json } from '../../src/cluster/json';
import { type Window, Rig, WATCHES, until } from './rig';
import { tokenOf } from './serviceAccount';

let rig: Rig;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-logins-'));
  rig = await Rig.start();
  await rig.apply({}, rig.namespace);
});

afterEach(() => {
  for (const window of [...rig.windows]) rig.close(window);
});

after(async () => {
  await rig.stop();
  rmSync(folder, { recursive: true });
});

async function open(user: Json, server: Json = {}): Promise<Window> {
  const window = await rig.open(rig.connect({ user, server }));
  await rig.mark();
  return window;
}

async function failed({ live }: Window): Promise<string> {
  await until('the failure is told', () => live.connectionState.kind === 'failed');
  const state = live.connectionState;
  return state.kind === 'failed' ? state.message : '';
}

let revision = 0;

async function change(): Promise<void> {
  revision++;
  await rig.apply({ image: `registry.example/app:${revision}` }, rig.namespace);
}

test('a token file is replaced before its token ends', async () => {
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, `${tokenOf(rig.account, rig.cluster)}\n`);
  await open({ tokenFile });
  writeFileSync(tokenFile, `${tokenOf(rig.account, rig.cluster, 7200)}\n`);
  rig.proxy.reset();
  await change();
  await rig.healed({ requests: WATCHES });
});

test('a token has ended, and its file is replaced later', async () => {
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, tokenOf(rig.account, rig.cluster));
  const window = await open({ tokenFile });
  writeFileSync(tokenFile, tokenOf(rig.account, rig.cluster, -120));
  await rig.pass(5_000);
  const passed = rig.proxy.passed.length;
  const asked = (): number => rig.proxy.passed.length - passed;
  rig.proxy.reset();
  await change();
  assert.match(await failed(window), /the login is missing or has expired\. Sign in again\.$/);
  await rig.pass(600_000, 5_000);
  // Twice at once, then after half a minute, after one, two, four minutes, sooner by half at most.
  assert.ok(asked() <= 7 * WATCHES, `nobody knocks at a closed door, ${asked()} times`);
  writeFileSync(tokenFile, tokenOf(rig.account, rig.cluster));
  await rig.healed({ requests: WATCHES });
});

/** An authority and a server certificate that have nothing to do with those of the cluster. */
function otherAuthority(): { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer } {
  const other = join(folder, 'other');
  execFileSync(rig.cluster.components.about.programs.complete, ['pki', other, 'nobody']);
  const read = (name: string): Buffer => readFileSync(join(other, name));
  return { ca: read('ca.crt'), cert: read('server.crt'), key: read('server.key') };
}

function ownCertificate(): { readonly cert: Buffer; readonly key: Buffer } {
  const read = (name: string): Buffer => readFileSync(join(rig.cluster.dir, 'pki', name));
  return { cert: read('server.crt'), key: read('server.key') };
}

test('the certificate of the server is rotated to one of the next authority', async () => {
  const { ca, cert, key } = otherAuthority();
  const bundle = Buffer.concat([readFileSync(join(rig.cluster.dir, 'pki', 'ca.crt')), ca]).toString('base64');
  await open({ token: tokenOf(rig.account, rig.cluster) }, { 'certificate-authority-data': bundle });
  rig.proxy.show({ cert, key });
  rig.proxy.reset();
  await change();
  await rig.healed({ requests: WATCHES });
  rig.proxy.show(ownCertificate());
});

test('another server answers on the way for some time, as in a hotel', async () => {
  const { cert, key } = otherAuthority();
  const window = await open({ token: tokenOf(rig.account, rig.cluster) });
  rig.proxy.show({ cert, key });
  rig.proxy.reset();
  await change();
  await until('the certificate is told', () => JSON.stringify(window.live.connectionState).includes('certificate'));
  assert.equal(window.live.connectionState.kind, 'reconnecting');
  await rig.pass(60_000, 1_000);
  rig.proxy.show(ownCertificate());
  await rig.healed({ requests: WATCHES });
});

test('a client certificate is replaced by another one', async () => {
  const { cluster, namespace } = rig;
  const rules = [
    { apiGroups: ['apps'], resources: ['statefulsets', 'deployments', 'replicasets'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['pods', 'events'], verbs: ['get', 'list', 'watch'] },
  ];
  const show = (name: string): void => {
    for (const end of ['crt', 'key'])
      copyFileSync(join(cluster.dir, 'pki', `${name}.${end}`), join(folder, `client.${end}`));
  };
  for (const name of ['before-renewal', 'after-renewal']) await cluster.user(name, { rules, namespace });
  show('before-renewal');
  const user = { 'client-certificate': join(folder, 'client.crt'), 'client-key': join(folder, 'client.key') };
  // Past the proxy, which has no way to hand on a certificate.
  const window = await rig.open(rig.connect({ user, port: cluster.components.about.port }));
  const earlier = cluster.requests('after-renewal').length;
  show('after-renewal');
  rig.clock.jump(3_600_000);
  await change();
  await until('the new one is used', () => cluster.requests('after-renewal').length >= earlier + 5);
  await rig.untilTrue(window);
});

/** A credential plugin that does as a file says, and notes its runs. */
function plugin(): { readonly user: Json; do(what: string): void; runs(): number } {
  const [script, mode, runs] = ['plugin.js', 'mode', 'runs'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const token = join(folder, 'plugin-token');
  writeFileSync(token, tokenOf(rig.account, rig.cluster));
  writeFileSync(
    script,
    `const fs = require('fs');
    fs.appendFileSync(${JSON.stringify(runs)}, 'x');
    const token = fs.readFileSync(${JSON.stringify(token)}, 'utf8');
    const expirationTimestamp = new Date(Number(process.env.NOW) + 600_000).toISOString();
    eval(fs.readFileSync(${JSON.stringify(mode)}, 'utf8'));`,
  );
  writeFileSync(runs, '');
  const env = [{ name: 'NOW', value: String(rig.clock.now()) }];
  return {
    user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [script], env } },
    do: (what) => {
      writeFileSync(mode, what);
    },
    runs: () => readFileSync(runs, 'utf8').length,
  };
}

const GOOD = `console.log(JSON.stringify({ kind: 'ExecCredential', status: { token, expirationTimestamp } }))`;
const ENDLESS = GOOD.replace(', expirationTimestamp', '');

for (const [what, misdeed, words] of [
  [
    'fails',
    `console.error('The session has ended.\\nRun: cloud login'); process.exit(1)`,
    /failed \(1\): Run: cloud login$/,
  ],
  [
    'hangs',
    `setInterval(() => undefined, 1000)`,
    /^Signing in took longer than 60 s: the credential plugin .* did not answer\.$/,
  ],
  ['prints rubbish', `console.log('Welcome! ' + token)`, /did not return an ExecCredential as JSON\.$/],
] as const) {
  test(`a credential plugin ${what} when its token has ended`, async () => {
    const exec = plugin();
    exec.do(GOOD);
    const window = await open(exec.user);
    assert.equal(exec.runs(), 1, 'once for all streams');
    exec.do(misdeed);
    rig.clock.jump(3_600_000);
    await change();
    await until('the plugin runs', () => exec.runs() === 2);
    if (what === 'hangs') await rig.pass(60_000, 10_000);
    const message = await failed(window);
    assert.match(message, words);
    await rig.pass(600_000, 5_000);
    assert.equal(exec.runs(), 2, 'and once when it fails');
    exec.do(ENDLESS);
    window.live.refresh();
    await rig.healed({ requests: WATCHES });
    assert.equal(exec.runs(), 3);
  });
}
