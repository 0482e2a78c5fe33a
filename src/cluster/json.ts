/** Reading JSON that others wrote: what has the wrong type counts as absent. */
export type Json = Readonly<Record<string, unknown>>;

const EMPTY: Json = {};

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function record(value: unknown): Json {
  return isRecord(value) ? value : EMPTY;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The items of a list that are objects. */
export function records(value: unknown): readonly Json[] {
  return list(value).filter(isRecord);
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Entries with text values; numbers count as text, since quantities may be written either way. */
export function textMap(value: unknown): Readonly<Record<string, string>> {
  const map: Record<string, string> = {};
  for (const [key, each] of Object.entries(record(value))) {
    if (typeof each === 'string') map[key] = each;
    else if (typeof each === 'number') map[key] = String(each);
  }
  return map;
}

export function texts(value: unknown): readonly string[] {
  return list(value).filter((each) => typeof each === 'string');
}
