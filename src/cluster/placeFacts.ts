import type { Fact } from '../core/causes/facts';
import type { ClaimFact } from '../core/causes/factObjects';
import { claimsOfWorkload } from '../core/kube/claims';
import { namespaceOf } from './factReaders';
import type { FactSource, Listing } from './factSource';
import { type ClusterFacts, mapFact, type Question } from './factQuestion';
import type { Json } from './json';
import { claimOf, nodeOf, priorityClassOf, runtimeClassOf, serviceOf, storageClassOf, volumeOf } from './placeReaders';
import { pathOf } from './resources';
import { t } from '../util/l10n';

type PlaceFacts = Pick<
  ClusterFacts,
  'namespace' | 'services' | 'claims' | 'volumes' | 'storageClasses' | 'priorityClasses' | 'runtimeClasses' | 'nodes'
>;

const NOTHING = { state: 'known', value: [] } as const;

/** What the pods stand on. What the workload does not use is not asked for. */
export async function placeFacts({ workload, namespace, end }: Question, source: FactSource): Promise<PlaceFacts> {
  const { template, claimTemplates, serviceName } = workload;
  const ofCluster = <T>(api: string, plural: string, read: (object: Json) => T): Listing<T> => ({
    ...{ plural, path: pathOf({ api, plural, namespace: undefined }), end, where: '', lifetime: 'cluster', read },
  });
  const usesClaims = claimTemplates.length > 0 || template.volumes.some(({ claimName }) => claimName !== undefined);
  const claims: Promise<Fact<readonly ClaimFact[]>> = usesClaims
    ? source.list({
        ...{ plural: 'persistentvolumeclaims', end, where: t` in ${namespace}`, read: claimOf },
        path: pathOf({ api: '/api/v1', plural: 'persistentvolumeclaims', namespace }),
      })
    : Promise.resolve(NOTHING);
  const governing = serviceName === undefined || serviceName === '' ? [] : [serviceName];
  const runtime = template.runtimeClassName === undefined ? [] : [template.runtimeClassName];
  const ofNamespace = { api: '/api/v1', plural: 'namespaces', namespace: undefined, end, read: namespaceOf };
  const [namespaces, services, claimFacts, volumes, storageClasses, priorityClasses, runtimeClasses, nodes] =
    await Promise.all([
      source.named([namespace], ofNamespace),
      source.named(governing, { api: '/api/v1', plural: 'services', namespace, end, read: serviceOf }),
      claims,
      claims.then((fact) => {
        if (fact.state !== 'known') return fact;
        const names = claimsOfWorkload(workload, fact.value).flatMap(({ volumeName }) => volumeName ?? []);
        const of = { api: '/api/v1', plural: 'persistentvolumes', namespace: undefined, end } as const;
        return source.named([...new Set(names)], { ...of, lifetime: 'cluster', read: volumeOf });
      }),
      claimTemplates.length === 0
        ? NOTHING
        : source.list(ofCluster('/apis/storage.k8s.io/v1', 'storageclasses', storageClassOf)),
      template.priorityClassName === undefined
        ? NOTHING
        : source.list(ofCluster('/apis/scheduling.k8s.io/v1', 'priorityclasses', priorityClassOf)),
      source.named(runtime, {
        ...{ api: '/apis/node.k8s.io/v1', plural: 'runtimeclasses', namespace: undefined, end },
        ...{ lifetime: 'cluster', read: runtimeClassOf },
      }),
      source.list(ofCluster('/api/v1', 'nodes', nodeOf)),
    ]);
  const own = mapFact(namespaces, (map) => map.get(namespace) ?? null);
  const existing = mapFact(
    volumes,
    (map) => new Map([...map].flatMap(([name, volume]) => (volume ? [[name, volume]] : []))),
  );
  return {
    namespace: own,
    services,
    claims: claimFacts,
    volumes: existing,
    storageClasses,
    priorityClasses,
    runtimeClasses,
    nodes,
  };
}
