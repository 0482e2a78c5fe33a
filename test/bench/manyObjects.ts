import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { expectOk, type ApiObject } from '../cluster/apiClient';
import type { Cluster } from '../cluster/cluster';
import { until } from '../cluster/processes';

export interface ManyObjects {
  readonly namespaces: number;
  readonly sets: number;
  readonly podsPerSet: number;
}

/** etcd refuses transactions of more operations. */
const OPERATIONS = 100;

/**
 * Fills a cluster with copies of one real StatefulSet and its real pod, managed fields and all, which the controllers and
 * kwok have brought up before. The copies go straight into etcd (the API server reads JSON there as well as protobuf):
 * 30,000 objects through the API server take ten minutes of its CPU. Controllers, scheduler and kwok are held from then on,
 * since they would work on the copies for an hour.
 */
export async function fillCluster(cluster: Cluster, { namespaces, sets, podsPerSet }: ManyObjects): Promise<Copies> {
  await cluster.namespace('original');
  await cluster.apply(original(podsPerSet), 'original');
  const path = '/apis/apps/v1/namespaces/original/statefulsets/web';
  const ready = async (): Promise<ApiObject | undefined> => {
    const set = await expectOk(cluster.api('GET', path), 'the original');
    const { readyReplicas } = (set.status ?? {}) as { readonly readyReplicas?: number };
    return readyReplicas === podsPerSet ? set : undefined;
  };
  const set = (await until('the original is ready', ready)) ?? {};
  const pod = await expectOk(cluster.api('GET', '/api/v1/namespaces/original/pods/web-0'), 'its pod');
  for (const component of cluster.components.names) {
    if (component !== 'etcd' && component !== 'kube-apiserver') await cluster.signal(component, 'SIGSTOP');
  }
  const etcd = new Etcd(cluster.dir);
  for (let index = 0; index < namespaces; index++) await etcd.put(`namespaces/${nameOf(index)}`, namespace(index));
  const copies = new Copies(etcd, { set, pod, namespaces, podsPerSet });
  for (let index = 0; index < sets; index++) await copies.put(index);
  await etcd.flush();
  return copies;
}

interface Originals {
  readonly set: ApiObject;
  readonly pod: ApiObject;
  readonly namespaces: number;
  readonly podsPerSet: number;
}

/** The copies by their index. */
export class Copies {
  readonly #etcd: Etcd;
  readonly #of: Originals;

  constructor(etcd: Etcd, of: Originals) {
    this.#etcd = etcd;
    this.#of = of;
  }

  placeOf(index: number): { readonly namespace: string; readonly name: string } {
    const { namespaces } = this.#of;
    return { namespace: nameOf(index % namespaces), name: `web-${Math.floor(index / namespaces)}` };
  }

  async put(index: number): Promise<void> {
    const { set, pod, podsPerSet } = this.#of;
    const { namespace: place, name } = this.placeOf(index);
    const uid = uidOf(index, 0);
    await this.#etcd.put(`statefulsets/${place}/${name}`, copyOf(set, { namespace: place, name, uid }));
    for (let ordinal = 0; ordinal < podsPerSet; ordinal++) {
      const podName = `${name}-${ordinal}`;
      const own = { namespace: place, name: podName, uid: uidOf(index, ordinal + 1), owner: { name, uid } };
      await this.#etcd.put(`pods/${place}/${podName}`, copyOf(pod, own));
    }
  }

  /** Writes these sets with another count of ready pods, in one transaction. */
  async change(indexes: readonly number[], readyReplicas: number): Promise<void> {
    const { set } = this.#of;
    const changed = { ...set, status: { ...(set.status as object), readyReplicas, availableReplicas: readyReplicas } };
    for (const index of indexes) {
      const { namespace: place, name } = this.placeOf(index);
      const identity = { namespace: place, name, uid: uidOf(index, 0) };
      await this.#etcd.put(`statefulsets/${place}/${name}`, copyOf(changed, identity));
    }
    await this.#etcd.flush();
  }
}

function uidOf(index: number, part: number): string {
  return `00000000-0000-4000-8000-${(index * 100 + part).toString(16).padStart(12, '0')}`;
}

function nameOf(index: number): string {
  return `team-${String(index).padStart(3, '0')}`;
}

function namespace(index: number): ApiObject {
  const metadata = { name: nameOf(index), uid: randomUUID(), creationTimestamp: '2026-01-01T00:00:00Z' };
  return {
    ...{ apiVersion: 'v1', kind: 'Namespace' },
    metadata: { ...metadata, labels: { 'kubernetes.io/metadata.name': metadata.name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

interface Identity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly owner?: { readonly name: string; readonly uid: string };
}

function copyOf(object: ApiObject, { namespace: place, name, uid, owner }: Identity): ApiObject {
  // A stored object carries no version: that is etcd's own.
  const { resourceVersion, ...kept } = object.metadata ?? {};
  if (resourceVersion === undefined) throw new Error('What is copied was never stored.');
  const owners = owner && [
    { apiVersion: 'apps/v1', kind: 'StatefulSet', ...owner, controller: true, blockOwnerDeletion: true },
  ];
  const metadata = { ...kept, namespace: place, name, uid, ...(owners && { ownerReferences: owners }) };
  return { ...object, metadata };
}

function original(replicas: number): object {
  const labels = { app: 'web', 'app.kubernetes.io/name': 'web' };
  const probe = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 5 };
  const resources = { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } };
  const env = ['HOST', 'PORT', 'LEVEL', 'REGION'].map((name) => ({ name, value: 'some value' }));
  const container = { name: 'web', image: 'registry.example.com/shop/web:1.0', env, resources, readinessProbe: probe };
  return {
    ...{ apiVersion: 'apps/v1', kind: 'StatefulSet' },
    metadata: { name: 'web', labels },
    spec: {
      ...{ replicas, serviceName: 'web', podManagementPolicy: 'Parallel' },
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

interface Put {
  readonly requestPut: { readonly key: string; readonly value: string };
}

/** Writes through etcd's JSON gateway, many keys in one transaction. */
class Etcd {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #waiting: Put[] = [];

  constructor(folder: string) {
    const { processes } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as {
      processes: Record<string, { args: readonly string[] }>;
    };
    const url = processes.etcd?.args.find((arg) => arg.startsWith('--advertise-client-urls='))?.split('=')[1] ?? '';
    this.#port = Number(new URL(url).port);
  }

  async put(key: string, object: ApiObject): Promise<void> {
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    this.#waiting.push({
      requestPut: { key: base64(`/registry/${key}`), value: base64(JSON.stringify(object)) },
    });
    if (this.#waiting.length >= OPERATIONS) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const success = this.#waiting;
    this.#waiting = [];
    await new Promise<void>((done, failed) => {
      const target = { agent: this.#agent, host: '127.0.0.1', port: this.#port, method: 'POST', path: '/v3/kv/txn' };
      const call = request(target, (response) => {
        response.resume().on('end', () => {
          if (response.statusCode === 200) done();
          else failed(new Error(`etcd answered ${response.statusCode}`));
        });
      });
      call.on('error', failed).end(JSON.stringify({ success }));
    });
  }
}
