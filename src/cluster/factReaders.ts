import type { LimitRange, ResourceQuota, SecretFact, ServerVersion } from '../core/causes/facts';
import { type Json, list, record, records, text, textMap } from './json';

/** From the server's JSON to facts. */

export function serverVersionOf(body: unknown): ServerVersion {
  const { major, minor, gitVersion } = record(body);
  // Providers write `27+` and `v1.27.3-eks-a5565ad`.
  const [, first, second, third] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(text(gitVersion) ?? '') ?? [];
  return {
    major: Number(first ?? parseInt(text(major) ?? '1', 10)),
    minor: Number(second ?? parseInt(text(minor) ?? '0', 10)),
    patch: Number(third ?? 0),
  };
}

export function quotaOf(object: Json): ResourceQuota {
  const spec = record(object.spec);
  const status = record(object.status);
  return {
    name: text(record(object.metadata).name) ?? '',
    hard: textMap(status.hard ?? spec.hard),
    used: textMap(status.used),
    scoped: list(spec.scopes).length > 0 || spec.scopeSelector !== undefined,
  };
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
  return { type: text(object.type) ?? 'Opaque', keys: Object.keys(record(object.data)) };
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
