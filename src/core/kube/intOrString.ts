/**
 * A number, or a percentage of a total; `undefined` for anything else. Surge is rounded up, unavailability down
 * (pkg/controller/deployment/util).
 */
export function resolveIntOrString(value: number | string, total: number, round: 'up' | 'down'): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  if (percent === undefined) return undefined;
  const exact = (Number(percent) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
