import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a real cluster did with the manifest. */
export type Outcome =
  /** It ran. */
  | 'ok'
  /** The apply failed. */
  | 'rejected'
  /** The apply was accepted, and the rollout never ended. */
  | 'stuck'
  /** Accepted, and nothing (or not all) changed, without a complaint. */
  | 'silent-noop'
  /** The counters say done, and something is lost or broken. */
  | 'degraded';

export interface Description {
  readonly title: string;
  /** Rows of the catalogue of failures. */
  readonly rows: readonly string[];
  readonly expected: Outcome;
  /** `static`: from the text, or it and the live object; `live`: with a look at cluster or registry; `no`: by running it. */
  readonly predictable: 'static' | 'live' | 'no';
  /** Who applies, with the rights that `setup.yaml` gives; absent: the administrator. */
  readonly user?: string;
  /** What a good tool marks in `after.yaml`: any of them. Lines count from 1. */
  readonly where?: readonly { readonly path: string; readonly line: number }[];
  /** Other lines on which the mark is as good. */
  readonly alsoLines?: readonly number[];
  /** What the cluster said. */
  readonly really: string;
}

export interface Scenario extends Description {
  /** `quota/pod-count`. */
  readonly id: string;
  /** Its folder: `quota`, `healthy`, … */
  readonly family: string;
  readonly setup: string | undefined;
  readonly before: string | undefined;
  readonly mid: string | undefined;
  readonly after: string;
  readonly lines: ReadonlySet<number>;
}

const CASES = 'test/scenarios/cases';

/** All of them, or those whose id begins with one of the prefixes. */
export function readScenarios(prefixes: readonly string[] = []): readonly Scenario[] {
  return readdirSync(CASES)
    .sort()
    .flatMap((family) => readdirSync(join(CASES, family)).map((name) => `${family}/${name}`))
    .filter((id) => prefixes.length === 0 || prefixes.some((prefix) => id.startsWith(prefix)))
    .map(readScenario);
}

function readScenario(id: string): Scenario {
  const read = (name: string): string | undefined => {
    const file = join(CASES, id, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  const description = JSON.parse(read('scenario.json') ?? '') as Description;
  const after = read('after.yaml');
  if (after === undefined) throw new Error(`${id} has no after.yaml`);
  return {
    ...description,
    id,
    family: id.split('/')[0] ?? '',
    setup: read('setup.yaml'),
    before: read('before.yaml'),
    mid: read('mid.yaml'),
    after,
    lines: new Set([...(description.where ?? []).map(({ line }) => line), ...(description.alsoLines ?? [])]),
  };
}

export function isFailing({ expected }: Description): boolean {
  return expected !== 'ok';
}
