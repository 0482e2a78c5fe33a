import type { Rights } from './factObjects';

export interface Act {
  readonly verb: string;
  /** API group; empty for the core one. */
  readonly group: string;
  readonly resource: string;
  /** `undefined`: any object, as `list` and `create` ask. */
  readonly name?: string | undefined;
}

/** As RBAC decides (pkg/apis/rbac/v1/evaluation_helpers.go): one rule must cover the whole act. */
export function mayDo({ rules }: Rights, { verb, group, resource, name }: Act): boolean {
  const covers = (list: readonly string[], value: string): boolean => list.includes('*') || list.includes(value);
  return rules.some(
    (rule) =>
      covers(rule.verbs, verb) &&
      covers(rule.apiGroups, group) &&
      covers(rule.resources, resource) &&
      (rule.resourceNames.length === 0 || (name !== undefined && rule.resourceNames.includes(name))),
  );
}
