import { parseImageReference } from '../../kube/imageReference';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/** A value that a build step will replace: `${IMAGE}`, `$IMAGE`, `%IMAGE%`, `@image@`, `<image>`, or a bare `:`. */
const PLACEHOLDER = /\$|%[\w.-]+%|__[A-Z]\w*__|<[^>]*>|@[\w.-]+@|REPLACE|CHANGE_?ME|\{\{|^:|^$/i;

/** `gcr.io/PROJECT_ID/app`, `IMAGE_URL`, `example.org/APP:1`: a whole part in capitals is the name of a variable. */
const NAMED_PLACEHOLDER = /(?:^|[/:])[A-Z]+_[A-Z_]+(?:[/:]|$)|(?:^|\/)[A-Z]{3,}(?:[:@/]|$)/;

/** The kubelet refuses to even try (`InvalidImageName`); the API server lets it pass. */
export const imageReference: Rule<never> = {
  code: 'image-reference',
  cause: 'imagePull',
  severity: 'error',
  rows: ['I5', 'I6'],
  summary: 'An image reference that no container runtime can read',
  needs: [],
  *check({ workload }) {
    for (const { path, image, name } of workload.template.containers) {
      if (image === undefined || PLACEHOLDER.test(image) || NAMED_PLACEHOLDER.test(image)) continue;
      const reference = parseImageReference(image);
      if (reference.kind === 'valid') continue;
      const trimmed = image.trim();
      const fixable = trimmed !== image && parseImageReference(trimmed).kind === 'valid';
      const text = JSON.stringify(image);
      yield {
        path: [...path, 'image'],
        message: t`${text} is no image reference: ${reference.problem}. Container ${name ?? ''} ends in InvalidImageName.`,
        advice: t`Write it as registry/repository:tag, without a scheme.`,
        ...(fixable
          ? {
              fixes: [
                { title: t`Remove the blanks`, edit: { kind: 'replace', path: [...path, 'image'], text: trimmed } },
              ],
            }
          : {}),
      };
    }
  },
};
