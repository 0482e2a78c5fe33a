import { isPlaceholder } from '../../kube/placeholder';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

/** The API server does not check it; the kubelet then fails every probe (pkg/probe/util.go). */
export const probePortUnknown: Rule<never> = {
  code: 'probe-port-unknown',
  cause: 'readiness',
  severity: 'error',
  rows: ['P2'],
  summary: 'A probe that names a port which its container does not have',
  needs: [],
  whole: true,
  *check({ workload }) {
    for (const { probes, ports, name } of workload.template.containers) {
      const names = ports.map((port) => port.name).filter((port) => port !== undefined);
      for (const { type, port, portPath } of probes) {
        // A number in quotes is another mistake: the API server refuses it.
        if (typeof port !== 'string' || !/[a-z]/i.test(port) || names.includes(port) || isPlaceholder(port)) continue;
        const has = names.length > 0 ? t`it has ${names.join(', ')}` : t`it names none`;
        const [only] = names;
        yield {
          path: portPath,
          message: t`The ${type} asks for the port ${JSON.stringify(port)}, which container ${name ?? ''} does not have (${has}): it can never succeed.`,
          ...(only !== undefined && names.length === 1
            ? { fixes: [{ title: t`Use the port ${only}`, edit: { kind: 'replace', path: portPath, text: only } }] }
            : {}),
        };
      }
    }
  },
};
