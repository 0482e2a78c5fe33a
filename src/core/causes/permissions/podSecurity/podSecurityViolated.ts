import type { FieldPath } from '../../../fieldPath';
import type { Fields } from '../../../kube/readers';
import type { DryRun } from '../../dryRun';
import type { Rule, RuleFinding } from '../../rule';
import { baselineViolations } from './baseline';
import { podParts, type Violation } from './podParts';
import { restrictedViolations } from './restricted';
import { t } from '../../../../util/l10n';

interface Policy {
  readonly level: string;
  /** Minor version; `undefined`: the newest that the server knows. */
  readonly minor: number | undefined;
}

const SHARED = {
  code: 'pod-security-violated',
  cause: 'permissions',
  severity: 'error',
  rows: ['A5', 'A6', 'A7'],
  whole: true,
} as const;

const ENFORCE = 'pod-security.kubernetes.io/enforce';

/**
 * PodSecurity is enforced on pods alone (staging/src/k8s.io/pod-security-admission/admission): the workload is accepted,
 * with a warning where the namespace does not silence it, and each of its pods is refused.
 */
export const podSecurityViolated: Rule<'namespace' | 'serverVersion', 'podDryRun'> = {
  ...SHARED,
  summary: 'Pods that the PodSecurity level of the namespace forbids',
  needs: ['namespace', 'serverVersion'],
  wants: ['podDryRun'],
  *check({ manifest, facts: { namespace, serverVersion, podDryRun } }) {
    // A server that admits the pod knows of an exemption that nobody else can see.
    if (podDryRun?.kind === 'admitted') return;
    const level = namespace?.labels[ENFORCE];
    if (level === undefined) return;
    const minor = minorOf(namespace?.labels[`${ENFORCE}-version`]);
    yield* findingsOf(manifest.object, { level, minor: minor ?? serverVersion.minor });
  },
};

/** Who may not read the namespace learns the level from the server's refusal. */
export const podSecurityAnswered: Rule<'podDryRun'> = {
  ...SHARED,
  summary: 'Pods that PodSecurity forbids, as the server answers',
  needs: ['podDryRun'],
  insteadOf: SHARED.code,
  *check({ manifest, facts: { podDryRun } }) {
    const policy = podDryRun.kind === 'refused' ? policyIn(podDryRun.message, 'violates') : undefined;
    if (policy) yield* findingsOf(manifest.object, policy);
  },
};

/** Who may not try a pod either learns it from the warning that the server gives with the workload. */
export const podSecurityWarned: Rule<'workloadDryRun'> = {
  ...SHARED,
  summary: 'Pods that PodSecurity forbids, as the server warns',
  needs: ['workloadDryRun'],
  insteadOf: SHARED.code,
  *check({ manifest, facts: { workloadDryRun } }) {
    for (const warning of warningsOf(workloadDryRun)) {
      const policy = policyIn(warning, 'would violate');
      if (!policy) continue;
      // The namespace may warn of more than it enforces.
      for (const finding of findingsOf(manifest.object, policy)) yield { ...finding, severity: 'warning' };
    }
  },
};

function warningsOf(answer: DryRun): readonly string[] {
  return answer.warnings;
}

function policyIn(text: string, verb: string): Policy | undefined {
  const [, level, version] = new RegExp(`${verb} PodSecurity "(\\w+):([\\w.]+)"`).exec(text) ?? [];
  return level === undefined ? undefined : { level, minor: minorOf(version) };
}

function minorOf(version: string | undefined): number | undefined {
  const minor = /^v1\.(\d+)$/.exec(version ?? '')?.[1];
  return minor === undefined ? undefined : Number(minor);
}

const NEWEST = 99;

function* findingsOf(object: Fields, { level, minor = NEWEST }: Policy): Generator<RuleFinding> {
  const violations = violationsOf(object, { level, minor });
  const fields = new Map<string, { readonly path: FieldPath; readonly all: Violation[] }>();
  for (const violation of violations) {
    // What is missing is told once per securityContext, with one fix for all of it.
    const path = violation.set ? contextOf(violation.path) : violation.path;
    const key = JSON.stringify(path);
    const known = fields.get(key);
    if (known) known.all.push(violation);
    else fields.set(key, { path, all: [violation] });
  }
  for (const { path, all } of fields.values()) {
    const what = all.map((violation) => violation.what).join(', ');
    const wanted = all.flatMap(({ set }) => (set ? [`${shortOf(set.path)}: ${JSON.stringify(set.value)}`] : []));
    yield {
      path,
      message: t`The namespace enforces the PodSecurity level ${level}, which forbids ${what}: the API server will refuse the pods.`,
      ...(wanted.length > 0 ? { advice: t`Set ${wanted.join(', ')}.` } : {}),
    };
  }
}

function violationsOf(object: Fields, { level, minor }: { level: string; minor: number }): readonly Violation[] {
  if (level !== 'baseline' && level !== 'restricted') return [];
  const pod = podParts(object);
  return [...baselineViolations(pod, minor), ...(level === 'restricted' ? restrictedViolations(pod) : [])];
}

function contextOf(path: FieldPath): FieldPath {
  const index = path.lastIndexOf('securityContext');
  return index < 0 ? path : path.slice(0, index + 1);
}

/** `securityContext.capabilities.drop`, from the pod or the container on. */
function shortOf(path: FieldPath): string {
  return path
    .slice(path.lastIndexOf('securityContext'))
    .filter((step) => typeof step === 'string')
    .join('.');
}
