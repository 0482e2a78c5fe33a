import { claimNameOf } from '../../kube/claims';
import { readWorkloadSpec } from '../../kube/readWorkloadSpec';
import type { WorkloadSpec } from '../../kube/workloadSpec';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

function ordinalsOf({ firstOrdinal, replicas = 1 }: WorkloadSpec): readonly number[] {
  return Array.from({ length: Math.min(replicas, 10_000) }, (_, index) => firstOrdinal + index);
}

function listed(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} …` : names.join(', ');
}

/** Pods outside of the new range are condemned, and new ones begin with claims of their own. */
export const ordinalsStartChanged: Rule<'liveObject'> = {
  code: 'ordinals-start-changed',
  cause: 'statefulSet',
  severity: 'warning',
  rows: ['S46'],
  summary: 'Other ordinals: pods go, and others come with empty claims',
  needs: ['liveObject'],
  *check({ workload, facts: { liveObject } }) {
    const live = liveObject === null ? undefined : readWorkloadSpec(liveObject);
    if (workload.kind !== 'StatefulSet' || !live || workload.firstOrdinal === live.firstOrdinal) return;
    const now = ordinalsOf({ ...workload, replicas: workload.replicas ?? live.replicas });
    const before = ordinalsOf(live);
    const name = workload.name ?? '';
    const gone = before.filter((ordinal) => !now.includes(ordinal)).map((ordinal) => `${name}-${ordinal}`);
    const come = now.filter((ordinal) => !before.includes(ordinal)).map((ordinal) => `${name}-${ordinal}`);
    if (gone.length === 0) return;
    const [claim] = workload.claimTemplates;
    yield {
      path: ['spec', 'ordinals', 'start'],
      message: claim
        ? t`${listed(gone)} will be deleted, and ${listed(come) || t`no pod`} made, each with a claim of its own: it does not get the data of the old one.`
        : t`${listed(gone)} will be deleted, and ${listed(come) || t`no pod`} made.`,
    };
  },
};

/** pkg/controller/statefulset: the claim of a condemned pod gets the pod as its owner, and goes with it. */
export const claimsDeleted: Rule<'liveObject'> = {
  code: 'claims-deleted',
  cause: 'statefulSet',
  severity: 'warning',
  rows: ['S42'],
  summary: 'A scale-down that deletes claims, and their data',
  needs: ['liveObject'],
  *check({ workload, facts: { liveObject } }) {
    const live = liveObject === null ? undefined : readWorkloadSpec(liveObject);
    const { name = '', replicas, claimTemplates, claimsWhenScaled } = workload;
    if (!live || replicas === undefined || claimsWhenScaled !== 'Delete') return;
    const kept = ordinalsOf(workload);
    const gone = ordinalsOf(live).filter((ordinal) => !kept.includes(ordinal));
    const claims = gone.flatMap((ordinal) =>
      claimTemplates.map((claim) => claimNameOf(claim.name ?? '', name, ordinal)),
    );
    if (claims.length === 0) return;
    yield {
      path: ['spec', 'replicas'],
      message: t`With whenScaled: Delete this scale-down deletes the claims ${listed(claims)} and their data.`,
      advice: t`Set persistentVolumeClaimRetentionPolicy.whenScaled to Retain first, if the data is still needed.`,
    };
  },
};
