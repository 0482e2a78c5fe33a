import type { FieldPath } from '../../fieldPath';
import type { ServerVersion } from '../facts';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';
import { firstDifference } from '../../kube/sameFields';

/**
 * What an update of a StatefulSet's spec may not change (pkg/apis/apps/validation): every field but those it lists. They
 * are named here, since a field that Kubernetes does not have is a mistake of another sort.
 */
const IMMUTABLE = ['selector', 'serviceName', 'podManagementPolicy', 'volumeClaimTemplates', 'revisionHistoryLimit'];

/** The server answers with one sentence on `spec`; this names the field. */
export const immutableField: Rule<'liveObject' | 'serverVersion'> = {
  code: 'immutable-field',
  cause: 'statefulSet',
  severity: 'error',
  rows: ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'D1'],
  summary: 'A changed field that cannot change',
  needs: ['liveObject', 'serverVersion'],
  *check({ manifest, workload: { kind }, facts: { liveObject, serverVersion } }) {
    const wanted = fieldsOf(manifest.object.spec);
    const live = fieldsOf(liveObject?.spec);
    if (!wanted || !live) return;
    for (const name of kind === 'Deployment' ? ['selector'] : IMMUTABLE) {
      if (wanted[name] === undefined || isMutable(name, serverVersion)) continue;
      const difference = differenceOf(name, wanted[name], live[name]);
      if (!difference) continue;
      const path = ['spec', name, ...difference];
      yield {
        path,
        message: t`${fieldName(path)} of a ${kind} cannot change: the API server will refuse the whole apply.`,
        advice:
          kind === 'StatefulSet'
            ? wayOut(name, path)
            : t`Put the old value back, or make a Deployment of another name.`,
      };
    }
  },
};

/** Deleting the set and leaving its pods is a way out, but not for every field an easy one. */
function wayOut(name: string, path: FieldPath): string {
  if (name === 'selector') {
    return t`Put the old value back. A set that is made anew does not adopt pods which its selector does not take, and their names stand in its way.`;
  }
  if (path.includes('storage')) {
    return t`Put the old value back and grow each claim by itself (kubectl patch pvc), if its class allows expansion; then kubectl delete --cascade=orphan and apply again.`;
  }
  if (name === 'volumeClaimTemplates' && path.length <= 3) {
    return t`Put the old templates back. After kubectl delete --cascade=orphan the old pods lack the new volume: each must be deleted by hand before the set goes on.`;
  }
  return t`Put the old value back; or delete the set with kubectl delete --cascade=orphan, which leaves its pods and claims, and apply again.`;
}

function isMutable(name: string, { major, minor }: ServerVersion): boolean {
  return name === 'revisionHistoryLimit' && (major > 1 || minor >= 33);
}

/** What was written out or left out is no change where the server fills in the same. */
function differenceOf(name: string, wanted: unknown, live: unknown): FieldPath | undefined {
  if (name !== 'volumeClaimTemplates') return firstDifference(wanted, live);
  const [a, b] = [listOf(wanted).map(withoutDefaults), listOf(live).map(withoutDefaults)];
  // The list is atomic: what the manifest leaves out is taken away.
  return firstDifference(a, b) ?? firstDifference(b, a);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function withoutDefaults(claim: unknown): unknown {
  const { metadata, spec } = fieldsOf(claim) ?? {};
  const meaningful = (fields: unknown, isDefault: (key: string, value: unknown) => boolean): unknown =>
    Object.fromEntries(Object.entries(fieldsOf(fields) ?? {}).filter(([key, value]) => !isDefault(key, value)));
  return {
    metadata: meaningful(metadata, (key) => key === 'creationTimestamp'),
    spec: meaningful(spec, (key, value) => key === 'volumeMode' && value === 'Filesystem'),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function fieldName(path: FieldPath): string {
  return path.filter((step) => typeof step === 'string').join('.');
}
