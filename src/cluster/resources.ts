import type { Deployment, KubeEvent, Pod, ReplicaSet, StatefulSet } from '../core/objects';
import { type Json, record } from './json';
import { deploymentOf, eventOf, podOf, replicaSetOf, statefulSetOf } from './projection';

export interface Resource<T> {
  /** As rights name it: `statefulsets.apps`. */
  readonly fullName: string;
  readonly api: string;
  readonly plural: string;
  readonly project: (object: Json) => T;
}

export const statefulSets: Resource<StatefulSet> = apps('statefulsets', statefulSetOf);
export const deployments: Resource<Deployment> = apps('deployments', deploymentOf);
export const replicaSets: Resource<ReplicaSet> = apps('replicasets', replicaSetOf);
export const pods: Resource<Pod> = { fullName: 'pods', api: '/api/v1', plural: 'pods', project: podOf };
export const events: Resource<KubeEvent> = { fullName: 'events', api: '/api/v1', plural: 'events', project: eventOf };

export const controllerRevisions: Pick<Resource<never>, 'fullName' | 'api' | 'plural'> = {
  fullName: 'controllerrevisions.apps',
  api: '/apis/apps/v1',
  plural: 'controllerrevisions',
};

/** Of the kinds of apps/v1 that have rollouts. */
export function pluralOf(kind: string): string {
  return `${kind.toLowerCase()}s`;
}

function apps<T>(plural: string, project: (object: Json) => T): Resource<T> {
  return { fullName: `${plural}.apps`, api: '/apis/apps/v1', plural, project };
}

export interface ObjectPath {
  /** `/api/v1` or `/apis/<group>/<version>`. */
  readonly api: string;
  readonly plural: string;
  /** `undefined` for objects that belong to no namespace, and for those of all namespaces. */
  readonly namespace: string | undefined;
  /** `undefined`: the collection. */
  readonly name?: string;
}

export function pathOf({ api, plural, namespace, name }: ObjectPath): string {
  const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${api}${place}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

/** What tells an object from the others of its kind: its name, with its namespace where all of them (`undefined`) are seen. */
export function nameIn(namespace: string | undefined, { metadata }: Json): string {
  const own = record(metadata);
  return namespace === undefined ? `${String(own.namespace)}/${String(own.name)}` : String(own.name);
}
