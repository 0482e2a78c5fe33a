/** Kinds by what must be there before them; those of one rank do not wait for each other. Unknown kinds come last but one. */
const RANKS: readonly (readonly string[])[] = [
  ['Namespace'],
  ['CustomResourceDefinition'],
  [
    'PriorityClass',
    'StorageClass',
    'RuntimeClass',
    'ResourceQuota',
    'LimitRange',
    'NetworkPolicy',
    'PodDisruptionBudget',
  ],
  ['ServiceAccount', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'],
  ['Secret', 'ConfigMap'],
  ['PersistentVolume', 'PersistentVolumeClaim'],
  ['Service'],
  ['StatefulSet', 'Deployment', 'DaemonSet', 'ReplicaSet', 'Pod', 'Job', 'CronJob'],
];
const LAST = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'APIService'];

export function applyRank(kind: string): number {
  const rank = RANKS.findIndex((kinds) => kinds.includes(kind));
  if (rank >= 0) return rank;
  return LAST.includes(kind) ? RANKS.length + 1 : RANKS.length;
}

/** In the order in which they can be made; of one rank in their own order. */
export function inApplyOrder<T>(items: readonly T[], kindOf: (item: T) => string): readonly T[] {
  return items
    .map((item, index) => ({ item, index, rank: applyRank(kindOf(item)) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ item }) => item);
}
