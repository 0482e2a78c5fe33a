import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { type AddressInfo, type Server, type Socket, connect as open, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Cluster, createCluster } from '../../src/cluster/main';
import { errorMessage } from '../../src/util/errors';
import { adminConfig } from './realCluster';

type Change = (entry: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-connection-'));
});

after(() => {
  rmSync(folder, { recursive: true });
});

async function connectWith({
  user = (entry) => entry,
  cluster = (entry) => entry,
}: {
  user?: Change;
  cluster?: Change;
}): Promise<Cluster> {
  const config = await adminConfig();
  const changed = (entries: typeof config.users, change: Change) =>
    new Map([...entries].map(([name, { value }]) => [name, { value: change(value), folder }]));
  const kubeConfig = { ...config, users: changed(config.users, user), clusters: changed(config.clusters, cluster) };
  return createCluster({ kubeConfig, context: config.currentContext ?? '', env: {} });
}

async function problemOf(cluster: Cluster): Promise<string> {
  try {
    await cluster.namespaces();
    assert.fail('it did not fail');
  } catch (error) {
    return errorMessage(error);
  } finally {
    cluster.dispose();
  }
}

async function reads(cluster: Cluster): Promise<void> {
  for (let request = 0; request < 3; request++) assert.ok((await cluster.namespaces()).includes('default'));
  cluster.dispose();
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('does not trust a server of another authority, and says what to check', async () => {
  const cluster = await connectWith({ cluster: (entry) => ({ ...entry, 'certificate-authority-data': undefined }) });
  assert.match(
    await problemOf(cluster),
    /its certificate is signed by an authority .* Check certificate-authority-data\.$/,
  );
});

test('checks the name in the certificate', async () => {
  const cluster = await connectWith({ cluster: (entry) => ({ ...entry, 'tls-server-name': 'elsewhere.example' }) });
  assert.match(await problemOf(cluster), /its certificate is for another host name\. Check tls-server-name\.$/);
});

test('asks to sign in when a token is not known', async () => {
  const cluster = await connectWith({ user: () => ({ token: 'of-nobody' }) });
  assert.equal(
    await problemOf(cluster),
    'Could not list namespaces: the login is missing or has expired. Sign in again.',
  );
});

test('signs in with the certificate that a plugin returns', async () => {
  const plugin = join(folder, 'plugin.js');
  const cluster = await connectWith({
    user: (entry) => {
      const pem = (name: string): string => Buffer.from(String(entry[name]), 'base64').toString();
      const status = { clientCertificateData: pem('client-certificate-data'), clientKeyData: pem('client-key-data') };
      writeFileSync(plugin, `console.log(${JSON.stringify(JSON.stringify({ kind: 'ExecCredential', status }))})`);
      return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [plugin] } };
    },
  });
  await reads(cluster);
});

test('does not depend on https.request, which VS Code replaces', async () => {
  const { request } = https;
  https.request = () => {
    throw new Error('https.request was called');
  };
  try {
    await reads(await connectWith({}));
  } finally {
    https.request = request;
  }
});

test('keeps one connection through an HTTP proxy', async () => {
  let tunnels = 0;
  const proxy = createServer((socket) => {
    socket.once('data', (head) => {
      const [, host = '', port = ''] = /^CONNECT ([^:]+):(\d+)/.exec(head.toString()) ?? [];
      tunnels++;
      tunnel(socket, host, { port: Number(port), greeting: Buffer.from('HTTP/1.1 200 OK\r\n\r\n') });
    });
  });
  const address = await listen(proxy);
  await reads(await connectWith({ cluster: (entry) => ({ ...entry, 'proxy-url': `http://${address}` }) }));
  assert.equal(tunnels, 1);
  await new Promise((done) => proxy.close(done));
});

test('keeps one connection through a SOCKS proxy', async () => {
  let tunnels = 0;
  const proxy = createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', (asked) => {
        tunnels++;
        const host = asked[3] === 1 ? [...asked.subarray(4, 8)].join('.') : asked.subarray(5, -2).toString();
        const greeting = Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        tunnel(socket, host, { port: asked.readUInt16BE(asked.length - 2), greeting });
      });
    });
  });
  const address = await listen(proxy);
  await reads(await connectWith({ cluster: (entry) => ({ ...entry, 'proxy-url': `socks5://${address}` }) }));
  assert.equal(tunnels, 1);
  await new Promise((done) => proxy.close(done));
});

interface Tunnel {
  readonly port: number;
  readonly greeting: Buffer;
}

function tunnel(socket: Socket, host: string, { port, greeting }: Tunnel): void {
  const onward = open(port, host, () => {
    socket.write(greeting);
    onward.pipe(socket);
    socket.pipe(onward);
  });
  socket.on('error', () => onward.destroy());
  socket.on('close', () => onward.destroy());
  onward.on('error', () => socket.destroy());
}
