import type { FieldPath } from '../../../fieldPath';
import { asFields, asList, asNumber, asText } from '../../../kube/readers';
import { conflict, duplicate, has, type Fields, type ShapeProblem, type TypeCheck } from './problem';
import { t } from '../../../../util/l10n';

/** What the parts of a pod cannot be together (pkg/apis/core/validation, ValidatePodSpec). */
export const podCheck: TypeCheck = function* (pod, path) {
  if (has(pod, 'activeDeadlineSeconds')) {
    const at = [...path, 'activeDeadlineSeconds'];
    const problem = conflict(
      at,
      t`Pods of a StatefulSet or Deployment run for ever: activeDeadlineSeconds has no place here.`,
    );
    yield { ...problem, fixes: [{ title: t`Remove activeDeadlineSeconds`, edit: { kind: 'remove', path: at } }] };
  }
  if (asList(pod.ephemeralContainers).length > 0) {
    yield conflict([...path, 'ephemeralContainers'], t`A template has no ephemeral containers.`);
  }
  if (pod.hostPID === true && pod.shareProcessNamespace === true) {
    yield conflict([...path, 'shareProcessNamespace'], t`hostPID and shareProcessNamespace exclude each other`);
  }
  yield* duplicateNames(pod.volumes, [...path, 'volumes'], 'volumes');
  yield* dns(pod, path);
  yield* hostPorts(pod, path);
  yield* sysctls(pod, path);
  yield* spread(pod, path);
  yield* sleeps(pod, path);
};

function* duplicateNames(list: unknown, path: FieldPath, what: string): Generator<ShapeProblem> {
  const names = new Set<string>();
  for (const [index, item] of asList(list).entries()) {
    const name = asText(asFields(item).name) ?? '';
    if (name !== '' && names.has(name)) yield duplicate([...path, index, 'name'], t`Two ${what} are named ${name}.`);
    names.add(name);
  }
}

function* dns({ dnsPolicy, dnsConfig }: Fields, path: FieldPath): Generator<ShapeProblem> {
  const servers = asList(asFields(dnsConfig).nameservers).length;
  if (dnsPolicy === 'None' && servers === 0) {
    yield conflict([...path, 'dnsPolicy'], t`The policy None needs nameservers in dnsConfig.`);
  }
  if (servers > 3) yield conflict([...path, 'dnsConfig', 'nameservers'], t`At most 3 nameservers are allowed.`);
}

/** With hostNetwork every port of a container is one of its node's. */
function* hostPorts(pod: Fields, path: FieldPath): Generator<ShapeProblem> {
  const taken = new Set<string>();
  for (const [index, container] of asList(pod.containers).entries()) {
    for (const [place, item] of asList(asFields(container).ports).entries()) {
      const { containerPort, hostPort, hostIP, protocol } = asFields(item);
      const at = [...path, 'containers', index, 'ports', place];
      const own = asNumber(hostPort) ?? 0;
      if (pod.hostNetwork === true && own !== 0 && own !== containerPort) {
        yield conflict(
          [...at, 'hostPort'],
          t`With hostNetwork the hostPort must be the containerPort ${String(containerPort)}.`,
        );
      }
      const port = own !== 0 ? own : pod.hostNetwork === true ? asNumber(containerPort) : undefined;
      if (port === undefined) continue;
      const key = `${asText(protocol) ?? 'TCP'} ${asText(hostIP) ?? ''} ${port}`;
      if (taken.has(key))
        yield duplicate(
          [...at, own !== 0 ? 'hostPort' : 'containerPort'],
          t`Two ports of the pod want port ${port} of its node.`,
        );
      taken.add(key);
    }
  }
}

function* sysctls(pod: Fields, path: FieldPath): Generator<ShapeProblem> {
  const list = asFields(pod.securityContext).sysctls;
  const at = [...path, 'securityContext', 'sysctls'];
  yield* duplicateNames(list, at, 'sysctls');
  for (const [index, item] of asList(list).entries()) {
    const name = asText(asFields(item).name) ?? '';
    if (pod.hostNetwork === true && name.startsWith('net'))
      yield conflict([...at, index, 'name'], t`${name} would be set for the whole node with hostNetwork.`);
  }
}

function* spread({ topologySpreadConstraints }: Fields, path: FieldPath): Generator<ShapeProblem> {
  const seen = new Set<string>();
  for (const [index, item] of asList(topologySpreadConstraints).entries()) {
    const { topologyKey, whenUnsatisfiable, minDomains } = asFields(item);
    const at = [...path, 'topologySpreadConstraints', index];
    const key = `${String(topologyKey)} ${String(whenUnsatisfiable)}`;
    if (seen.has(key)) yield duplicate([...at, 'topologyKey'], t`Two constraints spread over ${key}.`);
    seen.add(key);
    if (has({ minDomains }, 'minDomains') && whenUnsatisfiable === 'ScheduleAnyway') {
      yield conflict([...at, 'minDomains'], t`minDomains goes only with DoNotSchedule`);
    }
  }
}

/** A sleep before the end must fit into the grace period. */
function* sleeps(pod: Fields, path: FieldPath): Generator<ShapeProblem> {
  const grace = asNumber(pod.terminationGracePeriodSeconds) ?? 30;
  for (const list of ['initContainers', 'containers']) {
    for (const [index, item] of asList(pod[list]).entries()) {
      for (const hook of ['preStop', 'postStart']) {
        const seconds = asNumber(asFields(asFields(asFields(asFields(item).lifecycle)[hook]).sleep).seconds) ?? 0;
        if (seconds <= grace) continue;
        const at = [...path, list, index, 'lifecycle', hook, 'sleep', 'seconds'];
        yield conflict(at, t`${seconds} s of sleep are more than the ${grace} s of terminationGracePeriodSeconds.`);
      }
    }
  }
}
