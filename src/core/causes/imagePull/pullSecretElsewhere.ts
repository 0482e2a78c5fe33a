import { isKeyFor, parseImageReference } from '../../kube/imageReference';
import { readWorkloadSpec } from '../../kube/readWorkloadSpec';
import type { WorkloadSpec } from '../../kube/workloadSpec';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/** Registries from which most people pull without credentials: a secret for another one proves nothing there. */
const PUBLIC =
  /^(?:docker\.io|quay\.io|ghcr\.io|registry\.k8s\.io|k8s\.gcr\.io|(?:[a-z]+\.)?gcr\.io|public\.ecr\.aws|mcr\.microsoft\.com|registry\.gitlab\.com)$/;

/**
 * The kubelet tries the credentials whose registry fits the image (pkg/credentialprovider/keyring.go), and without any it
 * pulls as nobody. A pod that names pull secrets, none of which fits, was meant to log in.
 */
export const pullSecretElsewhere: Rule<'secrets' | 'liveObject' | 'sameFile'> = {
  code: 'image-pull-secret-elsewhere',
  cause: 'imagePull',
  severity: 'warning',
  rows: ['I2', 'I11'],
  summary: 'Pull secrets of which none is for the registry of an image',
  needs: ['secrets', 'liveObject', 'sameFile'],
  whole: true,
  *check({ workload, facts: { secrets, liveObject, sameFile } }) {
    const { imagePullSecrets } = workload.template;
    const [first] = imagePullSecrets;
    if (!first) return;
    // The same file may bring a newer one.
    if (sameFile.some(({ kind, name }) => kind === 'Secret' && imagePullSecrets.some((each) => each.name === name)))
      return;
    const known = imagePullSecrets.map(({ name }) => secrets.get(name)?.registries);
    if (known.some((registries) => registries === undefined)) return;
    const registries = known.flatMap((each) => each ?? []);
    const pulledBefore =
      liveObject === null ? [] : imagesOf(readWorkloadSpec(liveObject)).map(({ registry }) => registry);
    for (const { registry, image } of imagesOf(workload)) {
      if (PUBLIC.test(registry) || pulledBefore.includes(registry)) continue;
      if (registries.some((each) => isKeyFor(each, registry))) continue;
      yield {
        path: first.path,
        message: t`No pull secret of the pod is for ${registry}, where ${image} comes from; ${first.name} is for ${registries.slice(0, 3).join(', ') || 'none'}.`,
        advice: t`Name a Secret with credentials for ${registry}, unless anybody may pull from there.`,
      };
      return;
    }
  },
};

function imagesOf(
  workload: WorkloadSpec | undefined,
): readonly { readonly registry: string; readonly image: string }[] {
  return (workload?.template.containers ?? []).flatMap(({ image }) => {
    const reference = image === undefined ? undefined : parseImageReference(image);
    return reference?.kind === 'valid' && image !== undefined ? [{ registry: reference.registry, image }] : [];
  });
}
