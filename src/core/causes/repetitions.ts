import { formatPath, type FieldPath } from '../fieldPath';
import type { Finding } from './finding';

/**
 * Without what is said twice: the server's answer where a rule of our own has found an error on the same field, since it
 * names the cause and a way out; of two answers on one field, the first.
 */
export function withoutRepetitions(findings: readonly Finding[]): readonly Finding[] {
  const codes = new Set(findings.map(({ code }) => code));
  const kept = findings.filter(({ unless = [] }) => !unless.some((code) => codes.has(code)));
  const errors = kept.filter(({ fromServer, severity }) => !fromServer && severity === 'error').map(({ path }) => path);
  return kept.filter(({ fromServer, path }) => {
    if (!fromServer) return true;
    if (errors.some((other) => areOneField(other, path))) return false;
    errors.push(path);
    return true;
  });
}

/** Or one is inside the other; the whole `spec` is no field. */
function areOneField(a: FieldPath, b: FieldPath): boolean {
  const shared = Math.min(a.length, b.length);
  return shared > 1 && formatPath(a.slice(0, shared)) === formatPath(b.slice(0, shared));
}
