import type { FieldPath } from '../fieldPath';
import { asFields, asList, asNumber, asQuantityText, asRecord, asText, type Fields } from './readers';
import type { Container, Probe, Reference, Volume } from './workloadSpec';

export function readContainer(
  fields: Fields,
  { path, init }: { readonly path: FieldPath; readonly init: boolean },
): Container {
  const resources = asFields(fields.resources);
  return {
    path,
    init,
    sidecar: init && fields.restartPolicy === 'Always',
    name: asText(fields.name),
    image: asText(fields.image),
    ports: asList(fields.ports).map((item, index) => {
      const { name, containerPort, hostPort } = asFields(item);
      return {
        path: [...path, 'ports', index],
        name: asText(name),
        containerPort: asNumber(containerPort),
        hostPort: asNumber(hostPort),
      };
    }),
    requests: asRecord(resources.requests, asQuantityText),
    limits: asRecord(resources.limits, asQuantityText),
    probes: PROBES.flatMap((type) => readProbe(fields[type], type, path)),
    volumeMounts: asList(fields.volumeMounts).map((item, index) => {
      const { name, mountPath } = asFields(item);
      return { path: [...path, 'volumeMounts', index], name: asText(name), mountPath: asText(mountPath) };
    }),
    references: [...readEnv(fields.env, path), ...readEnvFrom(fields.envFrom, path)],
  };
}

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;
const HANDLERS = ['httpGet', 'tcpSocket', 'grpc'] as const;

/** Defaults of pkg/apis/core/v1/defaults.go: every 10 s, 1 s each, three failures. */
function readProbe(value: unknown, type: Probe['type'], container: FieldPath): Probe[] {
  if (typeof value !== 'object' || value === null) return [];
  const probe = asFields(value);
  const path = [...container, type];
  const handler = HANDLERS.find((name) => probe[name] !== undefined);
  const port = handler && asFields(probe[handler]).port;
  return [
    {
      path,
      type,
      port: asNumber(port) ?? asText(port),
      portPath: handler ? [...path, handler, 'port'] : path,
      initialDelaySeconds: asNumber(probe.initialDelaySeconds) ?? 0,
      periodSeconds: asNumber(probe.periodSeconds) ?? 10,
      timeoutSeconds: asNumber(probe.timeoutSeconds) ?? 1,
      failureThreshold: asNumber(probe.failureThreshold) ?? 3,
    },
  ];
}

const KEY_REFERENCES = { configMapKeyRef: 'ConfigMap', secretKeyRef: 'Secret' } as const;
const ENV_FROM = { configMapRef: 'ConfigMap', secretRef: 'Secret' } as const;

function readEnv(env: unknown, container: FieldPath): Reference[] {
  return asList(env).flatMap((item, index) => {
    const from = asFields(asFields(item).valueFrom);
    return Object.entries(KEY_REFERENCES).flatMap(([field, kind]) =>
      readReference(from[field], { kind, path: [...container, 'env', index, 'valueFrom', field], keyed: true }),
    );
  });
}

function readEnvFrom(envFrom: unknown, container: FieldPath): Reference[] {
  return asList(envFrom).flatMap((item, index) =>
    Object.entries(ENV_FROM).flatMap(([field, kind]) =>
      readReference(asFields(item)[field], { kind, path: [...container, 'envFrom', index, field], keyed: false }),
    ),
  );
}

interface Place {
  readonly kind: Reference['kind'];
  readonly path: FieldPath;
  /** Whether the reference names one key in its field `key`. */
  readonly keyed: boolean;
  /** The field with the object's name: a Secret volume says `secretName`. */
  readonly nameField?: string;
}

function readReference(value: unknown, { kind, path, keyed, nameField = 'name' }: Place): Reference[] {
  const fields = asFields(value);
  const name = asText(fields[nameField]);
  if (name === undefined || name === '') return [];
  const key = keyed ? asText(fields.key) : undefined;
  const keyPath = key === undefined ? undefined : [...path, 'key'];
  return [{ path: [...path, nameField], kind, name, key, keyPath, optional: fields.optional === true }];
}

export function readVolume(fields: Fields, path: FieldPath): Volume {
  return {
    path,
    name: asText(fields.name),
    claimName: asText(asFields(fields.persistentVolumeClaim).claimName),
    references: [
      ...readSource(fields.configMap, { kind: 'ConfigMap', path: [...path, 'configMap'], keyed: false }),
      ...readSource(fields.secret, {
        kind: 'Secret',
        path: [...path, 'secret'],
        keyed: false,
        nameField: 'secretName',
      }),
      ...asList(asFields(fields.projected).sources).flatMap((source, index) => {
        const base = [...path, 'projected', 'sources', index];
        return [
          ...readSource(asFields(source).configMap, { kind: 'ConfigMap', path: [...base, 'configMap'], keyed: false }),
          ...readSource(asFields(source).secret, { kind: 'Secret', path: [...base, 'secret'], keyed: false }),
        ];
      }),
    ],
  };
}

/** A volume with `items` needs each of their keys; without, the object alone. */
function readSource(value: unknown, place: Place): Reference[] {
  const [whole] = readReference(value, place);
  if (!whole) return [];
  const items = asList(asFields(value).items).flatMap((item, index): Reference[] => {
    const key = asText(asFields(item).key);
    return key === undefined ? [] : [{ ...whole, key, keyPath: [...place.path, 'items', index, 'key'] }];
  });
  return [whole, ...items];
}
