import type { Rule, RuleFinding, RuleInput } from '../rule';
import { changesTemplate } from '../templateChange';
import { t } from '../../../util/l10n';

type Input = RuleInput<never, 'liveObject'>;

/**
 * An apply that succeeds and changes no pod, or not all of them. A warning where this very apply is about to; where the
 * live object is not known, something to know; nothing where the template stays as it is.
 */
function* heldBack(input: Input, finding: RuleFinding): Generator<RuleFinding> {
  const { liveObject } = input.facts;
  if (liveObject === undefined) yield finding;
  else if (liveObject && changesTemplate(input.manifest.object, liveObject)) yield { ...finding, severity: 'warning' };
}

const SHARED = { cause: 'statefulSet', severity: 'information', needs: [], wants: ['liveObject'] } as const;

export const updateOnDelete: Rule<never, 'liveObject'> = {
  ...SHARED,
  code: 'update-on-delete',
  rows: ['S13'],
  summary: 'OnDelete: an apply changes no pod',
  *check(input) {
    const { kind, strategy } = input.workload;
    if (kind !== 'StatefulSet' || strategy !== 'OnDelete') return;
    yield* heldBack(input, {
      path: ['spec', 'updateStrategy', 'type'],
      message: t`With OnDelete an apply changes no pod: each is replaced when somebody deletes it.`,
    });
  },
};

/** The update loop counts indexes, not ordinals (pkg/controller/statefulset/stateful_set_control.go). */
export const partitionHolds: Rule<never, 'liveObject'> = {
  ...SHARED,
  code: 'partition-holds',
  rows: ['S14', 'S15'],
  summary: 'A partition that holds pods back',
  *check(input) {
    const { kind, name = '', strategy, partition = 0, replicas = 1, firstOrdinal: first } = input.workload;
    if (kind !== 'StatefulSet' || strategy === 'OnDelete' || replicas === 0 || partition <= 0) return;
    const held = partition === 1 ? `${name}-${first}` : t`${name}-${first} to ${name}-${first + partition - 1}`;
    const path = ['spec', 'updateStrategy', 'rollingUpdate', 'partition'];
    const all = partition >= replicas;
    const finding: RuleFinding = {
      path,
      message: all
        ? t`The partition ${partition} holds all ${replicas} pods at the old revision: an apply changes none.`
        : t`The partition ${partition} holds ${held} at the old revision: an apply changes only the ${replicas - partition} above.`,
      fixes: [{ title: t`Set the partition to 0`, edit: { kind: 'replace', path, text: '0' } }],
    };
    yield* heldBack(input, finding);
  },
};

export const deploymentPaused: Rule<never, 'liveObject'> = {
  ...SHARED,
  cause: 'runtime',
  code: 'deployment-paused',
  rows: ['D6'],
  summary: 'A paused Deployment: an apply changes no pod',
  *check(input) {
    if (input.workload.kind !== 'Deployment' || !input.workload.paused) return;
    yield* heldBack(input, {
      path: ['spec', 'paused'],
      message: t`The Deployment is paused: an apply changes no pod until it is resumed.`,
      fixes: [{ title: t`Remove paused`, edit: { kind: 'remove', path: ['spec', 'paused'] } }],
    });
  },
};
