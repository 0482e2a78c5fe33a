import type { FieldPath } from '../../fieldPath';
import { compareQuantities, parseQuantity } from '../../kube/quantity';
import type { ContainerImage, LiveWorkload } from '../../objects';
import { containerPath, oneLine } from '../observed';
import { claimPath, refusals, refusedName, type Refusal } from '../refusals';
import type { Explainer } from '../rule';
import { t } from '../../../util/l10n';

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
    for (const refusal of refusals(observation)) {
      if (!isLimitRangeText(refusal.text)) continue;
      yield {
        code: 'pod-refused-limit-range',
        severity: 'error',
        path: pathOf(refusal, observation.workload),
        pod: refusal.pod,
        message: t`${refusedName(refusal)} is refused: ${oneLine(refusal.text)}.`,
        advice: t`Bring requests and limits within the LimitRange of the namespace, and apply again.`,
      };
    }
  },
};

/**
 * The text never names the container, but the amount that is wrong: the one that writes it is meant, else the first is a
 * guess. A pod's own bounds are about the sum, and nobody writes that.
 */
function pathOf({ claim, text }: Refusal, workload: LiveWorkload): FieldPath {
  if (claim !== undefined) return claimPath(workload, claim);
  const [, usage, ratio, limit] =
    /(?:minimum|maximum) ([\w./-]+) usage|([\w./-]+) max limit|equal to ([\w./-]+) limit/.exec(text) ?? [];
  const resource = usage ?? ratio ?? limit;
  const which = /but request is|request ratio|No request|must be less/.test(text) ? 'requests' : 'limits';
  const own = workload.images.filter(({ init }) => !init);
  const container =
    own[Number(/containers\[(\d+)\]/.exec(text)?.[1])] ?? guilty(text, workload, `${which}.${resource}`) ?? own[0];
  if (!container) return ['spec', 'template', 'spec'];
  return [...containerPath(container), 'resources', which, ...(resource === undefined ? [] : [resource])];
}

function guilty(text: string, { images }: LiveWorkload, field: string): ContainerImage | undefined {
  const amount = /but (?:request|limit) is ([^\s,\]]+)/.exec(text)?.[1];
  if (amount !== undefined) return images.find(({ resources }) => sameAmount(resources?.[field], amount));
  return /No (?:request|limit) is specified/.test(text)
    ? images.find(({ resources }) => resources?.[field] === undefined)
    : undefined;
}

function sameAmount(a: string | undefined, b: string): boolean {
  const [one, other] = [parseQuantity(a ?? ''), parseQuantity(b)];
  return one !== undefined && other !== undefined && compareQuantities(one, other) === 0;
}
