import type { Fact } from '../core/causes/facts';
import type { LabelSelector, LiveWorkload, Pod } from '../core/objects';
import type { FactSource } from './factSource';
import { type ClusterFacts, mapFact, type Question } from './factQuestion';
import { type Json, record, records } from './json';
import { namespacePodOf } from './placeReaders';
import { pathOf, pods } from './resources';
import { t } from '../util/l10n';

/** The workload's pods, and those beside them: one list answers for both. */
export async function podFacts(
  object: Promise<Fact<Json | null>>,
  question: Question,
  source: FactSource,
): Promise<Pick<ClusterFacts, 'liveWorkload' | 'pods' | 'namespacePods'>> {
  const { namespace, end, resource } = question;
  const all = source.list<Json>({
    ...{ plural: 'pods', path: pathOf({ ...pods, namespace }), end, where: t` in ${namespace}` },
    read: (pod) => pod,
  });
  const liveWorkload = mapFact(await object, (value) => (value === null ? null : resource.project(value)));
  return {
    liveWorkload,
    pods: await podsOf(liveWorkload, question, { source, all }),
    namespacePods: mapFact(await all, (list) => list.map(namespacePodOf)),
  };
}

async function podsOf(
  workload: Fact<LiveWorkload | null>,
  { live, end, namespace }: Question,
  { source, all }: { readonly source: FactSource; readonly all: Promise<Fact<readonly Json[]>> },
): Promise<Fact<readonly Pod[]>> {
  if (workload.state !== 'known') return workload;
  const { value } = workload;
  if (value === null) return { state: 'known', value: [] };
  const watched = live?.connectionState.kind === 'live' ? live.podsOf(value) : undefined;
  if (watched) return { state: 'known', value: watched };
  const own = (list: readonly Json[]): readonly Pod[] =>
    list
      .map(pods.project)
      .filter(({ ownerUid }) => (value.kind === 'StatefulSet' ? ownerUid === value.uid : ownerUid !== undefined));
  const listed = await all;
  if (value.kind === 'StatefulSet' && listed.state === 'known') return mapFact(listed, own);
  if (listed.state === 'forbidden') return listed;
  // A Deployment's pods belong to its ReplicaSets: its selector tells them; and a large namespace is not listed whole.
  return source.cache.get(`pods/${value.uid}/${value.resourceVersion}`, async () => {
    const query = { labelSelector: selectorText(value.selector) };
    const action = t`list pods in ${namespace}`;
    return own(records(record(await source.get({ path: pathOf({ ...pods, namespace }), query, action, end })).items));
  });
}

export function selectorText({ matchLabels, matchExpressions }: LabelSelector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const others = matchExpressions.map(({ key, operator, values }) => {
    if (operator === 'Exists') return key;
    return operator === 'DoesNotExist' ? `!${key}` : `${key} ${operator.toLowerCase()} (${values.join(',')})`;
  });
  return [...equal, ...others].join(',');
}
