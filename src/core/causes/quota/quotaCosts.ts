import { claimNameOf } from '../../kube/claims';
import type { ContainerDefaults, Resources } from '../../kube/podResources';
import { asFields } from '../../kube/readers';
import { readPodTemplate, readWorkloadSpec } from '../../kube/readWorkloadSpec';
import type { ClaimTemplate, WorkloadSpec } from '../../kube/workloadSpec';
import { isFinished } from '../../rollout/slot';
import type { ClaimFact, NamespacePod, RuntimeClassFact, StorageClassFact } from '../factObjects';
import type { QuotaScope } from '../facts';
import type { DryRun } from '../dryRun';
import { amount, chargeOf, chargeOfClaim } from './quotaArithmetic';
import { countsPod, scopedPodOf, type ScopedPod } from './quotaScopes';
import type { Cost } from './rolloutSteps';

/** Everything that tells what pods and claims cost, before and after. What is `undefined` is estimated without it. */
export interface CostInput {
  readonly workload: WorkloadSpec;
  /** The manifest's object, and the live one. */
  readonly object: Readonly<Record<string, unknown>>;
  readonly liveObject: Readonly<Record<string, unknown>> | null;
  readonly defaults: readonly ContainerDefaults[];
  readonly namespacePods: readonly NamespacePod[] | undefined;
  readonly claims: readonly ClaimFact[] | undefined;
  readonly storageClasses: readonly StorageClassFact[] | undefined;
  readonly runtimeClasses: ReadonlyMap<string, RuntimeClassFact | null> | undefined;
  readonly podDryRun: DryRun | undefined;
}

interface PodCost {
  readonly charge: Resources;
  readonly scoped: ScopedPod;
}

export interface Costs {
  /** Names of resources that a new pod, or its claims, may be charged for. */
  readonly after: PodCost;
  readonly claims: readonly { readonly template: ClaimTemplate; readonly charge: Resources }[];
  of(resource: string, scopes: readonly QuotaScope[]): Cost;
}

export function costsOf(input: CostInput): Costs {
  const { workload, liveObject, claims } = input;
  const after = costOfNew(input);
  const live = liveObject === null ? undefined : readWorkloadSpec(liveObject);
  const before = live ? costOfTemplate(live, liveObject ?? {}, input) : undefined;
  const running = new Map(input.namespacePods?.map((pod) => [pod.uid, pod]));
  const templates = workload.kind === 'StatefulSet' ? workload.claimTemplates : [];
  const ofClaims = templates.map((template) => ({
    template,
    charge: chargeOfClaim(template, classOf(template, input)),
  }));
  const existing = new Set(claims?.map(({ name }) => name));
  const claimsNeed = (resource: string, ordinal: number | undefined): bigint => {
    // Without a list of the claims nobody knows which are there.
    if (claims === undefined || ordinal === undefined) return 0n;
    return ofClaims
      .filter(({ template }) => !existing.has(claimNameOf(template.name ?? '', workload.name ?? '', ordinal)))
      .reduce((sum, { charge }) => sum + amount(charge, resource), 0n);
  };
  return {
    after,
    claims: ofClaims,
    of: (resource, scopes) => {
      const cost = (pod: PodCost | undefined): bigint =>
        pod && countsPod(scopes, pod.scoped) === true ? amount(pod.charge, resource) : 0n;
      // No scope of pods matches a claim.
      const withClaims = (pod: bigint, ordinal: number | undefined): bigint =>
        pod + (scopes.length === 0 ? claimsNeed(resource, ordinal) : 0n);
      return {
        needs: (ordinal) => withClaims(cost(after), ordinal),
        keeps: (ordinal) => withClaims(cost(before), ordinal),
        // One that has ended is counted no more, but as an object (evaluator/core/pods.go).
        frees: (pod) => {
          if (isFinished(pod) && resource !== 'count/pods') return 0n;
          return cost(costOfRunning(running.get(pod.uid)) ?? before);
        },
      };
    },
  };
}

/** What the server made of the template, sidecars and overhead included, if it was asked and said so; else our own replay. */
function costOfNew(input: CostInput): PodCost {
  const { workload, object, podDryRun } = input;
  const answered = podDryRun?.kind === 'admitted' ? podDryRun.object : undefined;
  if (answered?.status === undefined) return costOfTemplate(workload, object, input);
  const spec = asFields(answered.spec);
  const template = readPodTemplate({ metadata: answered.metadata, spec });
  const overhead = asFields(spec.overhead) as Readonly<Record<string, string>>;
  return {
    charge: chargeOf(template, { overhead }),
    scoped: scopedPodOf(template, { defaults: [], affinity: spec.affinity }),
  };
}

function costOfTemplate(
  { template }: WorkloadSpec,
  object: Readonly<Record<string, unknown>>,
  { defaults, runtimeClasses }: CostInput,
): PodCost {
  const { runtimeClassName } = template;
  const overhead = runtimeClassName === undefined ? undefined : runtimeClasses?.get(runtimeClassName)?.overhead;
  const { affinity } = asFields(asFields(asFields(object.spec).template).spec);
  return {
    charge: chargeOf(template, { defaults, ...(overhead ? { overhead } : {}) }),
    scoped: scopedPodOf(template, { defaults, affinity }),
  };
}

/** What a pod was let in with; the namespace's defaults may have been others then. */
function costOfRunning(pod: NamespacePod | undefined): PodCost | undefined {
  if (!pod) return undefined;
  const { template, overhead, priorityClassName } = pod;
  return {
    charge: chargeOf(template, { overhead }),
    scoped: { ...scopedPodOf(template, { defaults: [], affinity: undefined }), priorityClassName },
  };
}

/** The class that the claim will have; `undefined` where it is not known, and nothing is charged by class. */
function classOf({ storageClassName }: ClaimTemplate, { storageClasses = [] }: CostInput): string | undefined {
  if (storageClassName !== undefined) return storageClassName === '' ? undefined : storageClassName;
  const defaults = storageClasses.filter(({ isDefault }) => isDefault);
  return defaults.length === 1 ? defaults[0]?.name : undefined;
}

/** Whether a pod uses any of the resource: what it does not use, a quota does not keep it from. */
export function isCharged({ after, claims }: Costs, resource: string): boolean {
  return after.charge.has(resource) || claims.some(({ charge }) => charge.has(resource));
}
