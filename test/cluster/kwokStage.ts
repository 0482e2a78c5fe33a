// The shape of kwok's configuration objects (kwok.x-k8s.io).

interface Requirement {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  values?: string[];
}

export const is = (key: string, ...values: string[]): Requirement => ({ key, operator: 'In', values });
export const isNot = (key: string, ...values: string[]): Requirement => ({ key, operator: 'NotIn', values });
export const has = (key: string): Requirement => ({ key, operator: 'Exists' });
export const hasNo = (key: string): Requirement => ({ key, operator: 'DoesNotExist' });
export const alive = hasNo('.metadata.deletionTimestamp');

interface StageRule {
  match: Requirement[];
  /** `durationFrom` wins over `durationMilliseconds` where it yields a value. */
  delay: { durationMilliseconds?: number; durationFrom?: { expressionFrom: string } };
  steps: object[];
  more?: object;
}

export const stage = (kind: string, name: string, { match, delay, steps, more = {} }: StageRule) => ({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'Stage',
  metadata: { name },
  spec: { resourceRef: { apiGroup: 'v1', kind }, selector: { matchExpressions: match }, delay, steps, ...more },
});

/** Fake nodes carry this label, so that kwok leaves real ones alone. */
export const fakeNodeLabel = { kwok: 'yes' };

/** An object that sets some options loses the defaults of the others: each parallelism must be above 0. */
export const options = {
  apiVersion: 'config.kwok.x-k8s.io/v1alpha1',
  kind: 'KwokConfiguration',
  options: {
    manageNodesWithLabelSelector: 'kwok=yes',
    nodeLeaseDurationSeconds: 40,
    cidr: '10.0.0.0/16',
    nodeIP: '10.0.0.1',
    podPlayStageParallelism: 16,
    nodePlayStageParallelism: 4,
    nodeLeaseParallelism: 4,
    podsOnNodeSyncParallelism: 4,
  },
};
