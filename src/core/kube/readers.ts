/** Reading what somebody wrote: a value of the wrong type is as good as none. */
export type Fields = Readonly<Record<string, unknown>>;

export function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A quantity may be written as a number: `cpu: 1`. */
export function asQuantityText(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : asText(value);
}

export function asTexts(value: unknown): readonly string[] {
  return asList(value).filter((item) => typeof item === 'string');
}

/** The entries of a map whose values `read` understands. */
export function asRecord(
  value: unknown,
  read: (value: unknown) => string | undefined,
): Readonly<Record<string, string>> {
  const entries = Object.entries(asFields(value)).flatMap(([key, item]) => {
    const text = read(item);
    return text === undefined ? [] : [[key, text] as const];
  });
  return Object.fromEntries(entries);
}
