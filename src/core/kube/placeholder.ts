/**
 * A value that a build step will replace: `${REPLICAS}`, `$(TAG)`, `{{ .x }}`, `<name>`, `@image@`, `%IMAGE%`, `__NAME__`,
 * `REPLACE_ME`, `DB_HOST`. Nothing can be said of it.
 */
export function isPlaceholder(value: unknown): boolean {
  return typeof value === 'string' && PLACEHOLDER.test(value);
}

const PLACEHOLDER =
  /\$[({\w]|\{\{|<[^>]*>|@[\w.-]+@|%[\w.-]+%|__\w+__|REPLACE|CHANGE_?ME|^[A-Z][A-Z0-9]*_[A-Z0-9_]+$|^T{3,}$/;
