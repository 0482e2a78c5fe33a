import { oneLine, refusals } from '../observed';
import type { Explainer } from '../rule';

/** plugin/pkg/admission/limitranger, and pod validation where a default limit is below the request. */
export function isLimitRangeText(text: string): boolean {
  return (
    /\b(?:minimum|maximum) [\w./-]+ usage per (?:Container|Pod|PersistentVolumeClaim)\b/.test(text) ||
    /max limit to request ratio per/.test(text) ||
    /must be less than or equal to [\w./-]+ limit/.test(text)
  );
}

export const explainLimitRange: Explainer = {
  cause: 'limitRange',
  *explain(observation) {
    for (const { pod, text } of refusals(observation)) {
      if (!isLimitRangeText(text)) continue;
      const [, resource] = /(?:minimum|maximum) ([\w./-]+) usage|([\w./-]+) max limit/.exec(text) ?? [];
      const which = /but request is|request ratio|No request|must be less/.test(text) ? 'requests' : 'limits';
      const index = Number(/containers\[(\d+)\]/.exec(text)?.[1] ?? 0);
      const container = observation.workload.images.filter(({ init }) => !init)[index];
      yield {
        code: 'pod-refused-limit-range',
        severity: 'error',
        // The text never names the container: with one container there is no doubt, else the first is a guess.
        path: container
          ? [
              'spec',
              'template',
              'spec',
              'containers',
              { name: container.name },
              'resources',
              which,
              ...(resource === undefined ? [] : [resource]),
            ]
          : ['spec', 'template', 'spec'],
        pod,
        message: `${pod} is refused: ${oneLine(text)}.`,
        advice: 'Bring requests and limits within the LimitRange of the namespace, and apply again.',
      };
    }
  },
};
