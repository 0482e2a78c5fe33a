import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { Credentials } from '../../../src/cluster/credentials';
import type { Json } from '../../../src/cluster/json';
import { Logins } from '../../../src/cluster/logins';
import { errorMessage } from '../../../src/util/errors';
import { ManualClock, eventually } from '../../support/manualClock';

let folder: string;
let clock: ManualClock;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-credentials-'));
});

after(() => {
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  clock = new ManualClock();
  writeFileSync(join(folder, 'runs'), '');
});

function credentialsOf(user: Json, cluster: Json = {}, logins = new Logins(clock)): Credentials {
  return new Credentials({
    logins,
    cluster: { value: { server: 'https://cluster.example', ...cluster }, folder },
    user: { value: user, folder },
    clock,
  });
}

/** A plugin that notes each run with what it was told, and then does as the script says. */
function plugin(script: string, more: Json = {}): Json {
  const file = join(folder, `plugin-${Math.random().toString(36).slice(2)}.js`);
  const note = `require('fs').appendFileSync(${JSON.stringify(join(folder, 'runs'))}, process.env.KUBERNETES_EXEC_INFO + '\\n');`;
  writeFileSync(file, `${note}\n${script}`);
  return {
    exec: { apiVersion: 'client.authentication.k8s.io/v1beta1', command: process.execPath, args: [file], ...more },
  };
}

const TOKEN = `console.log(JSON.stringify({ kind: 'ExecCredential', status: { token: 'from-plugin' } }))`;

function runs(): readonly string[] {
  return readFileSync(join(folder, 'runs'), 'utf8').split('\n').slice(0, -1);
}

async function problemOf(credentials: Credentials): Promise<string> {
  return credentials.get().then(
    () => assert.fail('it did not fail'),
    (error: unknown) => errorMessage(error),
  );
}

test('runs a plugin once for ten requests, and keeps its token', async () => {
  const credentials = credentialsOf(plugin(TOKEN));
  const all = await Promise.all(Array.from({ length: 10 }, () => credentials.get()));
  clock.advance(60_000);
  await credentials.get();
  assert.deepEqual([...new Set(all.map(({ headers }) => headers.Authorization))], ['Bearer from-plugin']);
  assert.equal(runs().length, 1);
});

test('runs a plugin again when its token was refused, once for all that used it', async () => {
  const credentials = credentialsOf(plugin(TOKEN));
  const first = await credentials.get();
  credentials.drop(first);
  const second = await credentials.get();
  credentials.drop(first);
  await credentials.get();
  assert.equal(second.generation, 1);
  assert.equal(runs().length, 2);
});

test('runs a plugin again before its token ends', async () => {
  const ends = `new Date(${clock.now() + 60_000}).toISOString()`;
  const credentials = credentialsOf(
    plugin(`console.log(JSON.stringify({ status: { token: 't', expirationTimestamp: ${ends} } }))`),
  );
  await credentials.get();
  clock.advance(49_000);
  await credentials.get();
  assert.equal(runs().length, 1);
  clock.advance(6_000);
  await credentials.get();
  assert.equal(runs().length, 2);
});

test('tells a plugin that nobody is there to ask, and about the cluster when it wants that', async () => {
  await credentialsOf(plugin(TOKEN, { provideClusterInfo: true }), { 'proxy-url': 'http://proxy' }).get();
  const told = JSON.parse(runs()[0] ?? '') as { apiVersion: string; spec: { interactive: boolean; cluster: Json } };
  assert.equal(told.apiVersion, 'client.authentication.k8s.io/v1beta1');
  assert.equal(told.spec.interactive, false);
  assert.equal(told.spec.cluster.server, 'https://cluster.example');
  assert.equal(told.spec.cluster['proxy-url'], 'http://proxy');
});

test('passes on the last words of a plugin that fails', async () => {
  const credentials = credentialsOf(plugin(`console.error('lots of text\\nRun: cloud login'); process.exit(3)`));
  assert.equal(await problemOf(credentials), `The credential plugin ${process.execPath} failed (3): Run: cloud login`);
});

test('runs a plugin that failed again when some time has gone by, longer each time, or when a person asks', async () => {
  const credentials = credentialsOf(plugin(`process.exit(3)`));
  const runsAfter = async (milliseconds: number): Promise<number> => {
    clock.advance(milliseconds);
    await problemOf(credentials);
    return runs().length;
  };
  assert.deepEqual([await runsAfter(0), await runsAfter(9_000), await runsAfter(1_000)], [1, 1, 2]);
  assert.deepEqual([await runsAfter(19_000), await runsAfter(1_000)], [2, 3]);
  credentials.forgive();
  assert.equal(await runsAfter(0), 4);
});

test('does not run a plugin over and over whose token the server refuses', async () => {
  const credentials = credentialsOf(plugin(TOKEN));
  credentials.drop(await credentials.get());
  credentials.drop(await credentials.get());
  for (let request = 0; request < 5; request++) {
    assert.match(
      await problemOf(credentials),
      /does not accept the login by the credential plugin .* Sign in again\.$/,
    );
  }
  assert.equal(runs().length, 2);
  credentials.forgive();
  await credentials.get();
  assert.equal(runs().length, 3);
});

test('takes a token that was good for a while and is refused for one that has ended', async () => {
  const credentials = credentialsOf(plugin(TOKEN));
  for (let hour = 0; hour < 4; hour++) {
    const authorization = await credentials.get();
    clock.advance(300_000);
    credentials.drop(authorization);
  }
  await credentials.get();
  assert.equal(runs().length, 5);
});

test('runs a plugin once for two contexts of the same user', async () => {
  const logins = new Logins(clock);
  const user = plugin(TOKEN);
  const contexts = [credentialsOf(user, {}, logins), credentialsOf(user, { server: 'https://other' }, logins)];
  await Promise.all(contexts.map((credentials) => credentials.get()));
  assert.equal(runs().length, 1);
});

test('runs a plugin for each cluster when it wants to know the cluster', async () => {
  const logins = new Logins(clock);
  const user = plugin(TOKEN, { provideClusterInfo: true });
  for (const server of ['https://one', 'https://two']) await credentialsOf(user, { server }, logins).get();
  assert.equal(runs().length, 2);
});

test('says how to install a plugin that is not there', async () => {
  const exec = { command: 'no-such-plugin-anywhere', installHint: 'Install it with: brew install it' };
  assert.equal(
    await problemOf(credentialsOf({ exec })),
    'The credential plugin no-such-plugin-anywhere was not found in the PATH of VS Code. Install it with: brew install it',
  );
});

test('does not quote what a plugin wrote', async () => {
  const message = await problemOf(credentialsOf(plugin(`console.log('token: very-secret')`)));
  assert.match(message, /did not return an ExecCredential as JSON/);
  assert.ok(!message.includes('very-secret'));
});

test('ends a plugin that does not answer within a minute', async () => {
  const pid = join(folder, 'pid');
  const credentials = credentialsOf(
    plugin(`require('fs').writeFileSync(${JSON.stringify(pid)}, String(process.pid)); setInterval(() => {}, 1000)`),
  );
  const problem = problemOf(credentials);
  await eventually('the plugin', () => {
    try {
      return readFileSync(pid, 'utf8') !== '';
    } catch {
      return false; // not yet
    }
  });
  clock.advance(60_000);
  assert.match(await problem, /^Signing in took longer than 60 s: the credential plugin .* did not answer/);
  await eventually('its end', () => {
    try {
      process.kill(Number(readFileSync(pid, 'utf8')), 0);
      return false;
    } catch {
      return true;
    }
  });
});

test('ends what a plugin has started, too', async () => {
  const pid = join(folder, 'grandchild');
  const grandchild = `setInterval(() => {}, 1000)`;
  const credentials = credentialsOf(
    plugin(`
      const child = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { stdio: 'inherit' });
      require('fs').writeFileSync(${JSON.stringify(pid)}, String(child.pid));`),
  );
  const problem = problemOf(credentials);
  await eventually('the grandchild', () => existsSync(pid) && readFileSync(pid, 'utf8') !== '');
  clock.advance(60_000);
  await problem;
  await eventually('its end', () => {
    try {
      process.kill(Number(readFileSync(pid, 'utf8')), 0);
      return readFileSync(`/proc/${readFileSync(pid, 'utf8')}/stat`, 'utf8').includes(') Z ');
    } catch {
      return true;
    }
  });
});

test('ends a plugin that does not stop to write', async () => {
  const credentials = credentialsOf(
    plugin(`const more = () => process.stdout.write('x'.repeat(65536), more); more();`),
  );
  assert.match(await problemOf(credentials), /returned far more than an ExecCredential\.$/);
});

test('does not take a certificate without its key', async () => {
  const script = `console.log(JSON.stringify({ status: { token: 't', clientCertificateData: 'c' } }))`;
  assert.match(
    await problemOf(credentialsOf(plugin(script))),
    /returned a certificate without its key, or a key alone\.$/,
  );
});

test('refuses a plugin that can only ask in a terminal', async () => {
  assert.match(await problemOf(credentialsOf(plugin(TOKEN, { interactiveMode: 'Always' }))), /Sign in in a terminal/);
});

test('reads the token from a file beside the kubeconfig', async () => {
  writeFileSync(join(folder, 'token'), 'from-file\n');
  const { headers } = await credentialsOf({ tokenFile: 'token', token: 'stale' }).get();
  assert.equal(headers.Authorization, 'Bearer from-file');
});

test('reads a token and a certificate again when their files were replaced', async () => {
  const write = (version: string): void => {
    for (const name of ['token', 'crt', 'key']) writeFileSync(join(folder, name), `${name} ${version}`);
  };
  write('1');
  const credentials = credentialsOf({ tokenFile: 'token', 'client-certificate': 'crt', 'client-key': 'key' });
  const first = await credentials.get();
  write('2');
  clock.advance(5_000);
  const second = await credentials.get();
  assert.deepEqual(
    [first, second].map(({ headers, tls }) => [headers.Authorization, String(tls.cert), String(tls.key)]),
    [
      ['Bearer token 1', 'crt 1', 'key 1'],
      ['Bearer token 2', 'crt 2', 'key 2'],
    ],
  );
});

test('tells when a file that was not good has been replaced, or has come', async () => {
  const file = join(folder, 'renewed');
  const credentials = credentialsOf({ tokenFile: file });
  const told: string[] = [];
  const looks = async (): Promise<void> => {
    clock.advance(2_000);
    await eventually('the look', () => clock.pending.length === 1 || told.length > 0);
  };
  await credentials.get().catch(() => undefined);
  credentials.onceReplaced(() => told.push('has come'));
  for (let look = 0; look < 3; look++) await looks();
  assert.equal(told.length, 0);
  writeFileSync(file, 'first');
  await looks();
  assert.equal(told.splice(0).join(), 'has come');
  assert.equal((await credentials.get()).headers.Authorization, 'Bearer first');
  const given = credentials.onceReplaced(() => told.push('given up'));
  credentials.onceReplaced(() => told.push('to one'));
  clock.advance(5_000);
  await eventually('both looks', () => clock.pending.length === 2);
  given.dispose();
  writeFileSync(file, 'the second');
  assert.equal((await credentials.get()).headers.Authorization, 'Bearer the second');
  credentials.onceReplaced(() => told.push('to one who had it already')).dispose();
  clock.advance(2_000);
  await eventually('the news', () => told.length > 0);
  assert.equal(told.join(), 'to one');
  assert.deepEqual(clock.pending, []);
});

test('names the file that is missing', async () => {
  assert.equal(
    await problemOf(credentialsOf({ 'client-certificate': 'absent.crt' })),
    `The kubeconfig names the file ${join(folder, 'absent.crt')}, which does not exist.`,
  );
});

test('sends name and password, and whom to act as', async () => {
  const user = { username: 'me', password: 'pw', as: 'other', 'as-groups': ['g'], 'as-user-extra': { 'a/b': ['x'] } };
  assert.deepEqual((await credentialsOf(user).get()).headers, {
    Authorization: `Basic ${Buffer.from('me:pw').toString('base64')}`,
    'Impersonate-User': 'other',
    'Impersonate-Group': ['g'],
    'Impersonate-Extra-a%2Fb': ['x'],
  });
});
