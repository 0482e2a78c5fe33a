/** Milliseconds since 1970 of an RFC 3339 text; `undefined` when there is none, or it is none. */
export function parseTime(text: string | undefined): number | undefined {
  const time = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
