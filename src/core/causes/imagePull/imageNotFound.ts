import { t } from '../../../util/l10n';
import { parseImageReference } from '../../kube/imageReference';
import { readWorkloadSpec } from '../../kube/readWorkloadSpec';
import type { Container, WorkloadSpec } from '../../kube/workloadSpec';
import { valueAt } from '../../fieldPath';
import type { CheckResult } from '../checkWorkload';
import type { Finding } from '../finding';
import type { AskedRule } from '../rule';

/** An image that its registry does not have: only where the user lets the registry be asked. */
export const imageNotFound: AskedRule = {
  code: 'image-not-found',
  cause: 'imagePull',
  severity: 'error',
  rows: ['I1', 'I14'],
  summary: 'An image that its registry does not have',
  asks: 'the registry, only with `ordinal.checkImages`',
};

/** What a registry said of an image; `unknown`: it was not to be reached, or it asks for a login that nobody has. */
export type ImageAnswer =
  { readonly kind: 'present' } | { readonly kind: 'missing' } | { readonly kind: 'unknown'; readonly reason: string };

export interface ImagesAsked {
  readonly object: Readonly<Record<string, unknown>>;
  readonly workload: WorkloadSpec;
  /** By image as written. */
  readonly answers: ReadonlyMap<string, ImageAnswer>;
  /** As the cluster runs it now; `undefined` when that is not known. */
  readonly live: Readonly<Record<string, unknown>> | null | undefined;
  /** Names of images that some node has already. */
  readonly onNodes: readonly string[];
}

/** The images of a workload that a registry can be asked about; the kubelet itself never pulls those with `Never`. */
export function imagesToAsk(object: Readonly<Record<string, unknown>>, workload: WorkloadSpec): readonly string[] {
  const images = workload.template.containers
    .filter(({ path }) => valueAt(object, [...path, 'imagePullPolicy']) !== 'Never')
    .flatMap(({ image }) => image ?? []);
  return [...new Set(images)].filter((image) => parseImageReference(image).kind === 'valid');
}

export function imageFindings({
  object,
  workload,
  answers,
  live,
  onNodes,
}: ImagesAsked): Pick<CheckResult, 'findings' | 'notChecked'> {
  const { code, cause, severity } = imageNotFound;
  const findings: Finding[] = [];
  const now = live === null || live === undefined ? undefined : readWorkloadSpec(live);
  const running = new Set(now?.template.containers.map(({ image }) => image));
  const asked = new Set(imagesToAsk(object, workload));
  for (const { image, path } of workload.template.containers) {
    if (image === undefined || !asked.has(image) || answers.get(image)?.kind !== 'missing') continue;
    // It runs, so nodes have it, or get it from a mirror that we do not know.
    if (running.has(image) || onNodes.includes(fullName(image))) continue;
    const { registry, what } = partsOf(image);
    const message = t`The registry ${registry} has no ${what}: the pods cannot be started.`;
    findings.push({
      code,
      cause,
      severity,
      origin: 'foreseen',
      path: [...path, 'image'] satisfies Container['path'],
      message,
    });
  }
  const reasons = [...answers.values()].flatMap((answer) => (answer.kind === 'unknown' ? answer.reason : []));
  return { findings, notChecked: [...new Set(reasons)].map((reason) => ({ code, reason })) };
}

function partsOf(image: string): { readonly registry: string; readonly what: string } {
  const reference = parseImageReference(image);
  if (reference.kind === 'invalid') return { registry: '', what: image };
  const { registry, repository, tag, digest } = reference;
  return { registry, what: digest === undefined ? `${repository}:${tag ?? 'latest'}` : `${repository}@${digest}` };
}

/** As a node's status lists it: with the registry, and `latest` written out. */
function fullName(image: string): string {
  const { registry, what } = partsOf(image);
  const library = registry === 'docker.io' && !what.includes('/');
  return `${registry}/${library ? 'library/' : ''}${what}`;
}
