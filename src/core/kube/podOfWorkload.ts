import { claimNameOf } from './claims';
import { asFields, asList, asText, type Fields } from './readers';

/** The pod that a controller would make of a workload, for the server to judge. */
export interface PodOfWorkload {
  readonly object: Fields;
  readonly namespace: string;
}

/** As long as a revision's hash can be (pkg/controller/history): whether a name fits is judged at its worst. */
const HASH = 'x'.repeat(10);

/**
 * Of a StatefulSet (pkg/controller/statefulset/stateful_set_utils.go, newStatefulSetPod) the pod after its last: that
 * name is free, so that the answer speaks of the pod and not of its namesake. No owner: the server would look for it.
 */
export function podOfWorkload({ object, namespace }: PodOfWorkload): Fields {
  const { metadata, spec: value, kind } = object;
  const spec = asFields(value);
  const name = asText(asFields(metadata).name) ?? '';
  const template = asFields(spec.template);
  const podSpec = asFields(template.spec);
  const own = asFields(template.metadata);
  const shared = { namespace, annotations: own.annotations, finalizers: own.finalizers };
  if (kind !== 'StatefulSet') {
    const labels = { ...asFields(own.labels), 'pod-template-hash': HASH };
    return podFrom({ ...shared, name: `${name.slice(0, 240)}-${HASH}-xxxxx`, labels }, podSpec);
  }
  const ordinal = freeOrdinal(spec);
  const pod = `${name}-${ordinal}`;
  const labels = {
    ...asFields(own.labels),
    'statefulset.kubernetes.io/pod-name': pod,
    'apps.kubernetes.io/pod-index': String(ordinal),
    'controller-revision-hash': `${name}-${HASH}`,
  };
  const claims = asList(spec.volumeClaimTemplates).flatMap(
    (item) => asText(asFields(asFields(item).metadata).name) ?? [],
  );
  // The controller puts the claims first; at the end they leave the template's own indexes as they are.
  const volumes = [
    ...asList(podSpec.volumes).filter((volume) => !claims.includes(asText(asFields(volume).name) ?? '')),
    ...claims.map((claim) => ({
      name: claim,
      persistentVolumeClaim: { claimName: claimNameOf(claim, name, ordinal) },
    })),
  ];
  return podFrom(
    { ...shared, name: pod, labels },
    { ...podSpec, hostname: pod, subdomain: spec.serviceName, ...(volumes.length > 0 ? { volumes } : {}) },
  );
}

/** The claim of that pod, of one template: with the labels that the controller gives it (getPersistentVolumeClaims). */
export function claimOfTemplate({ object, namespace }: PodOfWorkload, index: number): Fields {
  const spec = asFields(object.spec);
  const template = asFields(asList(spec.volumeClaimTemplates)[index]);
  const metadata = asFields(template.metadata);
  const set = asText(asFields(object.metadata).name) ?? '';
  const labels = { ...asFields(metadata.labels), ...asFields(asFields(spec.selector).matchLabels) };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimNameOf(asText(metadata.name) ?? '', set, freeOrdinal(spec)),
      ...{ namespace, labels, annotations: metadata.annotations },
    },
    spec: template.spec,
  };
}

function freeOrdinal(spec: Fields): number {
  const start = asFields(spec.ordinals).start;
  const { replicas } = spec;
  return (typeof start === 'number' ? start : 0) + (typeof replicas === 'number' ? replicas : 1);
}

function podFrom(metadata: Fields, spec: Fields): Fields {
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}
