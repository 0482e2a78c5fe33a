import type { Pod, PodContainer, Termination } from '../../objects';
import type { Finding } from '../finding';
import { containerPath, eventsOfPod, oneLine, podsThatCount } from '../observed';
import type { Explainer, Observation } from '../rule';
import { schedulingPath } from './schedulingPath';
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
      yield* explainPod(pod, observation);
      for (const container of pod.containers) yield* explainContainer(container, pod, observation);
    }
  },
};

function* explainPod(pod: Pod, { events }: Observation): Generator<Observed> {
  const scheduled = pod.conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable' && pod.node === undefined) {
    const text = oneLine((scheduled.message ?? '').replace(/ preemption: .*$/, ''));
    yield {
      code: 'pod-unschedulable',
      severity: 'warning',
      path: schedulingPath(text),
      pod: pod.name,
      message: t`${pod.name} finds no node: ${text}.`,
      advice: t`A node that is added, or room that becomes free, ends it; else change what the text names.`,
    };
  }
  if (pod.phase === 'Failed' && pod.reason !== undefined) {
    yield {
      code: 'pod-failed',
      severity: 'warning',
      path: ['metadata', 'name'],
      pod: pod.name,
      message: t`${pod.name} has failed: ${pod.reason}${pod.message === undefined ? '' : `, ${oneLine(pod.message)}`}.`,
    };
  }
  const starting = pod.containers.some(
    ({ state }) => state?.kind === 'waiting' && state.reason === 'ContainerCreating',
  );
  const mount = eventsOfPod(pod, events).find(
    ({ reason }) => reason === 'FailedMount' || reason === 'FailedAttachVolume',
  );
  if (starting && mount) {
    const volume = /for volume "([^"]+)"/.exec(mount.message)?.[1];
    yield {
      code: 'volume-not-mounted',
      severity: mount.count >= 2 ? 'error' : 'warning',
      path: volume === undefined ? ['metadata', 'name'] : ['spec', 'template', 'spec', 'volumes', { name: volume }],
      pod: pod.name,
      message: t`${pod.name} waits for its volume: ${oneLine(mount.message)}.`,
    };
  }
}

function* explainContainer(container: PodContainer, pod: Pod, observation: Observation): Generator<Observed> {
  const { state, last, restarts, name } = container;
  if (state?.kind === 'waiting' && NOT_MADE.has(state.reason)) {
    yield {
      code: 'container-not-created',
      severity: 'error',
      path: containerPath(container),
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
  if (exitCode === 127) return t`Exit code 127: the command was not found in the image.`;
  if (exitCode === 126) return t`Exit code 126: the command may not be executed.`;
  if (exitCode === 137) return t`Exit code 137: it was killed (SIGKILL); look for memory or a failing liveness probe.`;
  if (exitCode === 139) return t`Exit code 139: segmentation fault; often an image for another architecture.`;
  if (exitCode === 143) return t`Exit code 143: it was asked to end (SIGTERM); look for a failing liveness probe.`;
  return t`Read its log: right-click the pod, Show Logs.`;
}
