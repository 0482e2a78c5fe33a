import type { ContainerDefaults } from '../kube/podResources';
import type { LimitRange } from './facts';

/**
 * What the LimitRanges of a namespace fill in. A LimitRange is itself defaulted first: default ← max,
 * defaultRequest ← default, else min (pkg/apis/core/v1/defaults.go, SetDefaults_LimitRangeItem).
 */
export function namespaceDefaults(limitRanges: readonly LimitRange[]): readonly ContainerDefaults[] {
  return limitRanges.flatMap(({ limits }) =>
    limits
      .filter(({ type }) => type === 'Container')
      .map((item) => {
        const defaults = { ...item.max, ...item.default };
        return { default: defaults, defaultRequest: { ...item.min, ...defaults, ...item.defaultRequest } };
      }),
  );
}
