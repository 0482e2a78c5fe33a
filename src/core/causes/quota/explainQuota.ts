import { oneLine, refusals } from '../observed';
import type { Explainer } from '../rule';

/** Usage of a pod that has just gone may still count: the first refusals are no alarm (#54789). */
const SETTLES_MS = 5_000;

export function isQuotaText(text: string): boolean {
  return /\b(?:exceeded quota|failed quota|insufficient quota|status unknown for quota)\b/.test(text);
}

export const explainQuota: Explainer = {
  cause: 'quota',
  *explain(observation) {
    for (const { pod, text, count, age } of refusals(observation)) {
      if (!isQuotaText(text)) continue;
      const resource = /requested: (?:requests\.|limits\.)?([\w./-]+)=/.exec(text)?.[1];
      const which = /requested: limits\./.test(text) ? 'limits' : 'requests';
      const counts = resource === undefined || /pods$/.test(resource);
      const [first] = observation.workload.images.filter(({ init }) => !init);
      yield {
        code: 'pod-refused-quota',
        severity: count >= 2 || age > SETTLES_MS ? 'error' : 'warning',
        path:
          counts || !first
            ? ['spec', 'replicas']
            : ['spec', 'template', 'spec', 'containers', { name: first.name }, 'resources', which, resource],
        pod,
        message: `${pod} is refused: ${oneLine(text)}.`,
        advice:
          'Ask for less, free something in the namespace, or have the quota raised; the controller tries again by itself.',
      };
    }
  },
};
