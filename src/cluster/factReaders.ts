import type { LimitRange, QuotaScope, ResourceQuota, SecretFact, ServerVersion } from '../core/causes/facts';
import type { NamespaceFact, Rights, ServiceAccountFact } from '../core/causes/factObjects';
import { parseServerVersion } from '../core/kube/serverVersion';
import { type Json, isRecord, record, records, text, textMap, texts } from './json';

/** From the server's JSON to facts. */

export function serverVersionOf(body: unknown): ServerVersion {
  const { major, minor, gitVersion } = record(body);
  // Providers write `27+`.
  const number = (value: unknown, otherwise: string): number => parseInt(text(value) ?? otherwise, 10);
  return (
    parseServerVersion(text(gitVersion) ?? '') ?? { major: number(major, '1'), minor: number(minor, '0'), patch: 0 }
  );
}

export function quotaOf(object: Json): ResourceQuota {
  const spec = record(object.spec);
  const status = record(object.status);
  return {
    name: text(record(object.metadata).name) ?? '',
    hard: textMap(status.hard ?? spec.hard),
    used: textMap(status.used),
    scopes: scopesOf(spec),
  };
}

function scopesOf({ scopes, scopeSelector }: Json): readonly QuotaScope[] {
  return [
    ...texts(scopes).map((name) => ({ name, operator: 'Exists', values: [] })),
    ...records(record(scopeSelector).matchExpressions).map((each) => ({
      name: text(each.scopeName) ?? '',
      operator: text(each.operator) ?? '',
      values: texts(each.values),
    })),
  ];
}

export function limitRangeOf(object: Json): LimitRange {
  return {
    name: text(record(object.metadata).name) ?? '',
    limits: records(record(object.spec).limits).map((limit) => ({
      type: text(limit.type) ?? '',
      min: textMap(limit.min),
      max: textMap(limit.max),
      default: textMap(limit.default),
      defaultRequest: textMap(limit.defaultRequest),
      maxLimitRequestRatio: textMap(limit.maxLimitRequestRatio),
    })),
  };
}

export function configMapKeysOf(object: Json): readonly string[] {
  return [...Object.keys(record(object.data)), ...Object.keys(record(object.binaryData))];
}

/** The values end here: only the names of the keys go on. */
export function secretOf(object: Json): SecretFact {
  const data = record(object.data);
  const type = text(object.type) ?? 'Opaque';
  return { type, keys: Object.keys(data), registries: registriesOf(type, data) };
}

/** The hosts, and never what logs in to them. Of a `dockerconfigjson` below `auths`, of the older `dockercfg` at once. */
function registriesOf(type: string, data: Json): readonly string[] | undefined {
  const older = type === 'kubernetes.io/dockercfg';
  const content = text(data[older ? '.dockercfg' : '.dockerconfigjson']);
  if (content === undefined) return undefined;
  try {
    const config: unknown = JSON.parse(Buffer.from(content, 'base64').toString());
    const auths = older ? config : record(config).auths;
    return isRecord(auths) ? Object.keys(auths) : undefined;
  } catch {
    return undefined;
  }
}

export function serviceAccountOf(object: Json): ServiceAccountFact {
  const names = (value: unknown): readonly string[] => records(value).flatMap(({ name }) => text(name) ?? []);
  const annotations = textMap(record(object.metadata).annotations);
  return {
    imagePullSecrets: names(object.imagePullSecrets),
    secrets: names(object.secrets),
    onlyItsSecrets: /^(?:1|t|true)$/i.test(annotations['kubernetes.io/enforce-mountable-secrets'] ?? ''),
  };
}

export function namespaceOf(object: Json): NamespaceFact {
  const metadata = record(object.metadata);
  return {
    labels: textMap(metadata.labels),
    annotations: textMap(metadata.annotations),
    terminating: metadata.deletionTimestamp !== undefined,
  };
}

export function rightsOf(body: unknown): Rights {
  const status = record(record(body).status);
  return {
    incomplete: status.incomplete === true,
    rules: records(status.resourceRules).map((rule) => ({
      verbs: texts(rule.verbs),
      apiGroups: texts(rule.apiGroups),
      resources: texts(rule.resources),
      resourceNames: texts(rule.resourceNames),
    })),
  };
}

export interface Review {
  readonly allowed: boolean;
  readonly reason: string | undefined;
}

export function reviewOf(body: unknown): Review {
  const status = record(record(body).status);
  return { allowed: status.allowed === true, reason: text(status.reason) || text(status.evaluationError) || undefined };
}

export function userOf(body: unknown): string | undefined {
  return text(record(record(record(body).status).userInfo).username);
}
