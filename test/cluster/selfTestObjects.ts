// What the harness's own test puts into a cluster and looks for there.
import type { Cluster } from './cluster';
import { until } from './processes';

export interface Template {
  replicas?: number;
  image?: string;
  command?: string[];
  /** Port 8080. Undefined: no probe. */
  readinessPath?: string;
  claim?: boolean;
  /** Of memory. */
  limit?: string;
}

export interface Seen {
  title: string;
  name: string;
  template: Template;
  /** Reasons of container states, in the order in which they appear; a running container's is "Running". */
  reasons: string[];
  /** `REASON: MESSAGE` */
  event: RegExp;
}

export function statefulSet(name: string, template: Template): object {
  const { replicas = 1, image = 'registry.example.com/shop/web:1.0', command, readinessPath, claim, limit } = template;
  const container = {
    name: 'app',
    image,
    ...(command && { command }),
    ...(readinessPath !== undefined && {
      readinessProbe: { httpGet: { path: readinessPath, port: 8080 }, periodSeconds: 1 },
    }),
    ...(limit !== undefined && { resources: { limits: { memory: limit } } }),
    ...(claim && { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
  };
  const labels = { app: name };
  const storage = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: {
      serviceName: name,
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 1, containers: [container] },
      },
      ...(claim && { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: storage }] }),
    },
  };
}

export interface Pod {
  status?: {
    startTime?: string;
    conditions?: { type: string; status: string; lastTransitionTime: string }[];
    containerStatuses?: {
      ready: boolean;
      state: Record<'waiting' | 'running' | 'terminated', { reason?: string } | undefined>;
    }[];
  };
}

/** Of the namespace `shop`. */
export const readPod = async (cluster: Cluster, name: string): Promise<Pod> =>
  (await cluster.api<Pod>('GET', `/api/v1/namespaces/shop/pods/${name}`)).body;

/** Waits until the pod is Ready; answers since when, in milliseconds. */
export async function readyAt(cluster: Cluster, pod: string): Promise<number> {
  return until(
    `${pod} Ready`,
    async () => {
      const conditions = (await readPod(cluster, pod)).status?.conditions ?? [];
      const ready = conditions.find(({ type, status }) => type === 'Ready' && status === 'True');
      return ready && Date.parse(ready.lastTransitionTime);
    },
    30_000,
  ).then((time) => time ?? 0);
}

/** Waits until the pod's container has shown these reasons one after the other, whatever came between. */
export async function reasonsSeen(cluster: Cluster, pod: string, reasons: string[]): Promise<void> {
  for (const reason of reasons) {
    await until(
      `${pod} ${reason}`,
      async () => {
        const { waiting, running, terminated } =
          (await readPod(cluster, pod)).status?.containerStatuses?.[0]?.state ?? {};
        return (running && 'Running') === reason || [waiting, terminated].some((state) => state?.reason === reason);
      },
      40_000,
    );
  }
}

interface EventList {
  items: { reason: string; message: string }[];
}

export async function eventsOf(cluster: Cluster, pod: string): Promise<string[]> {
  const path = `/api/v1/namespaces/shop/events?fieldSelector=involvedObject.name=${pod}`;
  const { items } = (await cluster.api<EventList>('GET', path)).body;
  return items.map(({ reason, message }) => `${reason}: ${message}`);
}

/** Applies a StatefulSet and waits until its first pod shows what is expected. */
export async function appears(
  cluster: Cluster,
  { name, template, reasons, event }: Omit<Seen, 'title'>,
): Promise<void> {
  await cluster.apply(statefulSet(name, template), 'shop');
  await reasonsSeen(cluster, `${name}-0`, reasons);
  const told = async () => (await eventsOf(cluster, `${name}-0`)).some((text) => event.test(text));
  await until(`event of ${name}-0`, told, 40_000);
}
