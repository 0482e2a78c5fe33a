import type { FieldPath } from '../../../fieldPath';
import { asFields, asList, asText, asTexts, type Fields } from '../../../kube/readers';
import type { PodParts, Violation } from './podParts';
import { t } from '../../../../util/l10n';

/** The checks of the level `baseline` (staging/src/k8s.io/pod-security-admission/policy), by the policy's minor version. */
export function* baselineViolations(pod: PodParts, minor: number): Generator<Violation> {
  yield* ofPod(pod, minor);
  for (const { path, name, fields, securityContext } of pod.containers) {
    const context = [...path, 'securityContext'];
    const of = t`of container ${name}`;
    if (securityContext.privileged === true) {
      yield { path: [...context, 'privileged'], what: t`privileged ${of}` };
    }
    for (const [index, capability] of asTexts(asFields(securityContext.capabilities).add).entries()) {
      if (BASELINE_CAPABILITIES.has(capability)) continue;
      yield { path: [...context, 'capabilities', 'add', index], what: t`the capability ${capability} ${of}` };
    }
    for (const [index, port] of asList(fields.ports).entries()) {
      const { hostPort } = asFields(port);
      if (typeof hostPort !== 'number' || hostPort === 0) continue;
      yield { path: [...path, 'ports', index, 'hostPort'], what: t`hostPort ${hostPort} ${of}` };
    }
    const { procMount } = securityContext;
    if (typeof procMount === 'string' && procMount !== 'Default' && !pod.ownUsers) {
      yield { path: [...context, 'procMount'], what: t`procMount ${procMount} ${of}` };
    }
    yield* ofContext(securityContext, context, of);
    if (minor >= 34) yield* hostsOf(fields, path, of);
  }
}

function* ofPod({ path, spec, annotations, securityContext, volumes }: PodParts, minor: number): Generator<Violation> {
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) {
    if (spec[field] === true) yield { path: [...path, field], what: field };
  }
  for (const { path: volume, name, fields } of volumes) {
    if (fields.hostPath !== undefined) yield { path: [...volume, 'hostPath'], what: t`the hostPath volume ${name}` };
  }
  const context = [...path, 'securityContext'];
  yield* ofContext(securityContext, context, t`of the pod`);
  for (const [index, sysctl] of asList(securityContext.sysctls).entries()) {
    const name = asText(asFields(sysctl).name) ?? '';
    const since = SYSCTLS[name];
    if (since !== undefined && minor >= since) continue;
    yield { path: [...context, 'sysctls', index], what: t`the sysctl ${name}` };
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (!key.startsWith('container.apparmor.security.beta.kubernetes.io/') || typeof value !== 'string') continue;
    if (value === '' || value === 'runtime/default' || value.startsWith('localhost/')) continue;
    yield { path: ['spec', 'template', 'metadata', 'annotations', key], what: t`the AppArmor profile ${value}` };
  }
}

/** What a pod and a container alike may say of their security. */
function* ofContext(context: Fields, path: FieldPath, of: string): Generator<Violation> {
  const { type, user, role } = asFields(context.seLinuxOptions);
  const selinux = [...path, 'seLinuxOptions'];
  if (typeof type === 'string' && !SELINUX_TYPES.has(type)) {
    yield { path: [...selinux, 'type'], what: t`the SELinux type ${type} ${of}` };
  }
  if (typeof user === 'string' && user !== '') yield { path: [...selinux, 'user'], what: t`the SELinux user ${of}` };
  if (typeof role === 'string' && role !== '') yield { path: [...selinux, 'role'], what: t`the SELinux role ${of}` };
  if (asFields(context.seccompProfile).type === 'Unconfined') {
    yield { path: [...path, 'seccompProfile', 'type'], what: t`the seccomp profile Unconfined ${of}` };
  }
  if (asFields(context.appArmorProfile).type === 'Unconfined') {
    yield { path: [...path, 'appArmorProfile', 'type'], what: t`the AppArmor profile Unconfined ${of}` };
  }
  if (asFields(context.windowsOptions).hostProcess === true) {
    yield { path: [...path, 'windowsOptions', 'hostProcess'], what: t`hostProcess ${of}` };
  }
}

/** From policy version 1.34 probes and hooks may not speak to another host (check_hostProbesAndhostLifecycle.go). */
function* hostsOf(container: Fields, path: FieldPath, of: string): Generator<Violation> {
  const handlers: (readonly [FieldPath, unknown])[] = [
    ...PROBES.map((probe) => [[...path, probe], container[probe]] as const),
    ...HOOKS.map((hook) => [[...path, 'lifecycle', hook], asFields(container.lifecycle)[hook]] as const),
  ];
  for (const [place, value] of handlers) {
    for (const handler of ['httpGet', 'tcpSocket']) {
      const { host } = asFields(asFields(value)[handler]);
      if (typeof host !== 'string' || host === '') continue;
      yield { path: [...place, handler, 'host'], what: t`the host ${host} in a probe or hook ${of}` };
    }
  }
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const HOOKS = ['postStart', 'preStop'] as const;

const BASELINE_CAPABILITIES = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
]);

const SELINUX_TYPES = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);

/** Allowed ones, and the minor version of the policy from which on they are. */
const SYSCTLS: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
};
