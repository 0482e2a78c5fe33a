import { readWorkloadSpec } from '../kube/readWorkloadSpec';
import type { WorkloadSpec } from '../kube/workloadSpec';
import type { Manifest } from '../manifest/manifest';
import { checkWorkload, type CheckResult } from './checkWorkload';
import type { Facts } from './facts';
import { rules } from './registry';

/** The objects of one file that others may refer to, and their names as one text to compare. */
export interface Neighbours {
  readonly objects: readonly { readonly kind: string; readonly name: string }[];
  readonly text: string;
}

/** Nothing refers to these by name, and theirs are the names that are typed most. */
const NO_NEIGHBOURS: readonly string[] = ['StatefulSet', 'Deployment', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'];

export function neighboursOf(manifests: readonly Manifest[]): Neighbours {
  const objects = manifests.flatMap(({ kind, name }) =>
    name === undefined || NO_NEIGHBOURS.includes(kind) ? [] : [{ kind, name }],
  );
  return { objects, text: objects.map(({ kind, name }) => `${kind}/${name}`).join(' ') };
}

interface Known {
  readonly facts: Omit<Facts, 'sameFile'>;
  readonly neighbours: string;
  /** Of the rules that do not look at neighbours: these stay when a neighbour gets another name. */
  readonly alone: CheckResult;
  readonly result: CheckResult;
}

const lookAround = rules.filter(({ needs }) => needs.includes('sameFile'));
const lookNowhere = rules.filter((rule) => !lookAround.includes(rule));

/**
 * Results by the object they are about: after an edit only the changed document has a new object, so only it is checked
 * again. Findings carry paths, not ranges, and stay right when the document moves.
 */
export class CheckCache {
  readonly #specs = new WeakMap<object, WorkloadSpec | null>();
  readonly #results = new WeakMap<object, Known>();

  /** `undefined` when the manifest is no workload. */
  specOf({ object }: Manifest): WorkloadSpec | undefined {
    const known = this.#specs.get(object);
    if (known !== undefined) return known ?? undefined;
    const spec = readWorkloadSpec(object);
    this.#specs.set(object, spec ?? null);
    return spec;
  }

  /** `neighbours`: the objects of the same file, which are applied with it. */
  check(
    manifest: Manifest,
    workload: WorkloadSpec,
    { facts, neighbours }: { readonly facts: Omit<Facts, 'sameFile'>; readonly neighbours: Neighbours },
  ): CheckResult {
    const known = this.#results.get(manifest.object);
    if (known?.facts === facts && known.neighbours === neighbours.text) return known.result;
    const sameFile = { state: 'known', value: neighbours.objects } as const;
    const input = { manifest, workload, facts: { ...facts, sameFile } };
    const alone = known?.facts === facts ? known.alone : checkWorkload(input, lookNowhere);
    const around = checkWorkload(input, lookAround);
    const result = {
      findings: [...alone.findings, ...around.findings],
      checked: [...alone.checked, ...around.checked],
      notChecked: [...alone.notChecked, ...around.notChecked],
    };
    this.#results.set(manifest.object, { facts, neighbours: neighbours.text, alone, result });
    return result;
  }
}
