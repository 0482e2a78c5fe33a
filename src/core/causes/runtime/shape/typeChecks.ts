import { formatPath, type FieldPath } from '../../../fieldPath';
import { asFields, asList, asNumber, asQuantityText, asText, asTexts } from '../../../kube/readers';
import { resolveIntOrString } from '../../../kube/intOrString';
import { parseQuantity } from '../../../kube/quantity';
import { qualifiedName } from '../../../kube/valueForms';
import { schemaType } from '../../../kube/workloadSchema';
import { podCheck } from './podCheck';
import { conflict, duplicate, has, missing, onlyOne, type Fields, type ShapeProblem, type TypeCheck } from './problem';
import { t } from '../../../../util/l10n';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** What a selector's requirement may say, and what values go with it (apimachinery/pkg/apis/meta/v1/validation). */
const requirement: TypeCheck = function* (fields, path) {
  const operator = asText(fields.operator) ?? '';
  const values = asList(fields.values);
  const at = [...path, 'values'];
  if (/^(?:Not)?In$/.test(operator) && values.length === 0) yield missing(at, t`${operator} needs values.`);
  if (/Exist/.test(operator) && values.length > 0) yield conflict(at, t`${operator} takes no values.`);
  if (/^[GL]t$/.test(operator) && !(values.length === 1 && /^-?\d+$/.test(String(values[0])))) {
    yield conflict(at, t`${operator} takes one whole number.`);
  }
};

const selectorNotEmpty: TypeCheck = function* ({ selector }, path) {
  const { matchLabels, matchExpressions } = asFields(selector);
  if (!has({ selector }, 'selector') || Object.keys(asFields(matchLabels)).length + asList(matchExpressions).length > 0)
    return;
  yield missing([...path, 'selector'], t`The selector is empty and would take every pod.`);
};

const handler: TypeCheck = function* (fields, path) {
  yield* onlyOne(fields, path, HANDLERS);
};

/** pkg/apis/core/validation, validateLivenessProbe and its siblings. */
const probe: TypeCheck = function* (fields, path) {
  const code = 'probe-invalid';
  const name = formatPath(path.slice(-1));
  yield* onlyOne(fields, path, HANDLERS, code);
  if (!HANDLERS.some((each) => has(fields, each))) {
    // A patch may change one number of a probe and leave the rest.
    yield { ...missing(path, t`${name} asks nothing: it needs httpGet, tcpSocket, grpc or exec.`) };
  }
  const readiness = name === 'readinessProbe';
  if (!readiness && (asNumber(fields.successThreshold) ?? 0) > 1) {
    yield conflict([...path, 'successThreshold'], t`The successThreshold of a ${name} must be 1`, code);
  }
  if (readiness && has(fields, 'terminationGracePeriodSeconds')) {
    yield conflict(
      [...path, 'terminationGracePeriodSeconds'],
      t`A readinessProbe ends nothing, and has no grace period.`,
      code,
    );
  }
};

/** A container of its own kind: what an init container that ends may not have (validateInitContainers). */
const container: TypeCheck = function* (fields, path) {
  const names = new Set<string>();
  for (const [index, item] of asList(fields.ports).entries()) {
    const name = asText(asFields(item).name) ?? '';
    if (name !== '' && names.has(name))
      yield duplicate([...path, 'ports', index, 'name'], t`Two ports of the container are named ${name}.`);
    names.add(name);
  }
  if (path.at(-2) !== 'initContainers' || fields.restartPolicy === 'Always') return;
  for (const name of [...PROBES, 'lifecycle'].filter((each) => has(fields, each))) {
    yield conflict([...path, name], t`An init container has no ${name}, unless its restartPolicy is Always.`);
  }
};

/** A resource without a prefix must be one that Kubernetes knows (pkg/apis/core/helper). */
const STANDARD = /^(?:cpu|memory|ephemeral-storage|storage|hugepages-.+)$/;

const resources: TypeCheck = function* (fields, path) {
  const limits = asFields(fields.limits);
  const requests = asFields(fields.requests);
  for (const [which, map] of [
    ['limits', limits],
    ['requests', requests],
  ] as const) {
    for (const [name, value] of Object.entries(map)) {
      const at = [...path, which, name];
      if (!STANDARD.test(name) && (!name.includes('/') || qualifiedName(name) !== undefined)) {
        yield conflict(
          at,
          t`${name} is no resource: it must be cpu, memory, ephemeral-storage, hugepages-… or have a domain.`,
        );
      }
      const quantity = parseQuantity(String(value));
      if (quantity && quantity.value < 0n) yield conflict(at, t`A resource cannot be negative.`);
      const limit = parseQuantity(String(limits[name]));
      // Devices are given whole, and are not shared.
      const whole = name.startsWith('hugepages-') || (name.includes('/') && !name.includes('kubernetes.io/'));
      if (which === 'requests' && whole && quantity && quantity.value !== limit?.value) {
        yield conflict(at, t`The request for ${name} must equal its limit.`);
      }
    }
  }
};

/** A block device is no directory, nor the other way round (pkg/kubelet, makeMounts). */
function* claimModes({ template, volumeClaimTemplates }: Fields, path: FieldPath): Generator<ShapeProblem> {
  const modes = new Map(
    asList(volumeClaimTemplates).map((claim) => {
      const { metadata, spec } = asFields(claim);
      return [asFields(metadata).name, asFields(spec).volumeMode === 'Block'] as const;
    }),
  );
  const pod = asFields(asFields(template).spec);
  for (const list of ['initContainers', 'containers']) {
    for (const [index, container] of asList(pod[list]).entries()) {
      for (const uses of ['volumeMounts', 'volumeDevices']) {
        const block = uses === 'volumeDevices';
        for (const [place, item] of asList(asFields(container)[uses]).entries()) {
          const mode = modes.get(asFields(item).name);
          if (mode === undefined || mode === block) continue;
          const at = [...path, 'template', 'spec', list, index, uses, place, 'name'];
          yield conflict(
            at,
            block
              ? t`The claim is a file system: it goes into volumeMounts, or needs volumeMode: Block.`
              : t`The claim is a block device: it goes into volumeDevices, or needs volumeMode: Filesystem.`,
          );
        }
      }
    }
  }
}

const SOURCES_OF_VARIABLE = ['configMapKeyRef', 'secretKeyRef', 'fieldRef', 'resourceFieldRef', 'fileKeyRef'];

/** Checks of single objects; `Pod` has its own file. */
export const typeChecks: Readonly<Record<string, TypeCheck>> = {
  Pod: podCheck,
  Probe: probe,
  Handler: handler,
  Container: container,
  Resources: resources,
  Requirement: requirement,
  NodeRequirement: requirement,
  *SetSpec(fields, path) {
    yield* selectorNotEmpty(fields, path);
    yield* claimModes(fields, path);
  },
  *DeploymentSpec(fields, path) {
    yield* selectorNotEmpty(fields, path);
  },
  *SetStrategy({ type, rollingUpdate }, path) {
    if (type !== 'OnDelete' || !has({ rollingUpdate }, 'rollingUpdate')) return;
    const problem = conflict(
      [...path, 'rollingUpdate'],
      t`rollingUpdate goes only with the type RollingUpdate.`,
      'strategy-invalid',
    );
    yield { ...problem, fixes: [{ title: t`Remove rollingUpdate`, edit: { kind: 'remove', path: problem.path } }] };
  },
  *DeploymentStrategy({ type, rollingUpdate }, path) {
    if (type !== 'Recreate' || !has({ rollingUpdate }, 'rollingUpdate')) return;
    const problem = conflict(
      [...path, 'rollingUpdate'],
      t`rollingUpdate goes only with the type RollingUpdate.`,
      'strategy-invalid',
    );
    yield { ...problem, fixes: [{ title: t`Remove rollingUpdate`, edit: { kind: 'remove', path: problem.path } }] };
  },
  *DeploymentRolling({ maxSurge, maxUnavailable }, path) {
    const zero = (value: unknown): boolean =>
      value === 0 || (typeof value === 'string' && resolveIntOrString(value, 100, 'up') === 0);
    if (!zero(maxSurge) || !zero(maxUnavailable)) return;
    yield conflict(
      [...path, 'maxUnavailable'],
      t`maxSurge and maxUnavailable are both 0, so no pod could ever be replaced.`,
      'strategy-invalid',
    );
  },
  *Claim({ metadata }, path) {
    if (!has(asFields(metadata), 'name'))
      yield missing([...path, 'metadata', 'name'], t`A claim template needs a name.`);
  },
  *ClaimSpec(fields, path) {
    const modes = asTexts(fields.accessModes);
    if (modes.includes('ReadWriteOncePod') && modes.length > 1) {
      yield conflict([...path, 'accessModes'], t`ReadWriteOncePod goes with no other access mode.`);
    }
    const storage = asFields(asFields(fields.resources).requests).storage;
    const at = [...path, 'resources', 'requests', 'storage'];
    if (!has({ storage }, 'storage')) yield missing(at, t`A claim needs a request for storage.`);
    else if (parseQuantity(asQuantityText(storage) ?? '')?.value === 0n) yield conflict(at, t`A claim of no storage.`);
  },
  *Env(fields, path) {
    if (has(fields, 'valueFrom') && has(fields, 'value') && fields.value !== '')
      yield* onlyOne(fields, path, ['value', 'valueFrom']);
  },
  *EnvSource(fields, path) {
    yield* onlyOne(fields, path, SOURCES_OF_VARIABLE);
    if (!SOURCES_OF_VARIABLE.some((name) => has(fields, name)))
      yield missing(path, t`valueFrom needs ${SOURCES_OF_VARIABLE.slice(0, 4).join(', ')}.`);
  },
  *FieldRef({ fieldPath }, path) {
    if (typeof fieldPath !== 'string' || fieldPath === '' || POD_FIELD.test(fieldPath)) return;
    yield conflict(
      [...path, 'fieldPath'],
      t`${JSON.stringify(fieldPath)} is no field of a pod that a container can be given.`,
    );
  },
  *EnvFrom(fields, path) {
    yield* onlyOne(fields, path, ['configMapRef', 'secretRef']);
    if (!has(fields, 'configMapRef') && !has(fields, 'secretRef'))
      yield missing(path, t`envFrom needs configMapRef or secretRef.`);
  },
  *Mount(fields, path) {
    yield* onlyOne(fields, path, ['subPath', 'subPathExpr']);
  },
  *Volume(fields, path) {
    const sources = [...(schemaType('Volume')?.keys() ?? [])].filter((name) => name !== 'name');
    yield* onlyOne(fields, path, sources);
  },
  *Projection(fields, path) {
    yield* onlyOne(fields, path, [...(schemaType('Projection')?.keys() ?? [])]);
  },
  *Toleration({ key, operator, value, effect, tolerationSeconds }, path) {
    const exists = operator === 'Exists';
    if (exists && has({ value }, 'value') && value !== '')
      yield conflict([...path, 'value'], t`Exists takes no value.`);
    if (!exists && !has({ key }, 'key'))
      yield conflict([...path, 'operator'], t`Without a key the operator must be Exists.`);
    if (has({ tolerationSeconds }, 'tolerationSeconds') && effect !== 'NoExecute') {
      yield conflict([...path, 'tolerationSeconds'], t`tolerationSeconds goes only with the effect NoExecute`);
    }
  },
  *Security({ privileged, allowPrivilegeEscalation, capabilities }, path) {
    if (allowPrivilegeEscalation !== false) return;
    const at = [...path, 'allowPrivilegeEscalation'];
    if (privileged === true) yield conflict(at, t`A privileged container cannot do without privilege escalation.`);
    if (asTexts(asFields(capabilities).add).includes('CAP_SYS_ADMIN'))
      yield conflict(at, t`CAP_SYS_ADMIN needs privilege escalation.`);
  },
  *Seccomp(fields, path) {
    const local = fields.type === 'Localhost';
    const at = [...path, 'localhostProfile'];
    if (local && !has(fields, 'localhostProfile')) yield missing(at, t`The type Localhost needs a localhostProfile.`);
    if (!local && has(fields, 'localhostProfile'))
      yield conflict(at, t`localhostProfile goes only with the type Localhost.`);
  },
};

const POD_FIELD =
  /^(?:metadata\.(?:name|namespace|uid|labels|annotations|(?:labels|annotations)\['[^']+'\])|spec\.(?:nodeName|serviceAccountName)|status\.(?:hostIPs?|podIPs?))$/;
