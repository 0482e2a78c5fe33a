import { t } from '../../util/l10n';
import { isPatch } from '../kube/readWorkloadSpec';
import type { WorkloadSpec } from '../kube/workloadSpec';
import type { Manifest } from '../manifest/manifest';
import type { FactName, Facts } from './facts';
import type { Finding } from './finding';
import { rules } from './registry';
import { withoutRepetitions } from './repetitions';
import type { KnownFacts, Rule } from './rule';

export interface CheckResult {
  readonly findings: readonly Finding[];
  /** Codes of the rules that ran. */
  readonly checked: readonly string[];
  /** Rules that did not, each with its reason: silence must never look like health. */
  readonly notChecked: readonly { readonly code: string; readonly reason: string }[];
}

/** Runs every rule whose facts are known; `these`: only some of them. */
export function checkWorkload(
  input: { manifest: Manifest; workload: WorkloadSpec; facts: Facts },
  these: readonly Rule[] = rules,
): CheckResult {
  const findings: Finding[] = [];
  const checked: string[] = [];
  const notChecked: { code: string; reason: string }[] = [];
  for (const rule of these) {
    if (rule.insteadOf !== undefined && checked.includes(rule.insteadOf)) continue;
    const reason = reasonNot(rule, input);
    if (reason !== undefined) {
      notChecked.push({ code: rule.code, reason });
      continue;
    }
    checked.push(rule.code);
    const { code, cause, severity } = rule;
    for (const finding of rule.check({ ...input, facts: known([...rule.needs, ...(rule.wants ?? [])], input.facts) })) {
      findings.push({ code, cause, severity, origin: 'foreseen', ...finding });
    }
  }
  return { findings: withoutRepetitions(findings), checked, notChecked };
}

/** In a template every value may become another one, so nothing can be said of it. */
function reasonNot(
  { needs, whole }: Rule,
  { manifest, workload, facts }: { manifest: Manifest; workload: WorkloadSpec; facts: Facts },
): string | undefined {
  if (manifest.template) return t`this is a template: its values are not known yet`;
  if (whole && isPatch(workload)) return t`this is a patch: it lacks a selector or images`;
  if (manifest.kustomized && (whole || needs.some((name) => name !== 'serverVersion'))) {
    return t`Kustomize changes names, labels and more of this file before it is applied`;
  }
  for (const name of needs) {
    const fact = facts[name];
    if (fact.state === 'forbidden') return t`you may not ${fact.right}`;
    if (fact.state === 'unavailable') return fact.reason;
  }
  return undefined;
}

function known(needs: readonly FactName[], facts: Facts): KnownFacts<FactName> {
  const values = needs.map((name) => {
    const fact = facts[name];
    return [name, fact.state === 'known' ? fact.value : undefined] as const;
  });
  // A rule does not run unless all that it needs is known; what it only wants may be undefined.
  return Object.fromEntries(values) as KnownFacts<FactName>;
}
