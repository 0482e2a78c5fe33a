import type { Plot, Teller } from '../plots';
import type { Recorded } from '../story';

type Fields = Readonly<Record<string, unknown>>;

export const IMAGE = 'registry.example.com/shop/web';

interface Parts {
  readonly kind?: 'StatefulSet' | 'Deployment';
  readonly replicas?: number;
  readonly tag?: string;
  readonly container?: Fields;
  readonly pod?: Fields;
  readonly spec?: Fields;
}

/** A workload `web` whose container `app` answers /ready on port 8080. */
export function web({ kind = 'StatefulSet', replicas = 2, tag = '1.0', container, pod, spec }: Parts = {}): object {
  const labels = { app: 'web' };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web' },
    spec: {
      replicas,
      ...(kind === 'StatefulSet' ? { serviceName: 'web' } : {}),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{ name: 'app', image: `${IMAGE}:${tag}`, ...container }],
          ...pod,
        },
      },
      ...spec,
    },
  };
}

export const probe = (path = '/ready', more: Fields = {}): Fields => ({
  readinessProbe: { httpGet: { path, port: 8080 }, periodSeconds: 1, ...more },
});

export const shell = (script: string): Fields => ({ command: ['sh', '-c', script] });

const part = (object: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Fields | undefined)?.[key], object);

const nameOf = (object: Recorded): string => String(part(object, 'metadata', 'name'));

/** All pods of the newest revision, and ready, by the counters. */
export async function rolledOut(teller: Teller): Promise<void> {
  await teller.until('the end of the rollout', (seen) =>
    seen.some((object) => {
      const { replicas, readyReplicas, updatedReplicas, observedGeneration } = (object.status ?? {}) as Record<
        string,
        number | undefined
      >;
      const wanted = part(object, 'spec', 'replicas');
      if (nameOf(object) !== 'web' || observedGeneration !== part(object, 'metadata', 'generation')) return false;
      return wanted !== undefined && replicas === wanted && readyReplicas === wanted && updatedReplicas === wanted;
    }),
  );
}

/** A text stands somewhere in a pod's status, or in an event. */
export async function shows(teller: Teller, pattern: RegExp): Promise<void> {
  await teller.until(String(pattern), (seen) =>
    seen.some((object) => pattern.test(JSON.stringify(object.status ?? [object.reason, object.message]))),
  );
}

interface Failure {
  readonly name: string;
  readonly title: string;
  readonly nodes?: Plot['nodes'];
  readonly kind?: Plot['kind'];
  readonly setup?: readonly object[];
  readonly labels?: Plot['labels'];
  readonly bad: Parts;
  /** What the cluster shows of it. */
  readonly sign: RegExp;
  /** After the sign, in seconds. */
  readonly wait?: number;
  readonly healed?: Parts;
}

/** A good start, a bad apply, a good apply, and the pod deleted that keeps the set from it: nothing is left standing. */
export function fails({
  name,
  title,
  nodes = 'kubelet',
  kind,
  setup,
  bad,
  sign,
  wait = 8,
  healed = {},
  labels,
}: Failure): Plot {
  const own = kind === undefined ? {} : { kind };
  return {
    ...{ name, title, nodes, ...own },
    ...(setup ? { setup } : {}),
    ...(labels ? { labels } : {}),
    async tell(teller) {
      await teller.apply('a good start', web({ ...own, ...healed }));
      await rolledOut(teller);
      await teller.apply('the bad apply', web({ ...own, ...bad }));
      await shows(teller, sign);
      await teller.seconds(wait);
      await teller.apply('the good apply', web({ ...own, tag: '1.1', ...healed }));
      await teller.seconds(3);
      if (kind === undefined || kind === 'StatefulSet') {
        const doomed = (healed.replicas ?? 2) - 1;
        await teller
          .call('the pod in the way is deleted', 'DELETE', `/api/v1/namespaces/{namespace}/pods/web-${doomed}`)
          .catch(() => undefined);
      }
      await rolledOut(teller);
      await teller.seconds(2);
    },
  };
}

export const configMap = (name: string, data: Readonly<Record<string, string>>): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});
