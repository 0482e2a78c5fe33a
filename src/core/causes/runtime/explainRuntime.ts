import type { FieldPath } from '../../fieldPath';
import type { Pod, PodContainer, Termination } from '../../objects';
import type { Finding } from '../finding';
import { containerPath, eventsOfPod, isOfContainer, oneLine, podsThatCount } from '../observed';
import type { Explainer, Observation } from '../rule';
import { killedByProbe } from '../readiness/probeFailures';
import { explainStart } from './explainStart';
import { t } from '../../../util/l10n';

type Observed = Omit<Finding, 'cause' | 'origin'>;

/** The kubelet cannot make the container at all (pkg/kubelet/kuberuntime). */
const NOT_MADE = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'StartError',
  'PreStartHookError',
  'PostStartHookError',
]);

export const explainRuntime: Explainer = {
  cause: 'runtime',
  *explain(observation) {
    for (const pod of podsThatCount(observation)) {
      yield* explainStart(pod, observation);
      for (const container of pod.containers) yield* explainContainer(container, pod, observation);
    }
  },
};

function* explainContainer(container: PodContainer, pod: Pod, observation: Observation): Generator<Observed> {
  const { state, last, restarts, name } = container;
  if (state?.kind === 'waiting' && NOT_MADE.has(state.reason)) {
    yield {
      code: 'container-not-created',
      severity: 'error',
      path: notMadePath(container, state.message ?? ''),
      pod: pod.name,
      message: t`${pod.name}: container ${name} cannot be created (${state.reason}): ${oneLine(state.message ?? t`the node gives no reason`)}.`,
      advice: t`Create or correct what the text names.`,
    };
    return;
  }
  const ended =
    state?.kind === 'terminated'
      ? state
      : state?.kind === 'waiting' && state.reason === 'CrashLoopBackOff'
        ? last
        : undefined;
  if (!ended || (ended.exitCode === 0 && state?.kind === 'terminated')) return;
  // Its probe has killed it: that is another cause, and another line.
  if (ended.reason !== 'OOMKilled' && killedByProbe(pod, container, observation)) return;
  const hook = eventsOfPod(pod, observation.events).find(
    (event) => event.reason === 'FailedPostStartHook' && isOfContainer(event, name),
  );
  if (hook) {
    yield {
      code: 'container-crashes',
      severity: 'error',
      path: [...containerPath(container), 'lifecycle', 'postStart'],
      pod: pod.name,
      message: t`${pod.name}: the postStart hook of ${name} fails, and the container is killed for it: ${oneLine(hook.message, 160)}.`,
      advice: t`Correct the command of the hook.`,
    };
    return;
  }
  const memory = ended.reason === 'OOMKilled';
  yield {
    code: memory ? 'container-out-of-memory' : 'container-crashes',
    // The first end may be a start that goes well the second time.
    severity: restarts > 0 || state?.kind === 'waiting' ? 'error' : 'warning',
    path: memory ? [...containerPath(container), 'resources', 'limits', 'memory'] : containerPath(container),
    pod: pod.name,
    message: crashText(ended, { pod: pod.name, container: name, restarts, memory, log: logOf(pod, name, observation) }),
    advice: memory ? t`Raise the memory limit, or make the program use less.` : adviceOf(ended.exitCode),
  };
}

/** The kubelet's texts name the field by its content (pkg/kubelet/kubelet_pods.go, security_context_others.go). */
function notMadePath(container: PodContainer, text: string): FieldPath {
  const path = containerPath(container);
  if (/runAsNonRoot|non-root/.test(text)) return [...path, 'securityContext'];
  if (/^(?:configmap|secret) "|couldn't find key/i.test(text)) return [...path, 'env'];
  if (/subPath/.test(text)) return [...path, 'volumeMounts'];
  return /PostStartHook|postStart/.test(text) ? [...path, 'lifecycle'] : path;
}

interface Crash {
  readonly pod: string;
  readonly container: string;
  readonly restarts: number;
  readonly memory: boolean;
  readonly log: string;
}

function crashText(
  { exitCode, signal, reason, message }: Termination,
  { pod, container, restarts, memory, log }: Crash,
): string {
  const how = memory
    ? t`was killed for using more memory than its limit (OOMKilled, exit code ${exitCode})`
    : t`ends with exit code ${exitCode}${signal === undefined || signal === 0 ? '' : t`, signal ${signal}`}`;
  const again = restarts === 0 ? '' : restarts === 1 ? t`, restarted once` : t`, restarted ${restarts} times`;
  // It never ran, so there is no log: the runtime's text says what the command lacks.
  const start = reason === 'StartError' && message !== undefined ? t` It did not start: ${oneLine(message)}.` : '';
  return t`${pod}: container ${container} ${how}${again}.${start}${log}`;
}

function logOf(pod: Pod, container: string, { logs }: Observation): string {
  const lines = logs.get(`${pod.name}/${container}`) ?? [];
  return lines.length > 0 ? t` Its last lines: ${oneLine(lines.slice(-3).join(' ⏎ '), 400)}` : '';
}

function adviceOf(exitCode: number): string {
  if (exitCode === 0)
    return t`It ends without an error, and pods of a workload are to run on: give it a command that does not end.`;
  if (exitCode === 127) return t`Exit code 127: the command was not found in the image.`;
  if (exitCode === 126) return t`Exit code 126: the command may not be executed.`;
  if (exitCode === 137) return t`Exit code 137: it was killed (SIGKILL); look for memory or a failing liveness probe.`;
  if (exitCode === 139) return t`Exit code 139: segmentation fault; often an image for another architecture.`;
  if (exitCode === 143) return t`Exit code 143: it was asked to end (SIGTERM); look for a failing liveness probe.`;
  return t`Read its log: right-click the pod, Show Logs.`;
}
