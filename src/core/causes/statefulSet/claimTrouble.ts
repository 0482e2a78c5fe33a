import { claimNameOf } from '../../kube/claims';
import type { ClaimTemplate, WorkloadSpec } from '../../kube/workloadSpec';
import type { FieldPath } from '../../fieldPath';
import type { ClaimFact, NodeFact, VolumeFact } from '../factObjects';
import { podsToCome } from '../podsToCome';
import type { Rule, RuleFinding } from '../rule';
import { isSelected, matchesTerms, placementOf, untolerated } from '../runtime/placement';
import { t } from '../../../util/l10n';

interface UsedClaim {
  readonly name: string;
  /** Where the manifest names it, or its template. */
  readonly path: FieldPath;
  readonly claim: ClaimFact;
  readonly pod: string;
}

/** The claims that exist already, of the pods in these places. */
function claimsOf(workload: WorkloadSpec, places: readonly number[], claims: readonly ClaimFact[]): UsedClaim[] {
  const byName = new Map(claims.map((claim) => [claim.name, claim]));
  const set = workload.name ?? '';
  const used = (name: string, path: FieldPath, pod: string): UsedClaim[] => {
    const claim = byName.get(name);
    return claim ? [{ name, path, claim, pod }] : [];
  };
  const named = workload.template.volumes.flatMap(({ claimName, path }) =>
    claimName === undefined ? [] : used(claimName, [...path, 'persistentVolumeClaim', 'claimName'], t`the pods`),
  );
  const made = places.flatMap((ordinal) =>
    workload.claimTemplates.flatMap(({ name, path }) =>
      used(claimNameOf(name ?? '', set, ordinal), [...path, 'metadata', 'name'], `${set}-${ordinal}`),
    ),
  );
  return [...named, ...made];
}

/** A claim that is going, or whose volume has gone: the pod that is replaced cannot have it again. */
export const claimUnusable: Rule<'claims' | 'liveObject' | 'pods'> = {
  code: 'claim-unusable',
  cause: 'statefulSet',
  severity: 'error',
  rows: ['S37', 'S38'],
  summary: 'A claim that is being deleted, or has lost its volume',
  needs: ['claims', 'liveObject', 'pods'],
  whole: true,
  *check({ manifest, workload, facts: { claims, liveObject, pods } }) {
    const { places } = podsToCome({ object: manifest.object, workload }, { liveObject, pods });
    if (places.length === 0) return;
    for (const { name, path, claim, pod } of claimsOf(workload, places, claims)) {
      if (claim.deleting) {
        yield {
          path,
          message: t`The claim ${name} is being deleted: once ${pod} is replaced, its volume and its data go.`,
        };
      } else if (claim.phase === 'Lost') {
        yield {
          path,
          message: t`The claim ${name} has lost its volume ${claim.volumeName ?? ''}: ${pod} cannot start.`,
        };
      }
    }
  },
};

/**
 * A volume that only some nodes reach keeps its pod on them, whatever the template asks for: the pod is deleted, and
 * cannot come back.
 */
export const volumeElsewhere: Rule<'claims' | 'volumes' | 'nodes' | 'liveObject' | 'pods'> = {
  code: 'volume-elsewhere',
  cause: 'statefulSet',
  severity: 'error',
  rows: ['S34'],
  summary: 'A bound volume that is out of reach of the nodes that the template asks for',
  needs: ['claims', 'volumes', 'nodes', 'liveObject', 'pods'],
  whole: true,
  *check({ manifest, workload, facts: { claims, volumes, nodes, liveObject, pods } }) {
    const { places } = podsToCome({ object: manifest.object, workload }, { liveObject, pods });
    const placement = placementOf(manifest.object);
    for (const used of claimsOf(workload, places, claims)) {
      const volume = volumes.get(used.claim.volumeName ?? '');
      const reach = volume ? nodes.filter((node) => reaches(volume, node)) : [];
      if (!volume || reach.length === 0) continue;
      const selected = reach.filter((node) => isSelected(placement, node));
      if (selected.some((node) => !untolerated(placement, node))) continue;
      yield elsewhere(used, { volume, reach, selected, nodeSelector: placement.nodeSelector });
      return;
    }
  },
};

function reaches({ nodeTerms }: VolumeFact, node: NodeFact): boolean {
  return nodeTerms.length === 0 ? false : matchesTerms(nodeTerms, node);
}

interface Reach {
  readonly volume: VolumeFact;
  readonly reach: readonly NodeFact[];
  readonly selected: readonly NodeFact[];
  readonly nodeSelector: Readonly<Record<string, string>>;
}

function elsewhere({ name, pod }: UsedClaim, { reach, selected, nodeSelector }: Reach): RuleFinding {
  const where = reach.length > 3 ? `${reach.length} nodes` : reach.map((node) => node.name).join(', ');
  const path = ['spec', 'template', 'spec'];
  const key = Object.keys(nodeSelector).find((each) =>
    reach.every(({ labels }) => labels[each] !== nodeSelector[each]),
  );
  if (selected.length > 0) {
    return {
      path: [...path, 'tolerations'],
      severity: 'warning',
      message: t`The volume of ${name} is reached from ${where} only, which has a taint that ${pod} does not tolerate: once deleted, it cannot come back.`,
    };
  }
  return {
    path: key === undefined ? [...path, 'affinity'] : [...path, 'nodeSelector', key],
    message: t`The volume of ${name} is reached from ${where} only, which this template rules out: ${pod} is deleted and cannot come back.`,
  };
}

/** One claim for several pods. RWOP: one pod at a time (from 1.29); RWO: one node at a time. */
export const claimShared: Rule<'claims' | 'nodes' | 'liveObject' | 'pods', 'volumes'> = {
  code: 'claim-shared',
  cause: 'runtime',
  severity: 'error',
  rows: ['S36', 'D7'],
  summary: 'A claim that is for one pod or one node, and pods that share it',
  needs: ['claims', 'nodes', 'liveObject', 'pods'],
  wants: ['volumes'],
  whole: true,
  *check({ manifest, workload, facts: { claims, nodes, liveObject, pods, volumes } }) {
    const coming = podsToCome({ object: manifest.object, workload }, { liveObject, pods });
    const { replicas, live, changed, places } = coming;
    if (places.length === 0) return;
    const rolls = workload.kind === 'Deployment' && workload.strategy !== 'Recreate' && changed && live !== undefined;
    const surges = rolls && surgeOf(workload, replicas);
    if (replicas < 2 && !surges) return;
    const placement = placementOf(manifest.object);
    const open = nodes.filter((node) => isSelected(placement, node) && !untolerated(placement, node));
    for (const { claim, path, name } of claimsOf({ ...workload, claimTemplates: [] }, [], claims)) {
      const two = replicas < 2 ? t`the old pod and the new one` : `${replicas} pods`;
      if (claim.accessModes.includes('ReadWriteOncePod')) {
        yield {
          path,
          message: t`The claim ${name} is for one pod at a time (ReadWriteOncePod), and ${two} want it: one stays Pending.`,
          ...recreate(surges),
        };
      } else if (claim.accessModes.every((mode) => mode === 'ReadWriteOnce')) {
        const volume = volumes?.get(claim.volumeName ?? '');
        const within = volume && volume.nodeTerms.length > 0 ? open.filter((node) => reaches(volume, node)) : open;
        if (within.length < 2) continue;
        yield {
          path,
          severity: 'warning',
          message: t`The claim ${name} is for one node at a time (ReadWriteOnce), and ${two} may get different nodes: one then waits for it in vain.`,
          ...recreate(surges),
        };
      }
    }
  },
};

function surgeOf({ maxUnavailable }: WorkloadSpec, replicas: number): boolean {
  // Where a pod may go first (maxUnavailable), the new one gets what it held.
  return replicas === 1 && (maxUnavailable === undefined || maxUnavailable === 0 || maxUnavailable === '25%');
}

function recreate(surges: boolean): Pick<RuleFinding, 'advice'> {
  return surges ? { advice: t`Use the strategy Recreate, or maxSurge 0 with maxUnavailable 1.` } : {};
}

/** Claims that this apply will make, whose class cannot make a volume for them. */
export const storageClassMissing: Rule<'storageClasses' | 'claims' | 'sameFile' | 'liveObject' | 'pods'> = {
  code: 'storage-class-missing',
  cause: 'statefulSet',
  severity: 'warning',
  rows: ['S28', 'S29'],
  summary: 'New claims of a StorageClass that does not exist',
  needs: ['storageClasses', 'claims', 'sameFile', 'liveObject', 'pods'],
  whole: true,
  *check({ manifest, workload, facts: { storageClasses, claims, sameFile, liveObject, pods } }) {
    if (workload.kind !== 'StatefulSet') return;
    const { places } = podsToCome({ object: manifest.object, workload }, { liveObject, pods });
    const existing = new Set(claims.map(({ name }) => name));
    for (const template of workload.claimTemplates) {
      const first = places.find(
        (ordinal) => !existing.has(claimNameOf(template.name ?? '', workload.name ?? '', ordinal)),
      );
      if (first === undefined) continue;
      const trouble = classTrouble(
        template,
        storageClasses.map(({ name, isDefault }) => ({ name, isDefault })),
      );
      const inFile = sameFile.some(({ kind, name }) => kind === 'StorageClass' && name === template.storageClassName);
      if (trouble === undefined || inFile) continue;
      yield {
        path: [...template.path, 'spec', 'storageClassName'],
        message: t`${trouble}: ${workload.name ?? ''}-${first} stays Pending unless a volume was made by hand.`,
      };
    }
  },
};

function classTrouble(
  { storageClassName }: ClaimTemplate,
  classes: readonly { readonly name: string; readonly isDefault: boolean }[],
): string | undefined {
  const names = classes.map(({ name }) => name).join(', ') || 'none';
  if (storageClassName === undefined) {
    return classes.some(({ isDefault }) => isDefault)
      ? undefined
      : t`No StorageClass is the default one (there are ${names})`;
  }
  if (storageClassName === '') return t`An empty storageClassName asks for a volume that nobody provisions`;
  return classes.some(({ name }) => name === storageClassName)
    ? undefined
    : t`The StorageClass ${storageClassName} does not exist (there are ${names})`;
}
