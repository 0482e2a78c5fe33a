import { asFields, asList, asText } from '../../kube/readers';
import { valueAt } from '../../fieldPath';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

export const apiRemoved: Rule<never> = {
  code: 'api-removed',
  cause: 'runtime',
  severity: 'error',
  rows: ['R35'],
  summary: 'An apiVersion that no server has any more',
  needs: [],
  *check({ workload: { kind, apiVersion } }) {
    if (apiVersion === 'apps/v1') return;
    yield {
      path: ['apiVersion'],
      message: t`There is no ${kind} in ${apiVersion}: since Kubernetes 1.16 it is in apps/v1 only.`,
      fixes: [{ title: t`Write apps/v1`, edit: { kind: 'replace', path: ['apiVersion'], text: 'apps/v1' } }],
    };
  },
};

/** kubectl applies both, one after the other. */
export const objectTwice: Rule<'sameFile'> = {
  code: 'object-twice',
  cause: 'runtime',
  severity: 'warning',
  rows: ['S1'],
  summary: 'The same workload twice in one file',
  needs: ['sameFile'],
  whole: true,
  *check({ manifest, workload, facts: { sameFile } }) {
    const own = sameFile.findIndex(({ object }) => object === manifest.object);
    const { kind, name, namespace } = workload;
    const before = sameFile
      .slice(0, Math.max(0, own))
      .some((other) => other.kind === kind && other.name === name && other.namespace === namespace);
    if (!before) return;
    yield {
      path: ['metadata', 'name'],
      message: t`The ${kind} ${name ?? ''} stands above in this file already: kubectl applies both, and this one wins.`,
    };
  },
};

/** What the kubelet allows by default (pkg/kubelet/sysctl/safe_sysctls.go). */
const SAFE =
  /^(?:kernel[./]shm_rmid_forced|net[./]ipv4[./](?:ip_local_port_range|tcp_syncookies|ping_group_range|ip_unprivileged_port_start|ip_local_reserved_ports|tcp_keepalive_(?:time|intvl|probes)|tcp_fin_timeout|tcp_rmem|tcp_wmem))$/;

const SYSCTLS = ['spec', 'template', 'spec', 'securityContext', 'sysctls'];

export const sysctlUnsafe: Rule<never, 'liveObject'> = {
  code: 'sysctl-unsafe',
  cause: 'runtime',
  severity: 'warning',
  rows: ['R30'],
  summary: 'A sysctl that kubelets refuse unless they are told otherwise',
  needs: [],
  wants: ['liveObject'],
  *check({ manifest, facts: { liveObject } }) {
    const namesIn = (object: unknown): readonly string[] =>
      asList(valueAt(object, SYSCTLS)).map((item) => asText(asFields(item).name) ?? '');
    // What runs already is allowed.
    const running = namesIn(liveObject);
    for (const [index, name] of namesIn(manifest.object).entries()) {
      if (name === '' || SAFE.test(name) || running.includes(name)) continue;
      yield {
        path: [...SYSCTLS, index, 'name'],
        message: t`Kubelets refuse pods with the sysctl ${name}, unless they run with --allowed-unsafe-sysctls (SysctlForbidden).`,
      };
    }
  },
};

/** The node gives a pod its full name as hostname, of which Linux takes 64 characters (pkg/kubelet/util). */
const LONGEST_HOSTNAME = 64;

export const hostnameTooLong: Rule<never> = {
  code: 'hostname-too-long',
  cause: 'runtime',
  severity: 'error',
  rows: ['R33'],
  summary: 'setHostnameAsFQDN with names that are too long together',
  needs: [],
  *check({ manifest, workload: { kind, name, namespace = '', serviceName, firstOrdinal, replicas = 1 } }) {
    const path = ['spec', 'template', 'spec', 'setHostnameAsFQDN'];
    if (kind !== 'StatefulSet' || !name || !serviceName || valueAt(manifest.object, path) !== true) return;
    // The cluster's own domain is not known, and adds to it.
    const least = `${name}-${firstOrdinal + replicas - 1}.${serviceName}.${namespace}.svc.`.length;
    if (least <= LONGEST_HOSTNAME) return;
    yield {
      path,
      message: t`The full name of a pod has more than ${LONGEST_HOSTNAME} characters (${least} and the cluster's domain): its sandbox cannot be made.`,
    };
  },
};

/** kubectl keeps the whole manifest in an annotation, and annotations have a limit of 256 KiB together. */
const ANNOTATIONS = 262_144;

export const manifestTooLarge: Rule<never> = {
  code: 'manifest-too-large',
  cause: 'runtime',
  severity: 'information',
  rows: ['R39'],
  summary: 'A manifest that a client-side kubectl apply cannot note down',
  needs: [],
  *check({ manifest }) {
    const { start, end } = manifest.range;
    if (end - start < ANNOTATIONS || JSON.stringify(manifest.object).length < ANNOTATIONS) return;
    yield {
      path: ['metadata', 'name'],
      message: t`kubectl apply would copy the manifest into an annotation, which is too small for it: apply it with --server-side, or from here.`,
    };
  },
};

export const schedulingGate: Rule<never> = {
  code: 'scheduling-gate',
  cause: 'runtime',
  severity: 'information',
  rows: ['R29'],
  summary: 'Pods that wait until somebody opens their gate',
  needs: [],
  *check({ manifest }) {
    const path = ['spec', 'template', 'spec', 'schedulingGates'];
    const gates = asList(valueAt(manifest.object, path)).map((item) => asText(asFields(item).name) ?? '');
    if (gates.length === 0) return;
    yield { path, message: t`Pods get no node until somebody takes the gate ${gates.join(', ')} from each of them.` };
  },
};
