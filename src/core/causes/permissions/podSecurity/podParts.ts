import type { FieldPath } from '../../../fieldPath';
import { asFields, asList, asText, type Fields } from '../../../kube/readers';

/** A pod template as PodSecurity looks at it: raw fields with their paths. */
export interface PodParts {
  readonly path: FieldPath;
  readonly spec: Fields;
  readonly annotations: Fields;
  readonly securityContext: Fields;
  readonly containers: readonly ContainerParts[];
  readonly volumes: readonly { readonly path: FieldPath; readonly name: string; readonly fields: Fields }[];
  /** `spec.os.name: windows`: what only Linux knows is not asked. */
  readonly windows: boolean;
  /** `hostUsers: false`: root inside is nobody outside, and some checks are waived by newer servers. */
  readonly ownUsers: boolean;
}

export interface ContainerParts {
  readonly path: FieldPath;
  readonly name: string;
  readonly fields: Fields;
  readonly securityContext: Fields;
}

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Of a workload's object. */
export function podParts(object: Fields): PodParts {
  const template = asFields(asFields(object.spec).template);
  const spec = asFields(template.spec);
  const path: FieldPath = ['spec', 'template', 'spec'];
  return {
    path,
    spec,
    annotations: asFields(asFields(template.metadata).annotations),
    securityContext: asFields(spec.securityContext),
    containers: LISTS.flatMap((list) =>
      asList(spec[list]).map((item, index) => {
        const fields = asFields(item);
        return {
          path: [...path, list, index],
          name: asText(fields.name) ?? '',
          fields,
          securityContext: asFields(fields.securityContext),
        };
      }),
    ),
    volumes: asList(spec.volumes).map((item, index) => {
      const fields = asFields(item);
      return { path: [...path, 'volumes', index], name: asText(fields.name) ?? '', fields };
    }),
    windows: asFields(spec.os).name === 'windows',
    ownUsers: spec.hostUsers === false,
  };
}

export interface Violation {
  readonly path: FieldPath;
  /** What is forbidden or missing, as a part of a sentence: `hostPort 8080 of container web`. */
  readonly what: string;
  /** What to set, and where; `undefined` when something has to go. */
  readonly set?: { readonly path: FieldPath; readonly value: unknown };
}
