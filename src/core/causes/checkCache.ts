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
  /** Their names, as one text to compare. */
  readonly text: string;
  /** Those whose content a workload may refer to. */
  readonly others: readonly object[];
}

export function neighboursOf(manifests: readonly Manifest[]): Neighbours {
  const objects = manifests.flatMap(({ kind, name, namespace, object }) =>
    name === undefined ? [] : [{ kind, name, namespace, object }],
  );
  return {
    objects,
    text: objects.map(({ kind, name, namespace }) => `${kind}/${namespace ?? ''}/${name}`).join(' '),
    others: objects.filter(({ kind }) => !WORKLOADS.test(kind)).map(({ object }) => object),
  };
}

/** Of another workload only its name matters: what is typed in one of many does not make the others be checked again. */
const WORKLOADS = /^(?:StatefulSet|Deployment)$/;

function sameNeighbours(a: Neighbours, b: Neighbours): boolean {
  return a === b || (a.text === b.text && a.others.every((object, index) => object === b.others[index]));
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
    if (known?.facts === facts && sameNeighbours(known.neighbours, neighbours)) return known.result;
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
