import { valueAt, type FieldPath } from '../../fieldPath';
import { asFields } from '../../kube/readers';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

const SHARED = { cause: 'statefulSet', severity: 'information', needs: [] } as const;

/** A label that names a version: the next one changes it. */
const VERSION = /^(?:helm\.sh\/chart|chart|(?:app\.kubernetes\.io\/)?version)$/;

const IMMUTABLE_LABELS: readonly FieldPath[] = [['spec', 'selector', 'matchLabels']];

export const versionInImmutable: Rule<never> = {
  ...SHARED,
  code: 'version-in-immutable-label',
  rows: ['S6'],
  summary: 'A version among labels that can never change',
  *check({ manifest, workload: { kind, claimTemplates } }) {
    const claims = kind === 'StatefulSet' ? claimTemplates.map(({ path }) => [...path, 'metadata', 'labels']) : [];
    for (const path of [...IMMUTABLE_LABELS, ...claims]) {
      for (const name of Object.keys(asFields(valueAt(manifest.object, path)))) {
        if (!VERSION.test(name)) continue;
        yield {
          path: [...path, name],
          message: t`${name} names a version, and stands where nothing can change: the apply of the next version will be refused.`,
        };
      }
    }
  },
};

export const historyNotKept: Rule<never> = {
  ...SHARED,
  code: 'history-not-kept',
  rows: ['S50', 'S51'],
  summary: 'No old revision to go back to, or all of them kept',
  *check({ workload: { revisionHistoryLimit: limit } }) {
    if (limit === undefined || limit > 0) return;
    yield {
      path: ['spec', 'revisionHistoryLimit'],
      message:
        limit === 0
          ? t`No old revision is kept: kubectl rollout undo has nothing to go back to.`
          : t`A negative limit keeps every old revision for ever.`,
    };
  },
};

/** pkg/controller/statefulset/stateful_set_utils.go, updateStorage. */
export const volumeShadowed: Rule<never> = {
  ...SHARED,
  code: 'volume-shadowed',
  rows: ['S49'],
  summary: 'A volume that a claim template of the same name replaces',
  *check({ workload: { kind, template, claimTemplates } }) {
    const claims = kind === 'StatefulSet' ? claimTemplates.map(({ name }) => name) : [];
    for (const { name, path } of template.volumes) {
      if (name === undefined || !claims.includes(name)) continue;
      yield {
        path: [...path, 'name'],
        message: t`The claim template ${name} takes the place of this volume: what stands here has no effect.`,
      };
    }
  },
};

/** The set is scaled by somebody else: an apply sets it back to the number of the manifest. */
export const replicasOfAutoscaler: Rule<'sameFile'> = {
  ...SHARED,
  code: 'replicas-of-autoscaler',
  rows: ['S54'],
  summary: 'replicas of a workload that an autoscaler of the same file scales',
  needs: ['sameFile'],
  *check({ workload: { kind, name, replicas }, facts: { sameFile } }) {
    if (replicas === undefined) return;
    const scaler = sameFile.find(({ kind: other, object }) => {
      const target = asFields(asFields(object?.spec).scaleTargetRef);
      return other === 'HorizontalPodAutoscaler' && target.kind === kind && target.name === name;
    });
    if (!scaler) return;
    yield {
      path: ['spec', 'replicas'],
      message: t`The HorizontalPodAutoscaler ${scaler.name} sets the number of pods: each apply sets it back to ${replicas}.`,
      advice: t`Leave replicas out.`,
    };
  },
};
