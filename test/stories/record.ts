// Records stories from a real cluster: `npx tsx test/stories/record.ts kwok|kubelet [name …]`.
import type { ApiObject } from '../cluster/apiClient';
import { type Cluster, startCluster } from '../cluster/cluster';
import { sleep } from '../cluster/processes';
import { type Plot, plots, type Teller } from './plots';
import { slimObject } from './slim';
import { type Frame, type Kind, type Recorded, writeStory } from './story';

const LOOK_MS = 250;
const PATIENCE_MS = 240_000;

class Recorder implements Teller {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #plot: Plot;
  readonly #began = Date.now();
  readonly #frames: Frame[] = [];
  readonly #known = new Map<string, { readonly kind: Kind; readonly text: string }>();
  readonly #logs: Record<string, readonly string[]> = {};
  #did: string | undefined;

  constructor(cluster: Cluster, namespace: string, plot: Plot) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#plot = plot;
  }

  async apply(did: string, object: object): Promise<void> {
    await this.#cluster.apply(object, this.#namespace);
    this.#did = did;
    await this.look();
  }

  async call(did: string, method: string, path: string, body?: unknown): Promise<void> {
    const whole = path.replace('{namespace}', this.#namespace);
    const type = method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : undefined;
    const { status, body: answer } = await this.#cluster.api(method, whole, body, type);
    if (status >= 400) throw new Error(`${method} ${whole}: ${status} ${JSON.stringify(answer)}`);
    this.#did = did;
    await this.look();
  }

  async seconds(count: number): Promise<void> {
    const end = Date.now() + count * 1000;
    while (Date.now() < end) await this.look();
    await this.#readLogs();
  }

  async until(what: string, probe: (seen: readonly Recorded[]) => boolean): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!probe(await this.look())) if (Date.now() > end) throw new Error(`${this.#plot.name}: ${what} did not come`);
  }

  async look(): Promise<readonly Recorded[]> {
    await sleep(LOOK_MS);
    const seen = (await Promise.all(KINDS.map((kind) => this.#list(kind)))).flat();
    const put = seen.filter(({ kind, object }) => this.#isNew(kind, object));
    const uids = new Set(seen.map(({ object }) => uidOf(object)));
    const gone = [...this.#known.keys()].filter((uid) => !uids.has(uid));
    for (const uid of gone) this.#known.delete(uid);
    if (put.length > 0 || gone.length > 0 || this.#did !== undefined) {
      this.#frames.push({
        at: Date.now() - this.#began,
        ...(this.#did === undefined ? {} : { did: this.#did }),
        ...(put.length > 0 ? { put } : {}),
        ...(gone.length > 0 ? { gone } : {}),
      });
      this.#did = undefined;
    }
    return seen.map(({ object }) => object);
  }

  async #list(kind: Kind): Promise<readonly { readonly kind: Kind; readonly object: Recorded }[]> {
    const path = PATHS[kind](this.#plot.kind ?? 'StatefulSet', this.#namespace);
    const { body } = await this.#cluster.api<{ items?: ApiObject[] }>('GET', path);
    return (body.items ?? []).map((object) => ({ kind, object: slimObject(object) }));
  }

  #isNew(kind: Kind, object: Recorded): boolean {
    const uid = uidOf(object);
    const text = JSON.stringify(object);
    if (this.#known.get(uid)?.text === text) return false;
    this.#known.set(uid, { kind, text });
    return true;
  }

  write(version: string): void {
    writeStory(this.#plot.name, {
      title: this.#plot.title,
      kubernetes: version,
      nodes: this.#cluster.flavour,
      began: new Date(this.#began).toISOString(),
      logs: this.#logs,
      frames: this.#frames,
    });
  }

  async #readLogs(): Promise<void> {
    if (this.#cluster.flavour !== 'kubelet') return;
    for (const pod of await this.#list('pod')) {
      const { metadata, status } = pod.object as unknown as CrashedPod;
      for (const { name, restartCount } of [
        ...(status.initContainerStatuses ?? []),
        ...(status.containerStatuses ?? []),
      ]) {
        if (restartCount === 0) continue;
        const path = `/api/v1/namespaces/${this.#namespace}/pods/${metadata.name}/log?container=${name}&previous=true&tailLines=8`;
        const { status: code, body } = await this.#cluster.api<unknown>('GET', path);
        if (code === 200 && typeof body === 'string' && body !== '')
          this.#logs[`${metadata.name}/${name}`] = body.trim().split('\n');
      }
    }
  }
}

interface CrashedPod {
  readonly metadata: { readonly name: string };
  readonly status: Readonly<
    Record<'initContainerStatuses' | 'containerStatuses', { name: string; restartCount: number }[] | undefined>
  >;
}

const KINDS: readonly Kind[] = ['workload', 'replicaSet', 'pod', 'event'];

const PATHS: Readonly<Record<Kind, (kind: string, namespace: string) => string>> = {
  workload: (kind, namespace) => `/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s`,
  replicaSet: (_kind, namespace) => `/apis/apps/v1/namespaces/${namespace}/replicasets`,
  pod: (_kind, namespace) => `/api/v1/namespaces/${namespace}/pods`,
  event: (_kind, namespace) => `/api/v1/namespaces/${namespace}/events`,
};

function uidOf({ metadata }: Recorded): string {
  return (metadata as { uid: string }).uid;
}

async function record(plot: Plot, cluster: Cluster, version: string): Promise<void> {
  const namespace = await cluster.freshNamespace('story');
  try {
    const { labels } = plot;
    if (labels) await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
    for (const object of plot.setup ?? []) await cluster.apply(object, namespace);
    const recorder = new Recorder(cluster, namespace, plot);
    await plot.tell(recorder);
    recorder.write(version);
    console.log(`recorded ${plot.name}`);
  } finally {
    await cluster.api('DELETE', `/api/v1/namespaces/${namespace}`);
  }
}

async function main([flavour, ...names]: readonly string[]): Promise<void> {
  if (flavour !== 'kwok' && flavour !== 'kubelet') throw new Error('usage: record.ts kwok|kubelet [name …]');
  const chosen = plots.filter(({ name, nodes }) => nodes === flavour && (names.length === 0 || names.includes(name)));
  const version = process.env.ORDINAL_KUBERNETES;
  const cluster = await startCluster({ flavour, ...(version === undefined ? {} : { version }) });
  try {
    const { gitVersion } = (await cluster.api<{ gitVersion: string }>('GET', '/version')).body;
    // All at once: most of a story is waiting.
    const told = await Promise.allSettled(chosen.map((plot) => record(plot, cluster, gitVersion)));
    for (const each of told) if (each.status === 'rejected') console.error(each.reason);
    if (told.some(({ status }) => status === 'rejected')) process.exitCode = 1;
  } finally {
    await cluster.stop();
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
