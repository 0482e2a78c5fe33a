import { execFile, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type LoadedKubeConfig, createCluster, loadKubeConfig } from '../../src/cluster/main';
import { type FreeCluster, freely } from '../support/permits';

/** The cluster under test, by its administrator's kubeconfig. */
const KUBECONFIG = process.env.ORDINAL_TEST_KUBECONFIG ?? '';
if (KUBECONFIG === '') throw new Error('Set ORDINAL_TEST_KUBECONFIG to the kubeconfig of a test cluster.');

/** Where the cluster's processes are noted; `undefined`: its API server cannot be killed by a test. */
export const clusterFolder = process.env.ORDINAL_TEST_CLUSTER_DIR;

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface Listed {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
}

/** A second way to the cluster, with none of our code in it. */
export interface Admin {
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  list(path: string): Promise<readonly Listed[]>;
}

export async function connectAdmin(): Promise<Admin> {
  const { clusters, users } = await loadKubeConfig({ path: KUBECONFIG });
  const cluster = [...clusters.values()][0]?.value ?? {};
  const user = [...users.values()][0]?.value ?? {};
  const bytes = (value: unknown): Buffer => Buffer.from(String(value), 'base64');
  const agent = new Agent({
    keepAlive: false,
    ca: bytes(cluster['certificate-authority-data']),
    cert: bytes(user['client-certificate-data']),
    key: bytes(user['client-key-data']),
  });
  const call: Admin['call'] = (method, path, body) =>
    new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, String(cluster.server)), {
        agent,
        method,
        headers: { 'content-type': 'application/json' },
      });
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const content = Buffer.concat(chunks).toString();
          const parsed = content.startsWith('{') ? (JSON.parse(content) as Record<string, unknown>) : {};
          resolve({ status: response.statusCode ?? 0, body: parsed });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return { call, list: async (path) => (await call('GET', path)).body.items as readonly Listed[] };
}

export async function adminConfig(): Promise<LoadedKubeConfig> {
  return loadKubeConfig({ path: KUBECONFIG });
}

export async function connect(): Promise<FreeCluster> {
  const kubeConfig = await adminConfig();
  return freely(createCluster({ kubeConfig, context: kubeConfig.currentContext ?? '' }));
}

/** As another user, who has no rights but those that a test gives. */
export async function connectAs(name: string): Promise<FreeCluster> {
  const config = await adminConfig();
  const users = new Map(
    [...config.users].map(([key, { value, folder }]) => [key, { value: { ...value, as: name }, folder }]),
  );
  return freely(createCluster({ kubeConfig: { ...config, users }, context: config.currentContext ?? '' }));
}

/** A namespace of its own, with its ServiceAccount, so that pods can be made at once. */
export async function makeNamespace(admin: Admin, name: string): Promise<string> {
  const namespace = `${name}-${process.pid}-${Date.now() % 100_000}`;
  await admin.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  await until('the ServiceAccount', async () => {
    const { status } = await admin.call('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`);
    return status === 200;
  });
  return namespace;
}

export async function removeNamespace(admin: Admin, namespace: string): Promise<void> {
  await admin.call('DELETE', `/api/v1/namespaces/${namespace}`);
}

export async function until(what: string, probe: () => boolean | Promise<boolean>, timeout = 30_000): Promise<void> {
  const end = Date.now() + timeout;
  while (!(await probe())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${timeout} ms`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

export function statefulSet(name: string, spec: Readonly<Record<string, unknown>> = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: {
      serviceName: name,
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'app', image: 'registry.example/app:1' }] },
      },
      ...spec,
    },
  };
}

interface Noted {
  readonly processes: Record<string, { pid: number; started: string; binary: string; args: readonly string[] }>;
}

/** The cluster's own kubectl, as the administrator: what we do is compared with what it does. Resolves to its stdout. */
export async function kubectl(...args: readonly string[]): Promise<string> {
  if (clusterFolder === undefined) throw new Error('Set ORDINAL_TEST_CLUSTER_DIR: kubectl is taken from there.');
  const { processes } = JSON.parse(readFileSync(join(clusterFolder, 'run.json'), 'utf8')) as Noted;
  const program = processes['kube-apiserver']?.binary ?? '';
  const own = ['kubectl', `--kubeconfig=${KUBECONFIG}`, `--cache-dir=${join(clusterFolder, 'kubectl')}`];
  return (await promisify(execFile)(program, [...own, ...args])).stdout;
}

/** Kills the API server without warning; what is returned starts it again as it was. */
export function killApiServer(folder: string): () => void {
  const file = join(folder, 'run.json');
  const noted = JSON.parse(readFileSync(file, 'utf8')) as Noted;
  const server = noted.processes['kube-apiserver'];
  if (!server) throw new Error(`${file} names no kube-apiserver`);
  process.kill(server.pid, 'SIGKILL');
  return () => {
    const child = spawn(server.binary, [...server.args], {
      cwd: folder,
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, K8S_LIFELINE: '' },
    });
    child.unref();
    server.pid = child.pid ?? 0;
    // The moment a process began, as the cluster's own script notes it: it names one process for good.
    server.started = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '';
    writeFileSync(file, JSON.stringify(noted, null, 1));
  };
}
