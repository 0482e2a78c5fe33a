// The kwok stages: what a kubelet would do, as rules over a pod's spec and status. What goes wrong is chosen by the pod
// template itself, so that manifests look like the ones that go wrong on real clusters:
//
//   image contains "missing"            ErrImagePull, then ImagePullBackOff, in turns
//   command or args contain "crash"     exit code 1, then CrashLoopBackOff, restarts with backoff
//   command or args contain "oom"       the same with OOMKilled (137)
//   readinessProbe contains "/fail"     Running, never Ready, event Unhealthy
//   command or args contain "sigterm"   ignores SIGTERM: ends when the grace period is over
//   command or args contain "slow"      Ready after 5 more seconds
import {
  choose,
  containerStatus,
  containerStatuses,
  initialized,
  jq,
  podEvent,
  podIp,
  pullError,
  readiness,
  running,
  sandboxReady,
  statusPatch,
  terminated,
  unchanged,
  waiting,
} from './podTemplates';
import { claimStages, nodeStages } from './nodeStages';
import { alive, has, hasNo, is, isNot, options, stage } from './kwokStage';

export interface StageOptions {
  /** Folder below which volumes lie. */
  volumes: string;
  /** 1 takes the times that a kubelet takes; 0 none but the backoffs, ten times as fast, and no event of a good start. */
  pace: 0 | 1;
}

/** The content of kwok's configuration file. */
export function stages({ volumes, pace }: StageOptions): string {
  const all = [options, ...nodeStages, ...podStages(pace), ...claimStages(volumes, pace)];
  return all.map((object) => JSON.stringify(object)).join('\n---\n');
}

// kubelet's backoff: 10 s, doubled at each restart, at most 5 minutes.
const backoffSeconds =
  '{{ $back := 10 }}{{ range until (int (sub $count 1)) }}{{ $back = min 300 (mul 2 $back) }}{{ end }}';
const backoffText = '{{ if lt $back 60 }}{{ $back }}s{{ else }}{{ div $back 60 }}m{{ mod $back 60 }}s{{ end }}';
const podName = '{{ $pod.metadata.name }}_{{ $pod.metadata.namespace }}({{ $pod.metadata.uid }})';

/** Stages are chosen from at random when several match: the selectors exclude each other. */
function podStages(pace: 0 | 1) {
  const after = (milliseconds: number) => ({ durationMilliseconds: Math.round(milliseconds * pace) });
  const computed = (expressionFrom: string) => ({ durationFrom: { expressionFrom } });
  const haste = Math.max(pace, 0.1);
  return [
    stage('Pod', 'pod-creating', {
      match: [alive, hasNo('.status.containerStatuses')],
      delay: after(100),
      steps: [
        statusPatch(
          'phase: Pending\nstartTime: {{ $now | Quote }}\nhostIP: {{ NodeIPWith .spec.nodeName | Quote }}\n' +
            `conditions:\n${initialized}${sandboxReady(false)}${readiness(false)}` +
            containerStatuses(containerStatus({ state: waiting('ContainerCreating'), ran: false })),
        ),
      ],
    }),
    ...pullStages(pace, haste),
    stage('Pod', 'pod-started', {
      match: [alive, hasNo(jq.missingImage), is(jq.waitingReason, 'ContainerCreating')],
      delay: after(700),
      steps: [
        ...startEvents(pace, '1'),
        statusPatch(
          `phase: Running\n${podIp}conditions:\n${sandboxReady(true)}` +
            containerStatuses(
              choose('$crash', containerStatus({ state: terminated }), running('{{ not $c.readinessProbe }}')),
            ),
        ),
      ],
      more: { immediateNextStage: true },
    }),
    ...readinessStages(pace),
    ...crashStages(pace, haste),
    stage('Pod', 'pod-deleted', {
      match: [has('.metadata.deletionTimestamp'), hasNo('.metadata.finalizers[]?')],
      delay: {
        ...after(500),
        ...computed(
          `if [${jq.ignoringSigterm}] | length > 0 then .metadata.deletionTimestamp else "${500 * pace}ms" end`,
        ),
      },
      steps: [podEvent({ reason: 'Killing', message: 'Stopping container {{ $c.name }}' }), { delete: true }],
    }),
  ];
}

function startEvents(pace: 0 | 1, count: string) {
  if (pace === 0) return [];
  const pulled = 'Container image \\"{{ $c.image }}\\" already present on machine and can be accessed by the pod';
  return [
    podEvent({ reason: 'Pulled', message: pulled, count }),
    podEvent({ reason: 'Created', message: 'Container created', count }),
    podEvent({ reason: 'Started', message: 'Container started', count }),
  ];
}

function pullStages(pace: 0 | 1, haste: number) {
  const started = 'toDate "2006-01-02T15:04:05Z07:00" $pod.status.startTime | unixEpoch | int64';
  const round = Math.max(1, Math.round(24 * haste));
  const count = `{{ add 1 (div (sub (now | unixEpoch | int64) (${started})) ${round}) }}`;
  const failure = (reason: string, message: string) =>
    podEvent({ type: reason === 'Pulling' ? 'Normal' : 'Warning', reason, message, when: '$missing', count });
  const notFound = `rpc error: code = NotFound desc = ${pullError}`;
  const held = (reason: string, message: string) => containerStatus({ state: waiting(reason, message), ran: false });
  const backOff = 'Back-off pulling image \\"{{ $c.image }}\\"';
  return [
    stage('Pod', 'pod-pull-failed', {
      match: [alive, has(jq.missingImage), is(jq.waitingReason, 'ContainerCreating', 'ImagePullBackOff')],
      delay: {
        durationMilliseconds: 700 * pace,
        durationFrom: {
          expressionFrom: `if any(${jq.waitingReason}; . == "ImagePullBackOff") then "${Math.round(12_000 * haste)}ms" else "${700 * pace}ms" end`,
        },
      },
      steps: [
        failure('Pulling', 'Pulling image \\"{{ $c.image }}\\"'),
        failure('Failed', `Failed to pull image \\"{{ $c.image }}\\": ${notFound}`),
        failure('Failed', 'Error: ErrImagePull'),
        statusPatch(
          `${podIp}conditions:\n${sandboxReady(true)}` +
            containerStatuses(choose('$missing', held('ErrImagePull', notFound), running('true'))),
        ),
      ],
    }),
    stage('Pod', 'pod-pull-backoff', {
      match: [alive, has(jq.missingImage), is(jq.waitingReason, 'ErrImagePull')],
      delay: { durationMilliseconds: 12_000 * pace },
      steps: [
        podEvent({ reason: 'BackOff', message: backOff, when: '$missing', count }),
        failure('Failed', 'Error: ImagePullBackOff'),
        statusPatch(
          containerStatuses(
            choose('$missing', held('ImagePullBackOff', `${backOff}: ErrImagePull: ${notFound}`), unchanged),
          ),
        ),
      ],
    }),
  ];
}

function readinessStages(pace: 0 | 1) {
  const slow = 'if [.command[]?, .args[]?] | any(test("slow")) then 5 else 0 end';
  const seconds = `[.spec.containers[] | (.readinessProbe // {} | .initialDelaySeconds // 0) + (${slow})] | max`;
  const isRunning = [alive, is('.status.phase', 'Running'), hasNo(jq.crashing), isNot(jq.readyCondition, 'True')];
  const unhealthy = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
  return [
    stage('Pod', 'pod-ready', {
      match: [...isRunning, hasNo(jq.unready), hasNo(jq.missingImage)],
      delay: { durationMilliseconds: 0, durationFrom: { expressionFrom: `${seconds} * ${pace} | "\\(.)s"` } },
      steps: [statusPatch(`conditions:\n${readiness(true)}` + containerStatuses(running('true')))],
    }),
    stage('Pod', 'pod-unready', {
      match: [...isRunning, has(jq.unready)],
      delay: { durationMilliseconds: 1000 * pace },
      steps: [podEvent({ type: 'Warning', reason: 'Unhealthy', message: unhealthy, when: '$c.readinessProbe' })],
    }),
  ];
}

function crashStages(pace: 0 | 1, haste: number) {
  const restarts = '[.status.containerStatuses[].restartCount] | max as $n';
  const backOff = `back-off ${backoffText} restarting failed container={{ $c.name }} pod=${podName}`;
  return [
    stage('Pod', 'pod-crash-backoff', {
      match: [alive, has(jq.crashing), has(jq.terminatedReason)],
      delay: { durationMilliseconds: 1000 * pace },
      steps: [
        podEvent({
          type: 'Warning',
          reason: 'BackOff',
          message: `Back-off restarting failed container {{ $c.name }} in pod ${podName}`,
          when: '$crash',
          count: '{{ add1 $count }}',
        }),
        statusPatch(
          `conditions:\n${readiness(false)}` +
            containerStatuses(
              choose(
                '$crash',
                `{{ $count = max 1 $count }}${backoffSeconds}` +
                  containerStatus({
                    state: waiting('CrashLoopBackOff', backOff),
                    lastState: '{{ toJson $old.state }}',
                  }),
                unchanged,
              ),
            ),
        ),
      ],
    }),
    stage('Pod', 'pod-crash-again', {
      match: [alive, has(jq.crashing), is(jq.waitingReason, 'CrashLoopBackOff')],
      delay: {
        durationFrom: { expressionFrom: `${restarts} | [300, 10 * pow(2; $n - 1)] | min * ${haste} | "\\(.)s"` },
      },
      steps: [
        ...startEvents(pace, '{{ add $count 2 }}'),
        statusPatch(
          containerStatuses(
            choose(
              '$crash',
              `{{ $count = add1 $count }}${containerStatus({ state: terminated, lastState: '{{ toJson $old.lastState }}' })}`,
              unchanged,
            ),
          ),
        ),
      ],
    }),
  ];
}
