import type { WorkloadSpec } from './workloadSpec';

/** The claim of an ordinal (pkg/controller/statefulset/stateful_set_utils.go, getPersistentVolumeClaimName). */
export function claimNameOf(template: string, set: string, ordinal: number): string {
  return `${template}-${set}-${ordinal}`;
}

/** Of these claims, those that the pods of the workload use: made of its templates, or named by its volumes. */
export function claimsOfWorkload<Claim extends { readonly name: string }>(
  { name: set, claimTemplates, template }: WorkloadSpec,
  claims: readonly Claim[],
): readonly Claim[] {
  const named = new Set(template.volumes.map(({ claimName }) => claimName));
  const made = claimTemplates.map(({ name }) => `${name ?? ''}-${set ?? ''}-`);
  return claims.filter(
    ({ name }) =>
      named.has(name) || made.some((prefix) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length))),
  );
}
