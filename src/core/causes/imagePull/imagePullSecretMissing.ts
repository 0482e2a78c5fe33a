import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

const DOCKER_TYPES = ['kubernetes.io/dockerconfigjson', 'kubernetes.io/dockercfg'];

/** The kubelet then pulls without credentials (`FailedToRetrieveImagePullSecret`), which a private registry refuses. */
export const imagePullSecretMissing: Rule<'secrets' | 'sameFile'> = {
  code: 'image-pull-secret-missing',
  cause: 'imagePull',
  severity: 'warning',
  rows: ['I3', 'I4'],
  summary: 'An imagePullSecret that does not exist, or is of the wrong type',
  needs: ['secrets', 'sameFile'],
  whole: true,
  *check({ workload, facts: { secrets, sameFile } }) {
    for (const { path, name } of workload.template.imagePullSecrets) {
      const secret = secrets.get(name);
      if (secret === undefined) continue;
      if (secret === null) {
        if (sameFile.some((object) => object.kind === 'Secret' && object.name === name)) continue;
        yield {
          path,
          message: t`The pull secret ${name} does not exist in the namespace: a private image cannot be pulled.`,
          advice: t`Create it (kubectl create secret docker-registry ${name} …) or correct the name.`,
        };
      } else if (!DOCKER_TYPES.includes(secret.type)) {
        yield {
          path,
          message: t`The Secret ${name} is of type ${secret.type}, which the kubelet does not use for pulling images.`,
          advice: t`Make it anew with kubectl create secret docker-registry ${name} ….`,
        };
      }
    }
  },
};
