import assert from 'node:assert/strict';
import { historyOf, type Revision } from '../../src/core/history/history';
import type { ObjectKey } from '../../src/core/objects';
import type { FreeCluster } from '../support/permits';
import { type Admin, until } from './realCluster';

export type Kind = 'StatefulSet' | 'Deployment' | 'DaemonSet';
export const KINDS: readonly Kind[] = ['StatefulSet', 'Deployment', 'DaemonSet'];

/** Workloads of one namespace that have a history. */
export class Revisions {
  readonly #admin: Admin;
  readonly #cluster: FreeCluster;
  readonly #namespace: string;

  constructor(admin: Admin, cluster: FreeCluster, namespace: string) {
    this.#admin = admin;
    this.#cluster = cluster;
    this.#namespace = namespace;
  }

  /** Applies three templates, one after another, each when the controller has seen the one before. */
  async make(kind: Kind, name: string): Promise<ObjectKey> {
    const namespace = this.#namespace;
    const key = { kind, namespace, name };
    const steps = [{ image: '1', cause: 'the first' }, { image: '2' }, { image: '3', cause: 'third, "so"' }];
    for (const [index, step] of steps.entries()) {
      const object = manifest(kind, { name, ...step });
      const { status } = await this.#cluster.apply({ object, namespace, force: true });
      assert.equal(status, index === 0 ? 'created' : 'configured');
      await until(`revision ${index + 1}`, async () => (await this.of(key)).length === index + 1);
    }
    return key;
  }

  async of(key: ObjectKey): Promise<readonly Revision[]> {
    return historyOf(await this.#cluster.history({ key }));
  }

  async spec(key: ObjectKey): Promise<Readonly<Record<string, unknown>>> {
    const { body } = await this.#admin.call('GET', pathOf(key));
    return body.spec as Readonly<Record<string, unknown>>;
  }
}

export function pathOf({ kind, namespace, name }: ObjectKey): string {
  return `/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`;
}

function manifest(kind: Kind, { name, image, cause }: { name: string; image: string; cause?: string }) {
  const container = { name: 'app', image: `registry.example/app:${image}`, env: [{ name: 'AT', value: image }] };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, ...(cause === undefined ? {} : { annotations: { 'kubernetes.io/change-cause': cause } }) },
    spec: {
      ...(kind === 'DaemonSet' ? {} : { replicas: 2 }),
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { terminationGracePeriodSeconds: 1, containers: [container] },
      },
    },
  };
}
