import type { FieldPath } from '../../fieldPath';
import { parseQuantity } from '../../kube/quantity';
import type { ContainerImage, LiveWorkload } from '../../objects';
import { containerPath, oneLine } from '../observed';
import { claimPath, refusals, refusedName, type Refusal } from '../refusals';
import type { Explainer } from '../rule';
import { t } from '../../../util/l10n';

/** Usage of a pod that has just gone may still count: the first refusals are no alarm (#54789). */
const SETTLES_MS = 5_000;

export function isQuotaText(text: string): boolean {
  return /\b(?:exceeded quota|failed quota|insufficient quota|status unknown for quota)\b/.test(text);
}

export const explainQuota: Explainer = {
  cause: 'quota',
  *explain(observation) {
    for (const refusal of refusals(observation)) {
      const { pod, text, count, age } = refusal;
      if (!isQuotaText(text)) continue;
      const obliges = text.includes('must specify');
      yield {
        code: 'pod-refused-quota',
        severity: obliges || count >= 2 || age > SETTLES_MS ? 'error' : 'warning',
        path: pathOf(refusal, observation.workload),
        pod,
        message: t`${refusedName(refusal)} is refused: ${oneLine(text)}.`,
        advice: obliges
          ? t`Set what the text names, and apply again.`
          : t`Ask for less, free something in the namespace, or have the quota raised; the controller tries again by itself.`,
      };
    }
  },
};

/** `failed quota: q: must specify limits.cpu for: app,setup`: the text names the containers. */
function pathOf({ claim, text }: Refusal, workload: LiveWorkload): FieldPath {
  const { images } = workload;
  const [first] = images.filter(({ init }) => !init);
  const name = /must specify [^;]* for: ([^,;\s]+)/.exec(text)?.[1];
  const obliged = images.find((image) => image.name === name) ?? first;
  if (name !== undefined && obliged) return [...containerPath(obliged), 'resources'];
  const [, limits, resource] = /requested: (?:(limits)\.|requests\.)?([\w./-]+)=/.exec(text) ?? [];
  if (claim !== undefined && resource?.endsWith('storage') === true) return claimPath(workload, claim);
  // What counts objects is exceeded by their number.
  if (resource === undefined || !first || /(?:pods|claims)$/.test(resource)) return ['spec', 'replicas'];
  const field = `${limits ?? 'requests'}.${resource}`;
  const asking = images.filter(({ resources }) => resources?.[field] !== undefined);
  const container = asking.sort((a, b) => amountOf(b, field) - amountOf(a, field))[0] ?? first;
  return [...containerPath(container), 'resources', limits ?? 'requests', resource];
}

/** The one that asks for most is the first to look at; close enough for an order. */
function amountOf({ resources }: ContainerImage, field: string): number {
  return Number(parseQuantity(resources?.[field] ?? '')?.value ?? 0n);
}
