import { parseImageReference } from '../../kube/imageReference';
import type { KubeEvent, Pod, PodContainer } from '../../objects';
import { containerPath, eventsOfPod, isOfContainer, oneLine, podsThatCount } from '../observed';
import type { Explainer } from '../rule';
import { t } from '../../../util/l10n';

/** pkg/kubelet/images/types.go. */
const REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

interface Verdict {
  readonly text: string;
  readonly advice: string;
  /** It may end without anybody doing anything. */
  readonly mayHeal?: boolean;
}

/** The runtime's own words, which differ by runtime and registry: what they have in common decides. */
const verdicts = (): readonly (readonly [RegExp, Verdict])[] => [
  [
    /no match for platform|no matching manifest/i,
    {
      text: t`not found for the architecture of the node`,
      advice: t`Build the image for that architecture, or choose other nodes.`,
    },
  ],
  [
    /toomanyrequests|too many requests|rate limit/i,
    { text: t`the registry limits the rate of pulls`, advice: t`Pull with credentials, or wait.`, mayHeal: true },
  ],
  [
    /unauthorized|authorization failed|denied|forbidden|(?<![\w.-])40[13](?![\w.-])|authentication required/i,
    {
      text: t`not authorised (401 or 403), or it does not exist`,
      advice: t`Check the name, and the pull secret for this registry.`,
    },
  ],
  [
    /not found|manifest unknown|does not exist/i,
    { text: t`not found: the registry has no such image or tag`, advice: t`Correct the image or its tag.` },
  ],
  [
    /no such host|i\/o timeout|connection refused|deadline exceeded|x509|tls:|no route|network is unreachable/i,
    {
      text: t`the registry cannot be reached from the node`,
      advice: t`This is no mistake in the manifest, unless the host is misspelt: check the registry, DNS and certificates.`,
      mayHeal: true,
    },
  ],
];

export const explainImagePull: Explainer = {
  cause: 'imagePull',
  *explain(observation) {
    for (const pod of podsThatCount(observation)) {
      for (const container of pod.containers) {
        const { state, image } = container;
        if (state?.kind !== 'waiting' || !REASONS.has(state.reason)) continue;
        const words = wordsOf(container, pod, observation.events) ?? state.reason;
        const verdict = verdictOf(state.reason, withoutNames(words, image));
        yield {
          code: 'image-pull-failed',
          severity: verdict.mayHeal === true ? 'warning' : 'error',
          path: [...containerPath(container), 'image'],
          pod: pod.name,
          value: image,
          message: t`${pod.name} cannot pull ${image}: ${verdict.text} (${state.reason}). ${evidence(words)}`.trim(),
          advice: verdict.advice,
        };
      }
    }
  },
};

function evidence(words: string): string {
  const line = oneLine(words.replace(/^rpc error: code = \w+ desc = /, ''), 240);
  return /\s/.test(line) ? t`The node says: ${line}.` : '';
}

/** Before 1.32 the back-off message does not carry the pull's error: then the pod's last `Failed` event has it. */
function wordsOf({ state, name }: PodContainer, pod: Pod, events: readonly KubeEvent[]): string | undefined {
  const message = state?.kind === 'waiting' ? state.message : undefined;
  if (message !== undefined && /ErrImagePull: |rpc error|failed/i.test(message))
    return message.replace(/^.*?ErrImagePull: /, '');
  const failed = eventsOfPod(pod, events).find(
    (event) => event.reason === 'Failed' && event.message.startsWith('Failed to pull') && isOfContainer(event, name),
  );
  return failed?.message.replace(/^Failed to pull image "[^"]*": /, '') ?? message;
}

/**
 * The words without what somebody chose, in which a code may stand by chance: the tag `4.0.403`, a repository that is
 * named `not-found`.
 */
function withoutNames(words: string, image: string): string {
  const reference = parseImageReference(image);
  const tag = reference.kind === 'valid' ? reference.tag : undefined;
  return words
    .split(/\s+/)
    .filter((word) => {
      const bare = word.replace(/^["'([]+|["')\].,:;]+$/g, '');
      const named = bare.includes('/') || /^[\w.-]+:[\w.-]+$/.test(bare);
      return bare === 'i/o' || !(named || bare === image || bare === tag);
    })
    .join(' ');
}

function verdictOf(reason: string, words: string): Verdict {
  if (reason === 'InvalidImageName')
    return { text: t`it is no image reference`, advice: t`Write registry/repository:tag.` };
  if (reason === 'ErrImageNeverPull') {
    return {
      text: t`it is not on the node, and imagePullPolicy is Never`,
      advice: t`Use imagePullPolicy IfNotPresent.`,
    };
  }
  const known = verdicts().find(([pattern]) => pattern.test(words));
  return known?.[1] ?? { text: t`the pull fails`, advice: t`Read what the node says.`, mayHeal: true };
}
