import { isDeepEqual } from '../deepEqual';
import { managedFieldsOf } from './managedFields';
import { asFields, asList, asText, type Fields } from './readers';

/** Two states of one object for people to compare. */
export interface Comparison {
  readonly live: Fields | undefined;
  readonly after: Fields | undefined;
  /** What the person wrote: it is shown also where nothing changes. */
  readonly written: Fields;
}

export interface Compared {
  readonly live: Fields | undefined;
  readonly after: Fields | undefined;
}

const SERVERS = new Set(['managedFields', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'selfLink']);
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Without noise: status, what only the server writes, and values that are the same on both sides and that nobody asked for
 * (defaults). Values of a Secret are never shown: only whether they differ.
 */
export function compared({ live, after, written }: Comparison): Compared {
  const owners = managedFieldsOf(live ?? {}).filter(({ operation }) => operation === 'Apply');
  const owned = owners.map(({ fieldsV1 }) => fieldsV1);
  const [a, b] = [withoutServers(live), withoutServers(after)];
  const hide = written.kind === 'Secret' ? withoutSecrets : (sides: Compared): Compared => sides;
  return hide({
    live: a && ordered(withoutDefaults(a, b ?? a, { written, owned })),
    after: b && ordered(withoutDefaults(b, a ?? {}, { written, owned })),
  });
}

function withoutServers(object: Fields | undefined): Fields | undefined {
  if (!object) return undefined;
  const metadata = Object.entries(asFields(object.metadata)).filter(([key]) => !SERVERS.has(key));
  const annotations = Object.entries(asFields(asFields(object.metadata).annotations)).filter(
    ([key]) => key !== LAST_APPLIED,
  );
  const kept = { ...Object.fromEntries(metadata), annotations: Object.fromEntries(annotations) };
  const own = annotations.length > 0 ? kept : { ...kept, annotations: undefined };
  return { ...object, status: undefined, metadata: own };
}

interface Asked {
  readonly written: unknown;
  readonly owned: readonly unknown[];
}

function withoutDefaults(side: Fields, other: Fields, { written, owned }: Asked, depth = 0): Fields {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(side)) {
    if (value === undefined) continue;
    const asked = asFields(written)[key];
    const below = owned.flatMap((each) => asFields(each)[`f:${key}`] ?? []);
    const wanted = asked !== undefined || below.length > 0 || depth === 0;
    if (!wanted && isDeepEqual(value, other[key])) continue;
    kept[key] =
      key === 'metadata' && depth === 0 ? value : child(value, other[key], { written: asked, owned: below }, depth);
  }
  return kept;
}

function child(value: unknown, other: unknown, asked: Asked, depth: number): unknown {
  if (!Array.isArray(value)) {
    return typeof value === 'object' && value !== null
      ? withoutDefaults(value as Fields, asFields(other), asked, depth + 1)
      : value;
  }
  return (value as readonly unknown[]).map((item, index) => {
    if (typeof item !== 'object' || item === null) return item;
    const same = (list: unknown): unknown => matching(asFields(item), asList(list), index);
    const owned = asked.owned.flatMap((each) =>
      Object.entries(asFields(each)).flatMap(([key, below]) =>
        key.startsWith('k:') && isNamed(key, item) ? [below] : [],
      ),
    );
    return child(item, same(other), { written: same(asked.written), owned }, depth + 1);
  });
}

function matching({ name, containerPort, mountPath }: Fields, list: readonly unknown[], index: number): unknown {
  const found = list.find((each) => {
    const other = asFields(each);
    if (name !== undefined) return other.name === name;
    return containerPort !== undefined
      ? other.containerPort === containerPort
      : mountPath !== undefined && other.mountPath === mountPath;
  });
  return found ?? (name === undefined ? list[index] : undefined);
}

function isNamed(key: string, item: unknown): boolean {
  const name = asText(asFields(item).name);
  return name !== undefined && key.includes(`"name":${JSON.stringify(name)}`);
}

function withoutSecrets({ live, after }: Compared): Compared {
  const hidden = (side: Fields, other: Fields | undefined, word: string): Fields => {
    const masked = (field: string): Fields | undefined => {
      const values = Object.entries(asFields(side[field]));
      if (values.length === 0) return undefined;
      return Object.fromEntries(
        values.map(([key, value]) => [key, isDeepEqual(value, asFields(other?.[field])[key]) ? '(same)' : `(${word})`]),
      );
    };
    return { ...side, data: masked('data'), stringData: masked('stringData') };
  };
  return { live: live && hidden(live, after, 'old value'), after: after && hidden(after, live, 'new value') };
}

const FIRST = ['apiVersion', 'kind', 'metadata', 'spec'];

/** As people write them; the server sorts by name. */
function ordered(object: Fields): Fields {
  const keys = [...FIRST.filter((key) => key in object), ...Object.keys(object).filter((key) => !FIRST.includes(key))];
  return Object.fromEntries(keys.map((key) => [key, object[key]]));
}
