import { asFields } from '../../kube/readers';
import { referencesOf } from '../../kube/readWorkloadSpec';
import type { Reference } from '../../kube/workloadSpec';
import type { Rule, RuleFinding } from '../rule';
import { t } from '../../../util/l10n';

type Keys = readonly string[] | null | undefined;

/** One reference of the kind, with the keys of what it names: `null` when that does not exist, `undefined` when unasked. */
type Judge = (reference: Reference, keys: Keys) => RuleFinding | undefined;

/** The container waits in CreateContainerConfigError, or the pod in ContainerCreating when a volume needs it. */
const missing: Judge = ({ kind, name, path }, keys) =>
  keys === null
    ? {
        path,
        message: t`The ${kind} ${name} does not exist in the namespace: the pod cannot start.`,
        advice: t`Create it, correct the name, or make the reference optional.`,
      }
    : undefined;

/** The object is there, the entry is not. */
const keyMissing: Judge = ({ kind, name, key, keyPath }, keys) => {
  if (key === undefined || keyPath === undefined || !keys || keys.includes(key)) return undefined;
  const has = keys.length > 0 ? t`it has ${keys.slice(0, 8).join(', ')}` : t`it is empty`;
  return {
    path: keyPath,
    message: t`The ${kind} ${name} has no key ${JSON.stringify(key)} (${has}): the pod cannot start.`,
  };
};

const SHARED = { cause: 'runtime', severity: 'error', whole: true } as const;

/** What differs between the rules. */
interface Named extends Pick<Rule, 'code' | 'rows' | 'summary'> {
  readonly judge: Judge;
}

/** Two rules of one code: who may not read Secrets is still told of ConfigMaps. */
function ofConfigMaps({ judge, ...rule }: Named): Rule<'configMaps' | 'sameFile'> {
  return {
    ...SHARED,
    ...rule,
    needs: ['configMaps', 'sameFile'],
    check: ({ workload, facts: { configMaps, sameFile } }) =>
      judged(referencesOf(workload), {
        ...{ kind: 'ConfigMap', sameFile, judge },
        keysOf: (name) => configMaps.get(name),
      }),
  };
}

function ofSecrets({ judge, ...rule }: Named): Rule<'secrets' | 'sameFile'> {
  return {
    ...SHARED,
    ...rule,
    needs: ['secrets', 'sameFile'],
    check: ({ workload, facts: { secrets, sameFile } }) =>
      judged(referencesOf(workload), {
        ...{ kind: 'Secret', sameFile, judge },
        keysOf: (name) => (secrets.get(name) === null ? null : secrets.get(name)?.keys),
      }),
  };
}

interface Question {
  readonly kind: string;
  readonly sameFile: readonly { readonly kind: string; readonly name: string }[];
  readonly keysOf: (name: string) => Keys;
  readonly judge: Judge;
}

function* judged(
  references: readonly Reference[],
  { kind, sameFile, keysOf, judge }: Question,
): Generator<RuleFinding> {
  const told = new Set<string>();
  for (const reference of references) {
    if (reference.kind !== kind || reference.optional) continue;
    // The same file brings the object, or a newer version of it.
    if (sameFile.some((object) => object.kind === kind && object.name === reference.name)) continue;
    const finding = judge(reference, keysOf(reference.name));
    const where = JSON.stringify(finding?.path);
    if (!finding || told.has(where)) continue;
    told.add(where);
    yield finding;
  }
}

const MISSING = { code: 'reference-missing', judge: missing };
const KEY_MISSING = { code: 'reference-key-missing', judge: keyMissing };

export const configMapMissing = ofConfigMaps({
  ...MISSING,
  rows: ['R1', 'R4'],
  summary: 'A ConfigMap that does not exist',
});
export const secretMissing = ofSecrets({ ...MISSING, rows: ['R2', 'R4'], summary: 'A Secret that does not exist' });
export const configMapKeyMissing = ofConfigMaps({
  ...KEY_MISSING,
  rows: ['R3', 'R5'],
  summary: 'A key that its ConfigMap lacks',
});
export const secretKeyMissing = ofSecrets({
  ...KEY_MISSING,
  rows: ['R3', 'R5'],
  summary: 'A key that its Secret lacks',
});

/** The file brings the object itself, so its keys are known without a cluster; what is applied elsewhere may add to them. */
export const keyMissingInFile: Rule<'sameFile', 'configMaps' | 'secrets'> = {
  ...SHARED,
  code: 'reference-key-missing',
  rows: ['R3', 'R5'],
  summary: 'A key that its ConfigMap or Secret in the same file lacks',
  needs: ['sameFile'],
  wants: ['configMaps', 'secrets'],
  *check({ workload, facts: { sameFile, configMaps, secrets } }) {
    const told = new Set<string>();
    for (const reference of referencesOf(workload)) {
      const { kind, name, optional, keyPath } = reference;
      const object = sameFile.find((each) => each.kind === kind && each.name === name)?.object;
      const keys = ['data', 'binaryData', 'stringData'].flatMap((field) => Object.keys(asFields(object?.[field])));
      const live = kind === 'ConfigMap' ? configMaps?.get(name) : secrets?.get(name)?.keys;
      // Without any key it is filled by somebody else.
      if (optional || keys.length === 0 || told.has(JSON.stringify(keyPath))) continue;
      const finding = keyMissing(reference, [...keys, ...(live ?? [])]);
      told.add(JSON.stringify(keyPath));
      if (finding) yield finding;
    }
  },
};
