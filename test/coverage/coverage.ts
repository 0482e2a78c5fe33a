import type { FactName } from '../../src/core/causes/facts';
import { askedRules, rules } from '../../src/core/causes/registry';
import { catalogue, families } from './catalogue';
import { notForeseen } from './notForeseen';

export const COVERAGE_FILE = 'docs/coverage.md';

/** What a rule asks, in words; what it does not name it knows from the manifest. */
const SOURCES: Readonly<Record<FactName, string | undefined>> = {
  serverVersion: "the server's version",
  liveObject: 'the live object',
  liveWorkload: 'the live object',
  pods: 'the pods',
  quotas: 'ResourceQuotas',
  limitRanges: 'LimitRanges',
  serviceAccounts: 'the ServiceAccount',
  configMaps: 'the ConfigMaps it names',
  secrets: 'the Secrets it names',
  access: 'your rights',
  rights: 'your rights',
  namespace: 'the namespace',
  namespacePods: 'the pods of the namespace',
  services: 'the Service',
  claims: 'claims',
  volumes: 'volumes',
  storageClasses: 'StorageClasses',
  priorityClasses: 'PriorityClasses',
  runtimeClasses: 'RuntimeClasses',
  nodes: 'nodes',
  workloadDryRun: 'a dry-run of the workload',
  podDryRun: 'a dry-run of a pod',
  claimDryRuns: 'a dry-run of a claim',
  sameFile: undefined,
};

/** The page that says which known failure is foreseen by which rule, and how; made from the rules themselves. */
export function coverageText(): string {
  const parts = Object.entries(families).map(([letter, family]) => {
    const rows = catalogue
      .filter(({ id }) => id.startsWith(letter))
      .map(({ id, what }) => `| ${id} | ${what} | ${answerOf(id)} |`);
    return [`## ${family}`, '', '| | What goes wrong | Foreseen by |', '|---|---|---|', ...rows, ''].join('\n');
  });
  const covered = catalogue.filter(({ id }) => rulesOf(id).length > 0).length;
  const head = [
    '# What is foreseen',
    '',
    `Of ${catalogue.length} known ways in which a rollout fails, ${covered} have a rule. A rule without a source in brackets needs the`,
    'manifest alone. Made by `npm run coverage` from the rules; do not edit.',
    '',
  ];
  return [...head, ...parts].join('\n');
}

export function rulesOf(id: string): readonly { readonly code: string; readonly sources: readonly string[] }[] {
  const byCode = new Map<string, readonly string[]>();
  for (const { code, rows, needs, wants = [] } of rules) {
    if (!rows.includes(id)) continue;
    const sources = [...needs, ...wants].map((name) => SOURCES[name]).filter((source) => source !== undefined);
    byCode.set(code, [...new Set([...(byCode.get(code) ?? []), ...sources])]);
  }
  for (const { code, rows, asks } of askedRules) if (rows.includes(id)) byCode.set(code, [asks]);
  return [...byCode].map(([code, sources]) => ({ code, sources }));
}

function answerOf(id: string): string {
  const answers = rulesOf(id).map(
    ({ code, sources }) => `[${code}](rules/${code}.md)${sources.length > 0 ? ` (${sources.join(', ')})` : ''}`,
  );
  return answers.length > 0 ? answers.join(' · ') : (notForeseen[id] ?? 'No rule yet.');
}
