import type { FieldPath } from '../../fieldPath';
import { compareQuantities, parseQuantity } from '../../kube/quantity';
import type { WorkloadSpec } from '../../kube/workloadSpec';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

export const volumeUnknown: Rule<never> = {
  code: 'volume-unknown',
  cause: 'runtime',
  severity: 'error',
  rows: ['R6'],
  summary: 'A volumeMount of a volume that the pod does not have',
  needs: [],
  whole: true,
  *check({ workload: { template, claimTemplates } }) {
    const names = new Set([...template.volumes, ...claimTemplates].map(({ name }) => name));
    for (const { volumeMounts, name: container } of template.containers) {
      for (const { path, name } of volumeMounts) {
        if (name === undefined || names.has(name)) continue;
        yield {
          path: [...path, 'name'],
          message: t`Container ${container ?? ''} mounts the volume ${JSON.stringify(name)}, which the pod does not have: its pods will be refused.`,
          advice: t`Add it to volumes or volumeClaimTemplates, or correct the name.`,
        };
      }
    }
  },
};

/** A client-side apply merges the two by path and silently drops one; a create is refused. */
export const mountPathDuplicate: Rule<never> = {
  code: 'mount-path-duplicate',
  cause: 'runtime',
  severity: 'error',
  rows: ['R7'],
  summary: 'Two volumeMounts of one container at the same path',
  needs: [],
  *check({ workload: { template } }) {
    for (const { volumeMounts } of template.containers) {
      const paths = new Set<string>();
      for (const { path, mountPath } of volumeMounts) {
        if (mountPath === undefined) continue;
        if (paths.has(mountPath))
          yield { path: [...path, 'mountPath'], message: t`${mountPath} is mounted twice in this container.` };
        paths.add(mountPath);
      }
    }
  },
};

export const containerNameDuplicate: Rule<never> = {
  code: 'container-name-duplicate',
  cause: 'runtime',
  severity: 'error',
  rows: ['R7'],
  summary: 'Two containers of one name',
  needs: [],
  *check({ workload: { template } }) {
    const names = new Set<string>();
    for (const { path, name } of template.containers) {
      if (name === undefined) continue;
      if (names.has(name)) yield { path: [...path, 'name'], message: t`Another container is named ${name} too.` };
      names.add(name);
    }
  },
};

export const requestAboveLimit: Rule<never> = {
  code: 'request-above-limit',
  cause: 'runtime',
  severity: 'error',
  rows: ['R8'],
  summary: 'A resource request above its limit',
  needs: [],
  *check({ workload: { template } }) {
    for (const { path, requests, limits } of template.containers) {
      for (const [resource, text] of Object.entries(requests)) {
        const limitText = limits[resource];
        const request = parseQuantity(text);
        const limit = limitText === undefined ? undefined : parseQuantity(limitText);
        if (!request || !limit || compareQuantities(request, limit) <= 0) continue;
        yield {
          path: [...path, 'resources', 'requests', resource],
          message: t`The request for ${resource} (${text}) is above its limit (${limitText ?? ''}): the pods will be refused.`,
        };
      }
    }
  },
};

const RESOURCES = ['requests', 'limits'] as const;

interface Written {
  readonly path: FieldPath;
  readonly resource: string;
  readonly text: string;
}

/** Every quantity of the manifest: of containers, of the pod itself and of its claims. */
function quantitiesOf({ template, claimTemplates }: WorkloadSpec): readonly Written[] {
  const owners = [...template.containers, { ...template, path: [...template.path, 'spec'] }];
  const resources = owners.flatMap(({ path, ...owner }) =>
    RESOURCES.flatMap((which) =>
      Object.entries(owner[which]).map(([resource, text]) => ({
        path: [...path, 'resources', which, resource],
        resource,
        text,
      })),
    ),
  );
  const claims = claimTemplates.flatMap(({ path, storage: text }) =>
    text === undefined
      ? []
      : [{ path: [...path, 'spec', 'resources', 'requests', 'storage'], resource: 'storage', text }],
  );
  return [...resources, ...claims];
}

export const quantityInvalid: Rule<never> = {
  code: 'quantity-invalid',
  cause: 'runtime',
  severity: 'error',
  rows: ['R37'],
  summary: 'A resource quantity that Kubernetes cannot read',
  needs: [],
  *check({ workload }) {
    for (const { path, resource, text } of quantitiesOf(workload)) {
      // `${CPU}`, `<cpu>` and `CPU_LIMIT` are filled in by somebody else.
      if (parseQuantity(text) || /[${}<@]|^[A-Z]+_[A-Z_]+$/.test(text)) continue;
      yield {
        path,
        message: t`${JSON.stringify(text)} is no quantity of ${resource}: the apply will be refused.`,
        advice: t`Write a number with m, k, M, G, Ki, Mi or Gi, such as 500m or 1Gi.`,
      };
    }
  },
};

/** `64m` of memory is 0.064 bytes: accepted with a warning, and the pod then hangs in ContainerCreating. */
export const memoryInMilli: Rule<never> = {
  code: 'memory-in-milli',
  cause: 'runtime',
  severity: 'error',
  rows: ['R11'],
  summary: 'Memory in thousandths of a byte: m where Mi was meant',
  needs: [],
  *check({ workload }) {
    for (const { path, resource, text } of quantitiesOf(workload)) {
      // A request alone stops nothing; and autoscalers write whole gigabytes in thousandths of a byte.
      if (resource !== 'memory' || !path.includes('limits') || !/^\d{1,6}m$/.test(text)) continue;
      const meant = `${text.slice(0, -1)}Mi`;
      yield {
        path,
        message: t`${text} of memory are thousandths of a byte, not megabytes: the pod cannot start.`,
        fixes: [{ title: t`Write ${meant}`, edit: { kind: 'replace', path, text: meant } }],
      };
    }
  },
};
