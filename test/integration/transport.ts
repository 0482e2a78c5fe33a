import assert from 'node:assert/strict';
import https from 'node:https';
import { createRequire } from 'node:module';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { suite, suiteSetup, suiteTeardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { ClusterModule, LoadedKubeConfig } from '../../src/cluster/main';
import { until } from './editor';

/** VS Code leaves requests to the own machine alone, as long as they call it 127.0.0.1 or localhost. */
const ELSEWHERE = '127.0.0.2';

let cluster: ClusterModule;
let kubeConfig: LoadedKubeConfig;
let api: URL;
let tunnel: Tunnel;

/** Hands bytes on, and counts connections. */
class Tunnel {
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(target: URL) {
    this.#server = createServer((socket) => {
      this.connections++;
      const onward = connect(Number(target.port), target.hostname);
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => undefined).on('close', () => other.destroy());
        one.pipe(other);
      }
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, ELSEWHERE, done));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get open(): number {
    return [...this.#sockets].filter(({ destroyed }) => !destroyed).length;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }
}

async function becomes(wanted: string, now: () => string): Promise<void> {
  await until(wanted, 20_000, () => Promise.resolve(now() === wanted ? wanted : { not: now() }));
}

suite('connections from inside VS Code, to an address that it does not spare', () => {
  suiteSetup(async () => {
    const extension = vscode.extensions.all.find(
      ({ packageJSON }) => (packageJSON as { name: string }).name === 'ordinal',
    );
    cluster = createRequire(__filename)(join(extension?.extensionPath ?? '', 'dist', 'cluster.js')) as ClusterModule;
    kubeConfig = await cluster.loadKubeConfig();
    api = new URL(kubeConfig.contexts[0]?.server ?? '');
    tunnel = new Tunnel(api);
    await tunnel.listen();
  });

  suiteTeardown(async () => {
    await tunnel.close();
  });

  function elsewhere(more: Readonly<Record<string, unknown>> = {}) {
    const server = `https://${ELSEWHERE}:${tunnel.port}`;
    const entry = { server, 'tls-server-name': 'kubernetes', ...more };
    return cluster.createCluster({
      kubeConfig: {
        ...kubeConfig,
        contexts: kubeConfig.contexts.map((context) => ({ ...context, server })),
        clusters: new Map(
          [...kubeConfig.clusters].map(([name, { value, folder }]) => [
            name,
            { value: { ...value, ...entry }, folder },
          ]),
        ),
      },
      context: kubeConfig.currentContext ?? '',
      env: {},
    });
  }

  test('VS Code takes the certificate away from whoever calls https.request', async () => {
    const [user] = kubeConfig.users.values();
    const bytes = (name: string): Buffer => Buffer.from(String(user?.value[name]), 'base64');
    const agent = new https.Agent({
      cert: bytes('client-certificate-data'),
      key: bytes('client-key-data'),
      rejectUnauthorized: false,
    });
    const status = await new Promise((done, failed) => {
      https
        .request(`https://${ELSEWHERE}:${tunnel.port}/api/v1/namespaces`, { agent, rejectUnauthorized: false })
        .on('response', (response) => {
          response.resume();
          done(response.statusCode);
        })
        .on('error', failed)
        .end();
    });
    agent.destroy();
    assert.equal(status, 403, 'else this address shows nothing: it is spared as well');
  });

  test('ours keeps its certificate, the name it checks, and one connection', async () => {
    const before = tunnel.connections;
    const ours = elsewhere();
    for (let request = 0; request < 20; request++) assert.ok((await ours.namespaces()).includes('default'));
    assert.equal(tunnel.connections - before, 1);
    ours.dispose();
  });

  test('streams run side by side, and leave nothing', async () => {
    const ours = elsewhere();
    const live = ours.live({ namespace: 'kube-system' });
    await becomes('live', () => live.connectionState.kind);
    ours.dispose();
    await becomes('0', () => String(tunnel.open));
  });

  test('a proxy of the kubeconfig is used', async () => {
    const asked: string[] = [];
    const proxy = createServer((socket) => {
      socket.once('data', (head) => {
        const [, host = '', port = ''] = /^CONNECT ([^:]+):(\d+)/.exec(head.toString()) ?? [];
        asked.push(`${host}:${port}`);
        const onward = connect(Number(port), host, () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          onward.pipe(socket).pipe(onward);
        });
        onward.on('error', () => socket.destroy()).on('close', () => socket.destroy());
        socket.on('close', () => onward.destroy());
      });
      socket.on('error', () => undefined);
    });
    await new Promise<void>((done) => proxy.listen(0, ELSEWHERE, done));
    const ours = elsewhere({ 'proxy-url': `http://${ELSEWHERE}:${(proxy.address() as AddressInfo).port}` });
    for (let request = 0; request < 3; request++) await ours.namespaces();
    assert.deepEqual(asked, [`${ELSEWHERE}:${tunnel.port}`]);
    ours.dispose();
    await new Promise((done) => proxy.close(done));
  });

  test('a server whose name is not in its certificate is not trusted', async () => {
    const ours = elsewhere({ 'tls-server-name': 'elsewhere.example' });
    await assert.rejects(ours.namespaces(), /its certificate is for another host name/);
    ours.dispose();
  });

  test('a server is trusted blindly where the kubeconfig says so, and only there', async () => {
    const blind = elsewhere({ 'insecure-skip-tls-verify': true, 'certificate-authority-data': undefined });
    assert.ok((await blind.namespaces()).includes('default'));
    blind.dispose();
    const careful = elsewhere({ 'certificate-authority-data': undefined });
    await assert.rejects(careful.namespaces(), /an authority that the kubeconfig does not name/);
    careful.dispose();
  });
});
