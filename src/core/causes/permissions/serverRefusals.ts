import type { FieldPath } from '../../fieldPath';
import type { WorkloadSpec } from '../../kube/workloadSpec';
import type { DryRun } from '../dryRun';
import { isLimitRangeText } from '../limitRange/explainLimitRange';
import { oneLine } from '../observed';
import { isQuotaText } from '../quota/explainQuota';
import type { Rule } from '../rule';
import { webhookAdvice, withoutSubject } from './serverWords';
import { t } from '../../../util/l10n';

type Refused = Extract<DryRun, { kind: 'refused' }>;

/** What the API server answers to an apply of this text: validation, policies, webhooks, the number of objects. */
export const workloadRefused: Rule<'workloadDryRun'> = {
  code: 'server-refuses-workload',
  cause: 'permissions',
  severity: 'error',
  rows: ['A2', 'A8', 'A11', 'A16', 'Q15', 'R34', 'R35', 'R37', 'S1', 'S11', 'S12', 'S19', 'D1', 'D5', 'D12'],
  summary: 'An apply that the API server refuses (dry-run of the workload)',
  needs: ['workloadDryRun'],
  *check({ workload, facts: { workloadDryRun } }) {
    if (workloadDryRun.kind !== 'refused') return;
    const { fields, message, status } = workloadDryRun;
    // `metadata.name` says no more than the object's own line; a quota on their number counts objects.
    for (const { path, message: text } of fields) {
      yield {
        fromServer: true,
        path: path.length === 0 ? ['metadata', 'name'] : path,
        // kubectl's own apply merges the two and keeps the last: how it is applied decides.
        ...(text.startsWith('duplicate entries for key') ? { severity: 'information' } : {}),
        message: t`The API server refuses the apply: ${oneLine(text)}.`,
        unless: sameInOurWords(text),
      };
    }
    if (fields.length > 0) return;
    const unknownKind = /^invalid object type/.test(message);
    const missingNamespace = status === 404 && /namespaces? "[^"]+" not found/.test(message);
    yield {
      fromServer: true,
      path: unknownKind
        ? ['apiVersion']
        : missingNamespace && workload.namespace !== undefined
          ? ['metadata', 'namespace']
          : ['metadata', 'name'],
      message: t`The API server refuses the apply: ${oneLine(withoutSubject(message))}.`,
      unless: ['quota-exceeded', 'namespace-missing'],
      ...webhookAdvice(message),
    };
  },
};

/** The workload is accepted, and each of its pods is refused: what only pods meet (policies, webhooks, validation). */
export const podRefused: Rule<'podDryRun' | 'sameFile'> = {
  code: 'server-refuses-pod',
  cause: 'permissions',
  severity: 'error',
  rows: ['I6', 'I13', 'A8', 'A9', 'A11', 'A12', 'A15', 'R6', 'R8', 'R37', 'P14'],
  summary: 'Pods that the API server refuses (dry-run of a pod made of the template)',
  needs: ['podDryRun', 'sameFile'],
  whole: true,
  *check({ workload, facts: { podDryRun, sameFile } }) {
    if (podDryRun.kind !== 'refused') return;
    const { message, fields } = podDryRun;
    // A value of a wrong type is told of the workload itself.
    if (message.includes('cannot be handled as')) return;
    // So is the namespace; what a quota leaves is computed, since an old pod gives back its share.
    if (podDryRun.status === 404 || (isQuotaText(message) && !message.includes('must specify'))) return;
    const missing = missingObject(message);
    if (missing && sameFile.some(({ kind, name }) => kind === missing.kind && name === missing.name)) return;
    // The hash in it is one that we made up, as long as a hash can be: what a name risks is computed.
    if (withoutSubject(message).includes('-xxxxxxxxxx')) return;
    const unless = explainedBy(message);
    if (fields.length > 0) {
      for (const { path, message: text } of fields) {
        yield { fromServer: true, path, message: t`The API server will refuse the pods: ${oneLine(text)}.`, unless };
      }
      return;
    }
    const unreachable = /failed calling webhook/.test(message);
    yield {
      fromServer: true,
      path: pathOf(podDryRun, workload),
      severity: unreachable ? 'warning' : 'error',
      message: t`The API server will refuse the pods: ${oneLine(withoutSubject(message))}.`,
      unless,
      ...webhookAdvice(message),
    };
  },
};

/** The set is accepted, and the pod never made, since its claim is refused first. */
export const claimRefused: Rule<'claimDryRuns'> = {
  code: 'server-refuses-claim',
  cause: 'permissions',
  severity: 'error',
  rows: ['S32', 'L10'],
  summary: 'Claims that the API server refuses (dry-run of a claim made of its template)',
  needs: ['claimDryRuns'],
  whole: true,
  *check({ workload, facts: { claimDryRuns } }) {
    for (const { name, path } of workload.claimTemplates) {
      const answer = claimDryRuns.get(name ?? '');
      if (answer?.kind !== 'refused' || answer.status === 404 || isQuotaText(answer.message)) continue;
      const [field] = answer.fields;
      yield {
        fromServer: true,
        path: field?.path ?? claimPathOf(answer, path),
        message: t`The API server will refuse the claims of ${name ?? t`this template`}: ${oneLine(field?.message ?? withoutSubject(answer.message))}.`,
        unless: isLimitRangeText(answer.message) ? ['limit-range-violated'] : [],
      };
    }
  },
};

function sameInOurWords(text: string): readonly string[] {
  if (/updates to \w+ spec for fields other than/.test(text)) return ['immutable-field'];
  if (/`selector` does not match template/.test(text)) return ['selector-mismatch'];
  return [];
}

function claimPathOf({ message }: Refused, template: FieldPath): FieldPath {
  return /\bstorage\b/.test(message) ? [...template, 'spec', 'resources', 'requests', 'storage'] : template;
}

function missingObject(message: string): { readonly kind: string; readonly name: string } | undefined {
  const account = /serviceaccount "([^"]+)" not found/.exec(message)?.[1];
  if (account !== undefined) return { kind: 'ServiceAccount', name: account };
  const priority = /no PriorityClass with name (\S+) was found/.exec(message)?.[1];
  if (priority !== undefined) return { kind: 'PriorityClass', name: priority };
  const runtime = /RuntimeClass "([^"]+)" not found/.exec(message)?.[1];
  return runtime === undefined ? undefined : { kind: 'RuntimeClass', name: runtime };
}

/** Rules of our own that say the same with the line, the arithmetic or a way out. */
function explainedBy(message: string): readonly string[] {
  if (/violates PodSecurity/.test(message)) return ['pod-security-violated'];
  if (isLimitRangeText(message)) {
    return ['limit-range-violated', 'limit-range-default-below-request', 'request-above-limit'];
  }
  if (message.includes('must specify')) return ['quota-must-specify'];
  if (/serviceaccount "[^"]+" not found/.test(message)) return ['service-account-missing'];
  if (/PriorityClass/.test(message)) return ['priority-class-missing'];
  if (/RuntimeClass/.test(message)) return ['runtime-class-missing'];
  if (/does not reference that/.test(message)) return ['secret-not-mountable'];
  return /must be no more than 63/.test(message) ? ['name-too-long'] : [];
}

/** The texts name containers, volumes and kinds of fields, never a path. */
function pathOf({ message }: Refused, { template }: WorkloadSpec): FieldPath {
  const pod = [...template.path, 'spec'];
  const named = (list: readonly { readonly name: string | undefined; readonly path: FieldPath }[], kind: string) =>
    list.find(({ name }) => name !== undefined && message.includes(`${kind} "${name}"`))?.path;
  const obliged = /must specify [^;]* for: ([^,;\s]+)/.exec(message)?.[1];
  const container =
    named(template.containers, 'container') ??
    template.containers.find(({ name }) => name !== undefined && name === obliged)?.path;
  if (container) return obliged === undefined ? container : [...container, 'resources'];
  const volume = named(template.volumes, 'volume');
  if (volume) return volume;
  if (/serviceaccount "/.test(message)) return [...pod, 'serviceAccountName'];
  if (/PriorityClass/.test(message)) return [...pod, 'priorityClassName'];
  if (/RuntimeClass/.test(message)) return [...pod, 'runtimeClassName'];
  if (/node label selector/.test(message)) return [...pod, 'nodeSelector'];
  if (/\blabels?\b/i.test(message)) {
    return [...template.path, 'metadata', 'labels', ...Object.keys(template.labels).slice(0, 1)];
  }
  if (/\bannotations?\b/i.test(message)) return [...template.path, 'metadata', 'annotations'];
  const [first] = template.containers.filter(({ init }) => !init);
  if (/\bimages?\b/i.test(message) && first) return [...first.path, 'image'];
  return pod;
}
