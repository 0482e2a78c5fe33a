import { readWorkloadSpec } from '../../kube/readWorkloadSpec';
import type { Container, Probe } from '../../kube/workloadSpec';
import { firstDifference } from '../../kube/sameFields';
import { valueAt } from '../../fieldPath';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/**
 * A probe now asks a port that no container declares, the declared one it asked before is still there, and nothing else
 * says that the application listens elsewhere: most likely a slip. An undeclared port alone is nothing (one of eight
 * real manifests has one).
 */
export const probePortChanged: Rule<'liveObject'> = {
  code: 'probe-port-changed',
  cause: 'readiness',
  severity: 'warning',
  rows: ['P1'],
  summary: 'A probe that moves to a port which nobody declares',
  needs: ['liveObject'],
  *check({ manifest, workload, facts: { liveObject } }) {
    const before = liveObject === null ? undefined : readWorkloadSpec(liveObject);
    const declared = new Set(
      workload.template.containers.flatMap(({ ports }) => ports.map(({ containerPort }) => containerPort)),
    );
    for (const container of workload.template.containers) {
      const old = before?.template.containers.find(
        ({ name, init }) => name === container.name && init === container.init,
      );
      if (!old || !sameStart(manifest.object, liveObject, [container, old])) continue;
      for (const { type, port, portPath } of container.probes) {
        const was = portOf(
          old,
          old.probes.find((probe) => probe.type === type),
        );
        if (typeof port !== 'number' || was === undefined || was === port) continue;
        if (declared.has(port) || !container.ports.some(({ containerPort }) => containerPort === was)) continue;
        yield {
          path: portPath,
          message: t`The ${type} now asks port ${port}, which no container declares; port ${was}, which it asked before, is still there.`,
        };
      }
    }
  },
};

/** Where the application listens may be changed by what it is started with. */
function sameStart(wanted: unknown, live: unknown, [now, old]: readonly [Container, Container]): boolean {
  return ['command', 'args', 'env', 'envFrom'].every(
    (field) =>
      firstDifference(valueAt(wanted, [...now.path, field]), valueAt(live, [...old.path, field])) === undefined,
  );
}

function portOf({ ports }: Container, probe: Probe | undefined): number | undefined {
  if (typeof probe?.port !== 'string') return probe?.port;
  return ports.find(({ name }) => name === probe.port)?.containerPort;
}

/** Progress is a pod that is made or becomes ready; without any for so long the rollout counts as failed. */
export const deadlineBeforeReady: Rule<never> = {
  code: 'deadline-before-ready',
  cause: 'readiness',
  severity: 'warning',
  rows: ['P13'],
  summary: 'A Deployment that is called failed before its pods can be ready',
  needs: [],
  *check({ workload: { kind, template, progressDeadlineSeconds = 600 } }) {
    if (kind !== 'Deployment') return;
    for (const { probes, name, init } of template.containers) {
      const delays = probes.filter(({ type }) => type !== 'livenessProbe' && !init);
      const latest = delays.sort((a, b) => b.initialDelaySeconds - a.initialDelaySeconds)[0];
      if (!latest || latest.initialDelaySeconds < progressDeadlineSeconds) continue;
      yield {
        path: [...latest.path, 'initialDelaySeconds'],
        message: t`Container ${name ?? ''} is first asked after ${latest.initialDelaySeconds} s, and the rollout counts as failed after ${progressDeadlineSeconds} s without progress.`,
        advice: t`Raise progressDeadlineSeconds, or ask earlier.`,
      };
    }
  },
};

/** Less than this is no time to start in, and hardly what somebody means who writes a startup probe. */
const SHORT_START_SECONDS = 5;

/**
 * Some programs do start in that time: where the probe is not known to be new, it is only a remark. A probe that the
 * cluster runs with already has proved itself.
 */
export const startupTooShort: Rule<never, 'liveObject'> = {
  code: 'startup-too-short',
  cause: 'readiness',
  severity: 'warning',
  rows: ['P8'],
  summary: 'A startup probe that gives a container hardly any time',
  needs: [],
  wants: ['liveObject'],
  whole: true,
  *check({ manifest, workload: { template }, facts: { liveObject } }) {
    for (const { probes, name } of template.containers) {
      const probe = probes.find(({ type }) => type === 'startupProbe');
      if (!probe) continue;
      const runs = liveObject !== undefined && liveObject !== null;
      if (runs && firstDifference(valueAt(manifest.object, probe.path), valueAt(liveObject, probe.path)) === undefined)
        continue;
      const seconds = probe.initialDelaySeconds + probe.failureThreshold * probe.periodSeconds;
      if (seconds >= SHORT_START_SECONDS) continue;
      yield {
        severity: runs ? 'warning' : 'information',
        path: [...probe.path, 'failureThreshold'],
        message: t`The startupProbe kills ${name ?? ''} if it does not answer ${seconds} s after its start (${probe.failureThreshold} times ${probe.periodSeconds} s).`,
        advice: t`Raise failureThreshold.`,
      };
    }
  },
};
