import { readWorkloadSpec } from '../kube/readWorkloadSpec';
import type { WorkloadSpec } from '../kube/workloadSpec';
import type { Manifest } from '../manifest/manifest';
import { checkWorkload, type CheckResult } from './checkWorkload';
import type { Facts, FileObject } from './facts';
import { rules } from './registry';
import { withoutRepetitions } from './repetitions';

/** The objects of one file, and what tells whether they are still the same. */
export interface Neighbours {
  readonly objects: readonly FileObject[];
  /** Names of all but the workloads, as one text to compare. */
  readonly text: string;
  /** Those whose content a workload may refer to. */
  readonly others: readonly object[];
  /** Of workloads that stand in the file again under the same name: which of them it is, from 0. */
  readonly order: ReadonlyMap<object, number>;
}

export function neighboursOf(manifests: readonly Manifest[]): Neighbours {
  const objects: FileObject[] = [];
  const others: object[] = [];
  const names: string[] = [];
  const order = new Map<object, number>();
  const counts = new Map<string, number>();
  for (const { kind, name, namespace, object } of manifests) {
    if (name === undefined) continue;
    objects.push({ kind, name, namespace, object });
    const id = `${kind}/${namespace ?? ''}/${name}`;
    if (WORKLOADS.test(kind)) {
      const before = counts.get(id) ?? 0;
      counts.set(id, before + 1);
      if (before > 0) order.set(object, before);
    } else {
      names.push(id);
      others.push(object);
    }
  }
  return { objects, text: names.join(' '), others, order };
}

/**
 * Of another workload it matters only whether it is the same one: what is typed in one of many, its name included, does
 * not make the others be checked again.
 */
const WORKLOADS = /^(?:StatefulSet|Deployment)$/;

/** Whether the rules that look at neighbours would say the same of this object. */
function sameFor(object: object, a: Neighbours, b: Neighbours): boolean {
  if (a === b) return true;
  if (a.order.get(object) !== b.order.get(object)) return false;
  return a.text === b.text && a.others.every((other, index) => other === b.others[index]);
}

interface Known {
  readonly facts: Omit<Facts, 'sameFile'>;
  readonly neighbours: Neighbours;
  readonly kustomized: boolean;
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
    const { kustomized } = manifest;
    const stored = this.#results.get(manifest.object);
    const known = stored?.kustomized === kustomized ? stored : undefined;
    if (known?.facts === facts && sameFor(manifest.object, known.neighbours, neighbours)) return known.result;
    const sameFile = { state: 'known', value: neighbours.objects } as const;
    const input = { manifest, workload, facts: { ...facts, sameFile } };
    const alone = known?.facts === facts ? known.alone : checkWorkload(input, lookNowhere);
    const around = checkWorkload(input, lookAround);
    const result = {
      findings: withoutRepetitions([...alone.findings, ...around.findings]),
      checked: [...alone.checked, ...around.checked],
      notChecked: [...alone.notChecked, ...around.notChecked],
    };
    this.#results.set(manifest.object, { facts, neighbours, kustomized, alone, result });
    return result;
  }
}
