import assert from 'node:assert/strict';
import { checkWorkload } from '../../src/core/causes/checkWorkload';
import type { Facts } from '../../src/core/causes/facts';
import { rules } from '../../src/core/causes/registry';
import { readWorkloadSpec } from '../../src/core/kube/readWorkloadSpec';
import type { Fix } from '../../src/core/causes/finding';
import { fixEdits } from '../../src/core/manifest/applyFix';
import type { Manifest, TextRange } from '../../src/core/manifest/manifest';
import { DocumentCache, parseManifests } from '../../src/core/manifest/parseManifests';
import { fixtureFiles } from '../support/fixtureDocuments';
import { Mutator } from '../support/mutator';
import { richFacts } from '../support/richFacts';

/** Milliseconds that a rule may take on one workload. */
const LIMIT = 50;
/** Longer texts are cut to their first documents: the number of different edits counts, not their size. */
const LONGEST = 4_000;

export interface MutationFailure {
  readonly text: string;
  readonly error: string;
}

/** Edits the fixtures at random, and asserts of every text what must hold of any text. The same seed, the same edits. */
export function runMutations({ seed, count }: { readonly seed: number; readonly count: number }): MutationFailure[] {
  const mutator = new Mutator(seed);
  const fixtures = fixtureFiles().flatMap((file) => [file, file.replaceAll('\n', '\r\n')].map(fixtureOf));
  const failures: MutationFailure[] = [];
  for (let round = 0; round < count && failures.length < 10; round++) {
    const fixture = mutator.pick(fixtures);
    const mutated = mutator.mutate(fixture.text, 3);
    try {
      assertSound(mutated, fixture);
    } catch (error) {
      failures.push({ text: mutated, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  return failures;
}

interface Fixture {
  readonly text: string;
  readonly facts: Facts;
  /** As in an editor: what an edit leaves as it was is not read again. */
  readonly cache: DocumentCache;
  /** Objects of the text without edits: nothing new can be said of them. */
  readonly known: ReadonlySet<object>;
}

function fixtureOf(file: string): Fixture {
  const text = file.slice(0, LONGEST);
  const cache = new DocumentCache();
  const known = new Set(parseManifests(text, { cache }).manifests.map(({ object }) => object));
  return { text, facts: richFacts(text), cache, known };
}

function assertSound(text: string, { facts, cache, known }: Fixture): void {
  const file = parseManifests(text, { cache });
  for (const { range } of file.problems) assertInside(range, { start: 0, end: text.length }, 'a problem');
  for (const manifest of file.manifests) {
    assertInside(manifest.range, { start: 0, end: text.length }, 'a manifest');
    assertInside(manifest.headRange, manifest.range, 'its head');
    manifest.pathAt((manifest.range.start + manifest.range.end) >> 1);
    const workload = known.has(manifest.object) ? undefined : readWorkloadSpec(manifest.object);
    if (!workload) continue;
    const input = { manifest, workload, facts };
    const start = performance.now();
    const { findings } = checkWorkload(input);
    if (performance.now() - start > LIMIT) assertFast(input);
    for (const { code, path, fixes = [] } of findings) {
      const mark = manifest.markRange(path);
      assertInside(mark, manifest.range, code);
      file.suppressions.isSuppressed(code, mark.start);
      for (const fix of fixes) assertFixed(text, manifest, fix);
    }
  }
}

/** Nothing outside of the manifest is touched, and what comes out can be read. */
function assertFixed(text: string, manifest: Manifest, fix: Fix): void {
  for (const { range, newText } of fixEdits(manifest, text, fix)) {
    assertInside(range, { start: manifest.range.start, end: Math.min(text.length, manifest.range.end + 2) }, fix.title);
    const fixed = text.slice(0, range.start) + newText + text.slice(range.end);
    const problems = parseManifests(fixed).problems.filter(({ severity }) => severity === 'error');
    const before = parseManifests(text).problems.filter(({ severity }) => severity === 'error');
    assert.ok(problems.length <= before.length, `${fix.title}: ${problems.map(({ message }) => message).join('; ')}`);
  }
}

/** The machine may have been busy: a rule is slow that is slow three times. */
function assertFast(input: Parameters<typeof checkWorkload>[0]): void {
  for (const rule of rules) {
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      checkWorkload(input, [rule]);
      return performance.now() - start;
    });
    const best = Math.min(...times);
    assert.ok(best <= LIMIT, `${rule.code} takes ${best.toFixed(0)} ms`);
  }
}

function assertInside(range: TextRange, around: TextRange, what: string): void {
  const isInside = around.start <= range.start && range.start <= range.end && range.end <= around.end;
  assert.ok(isInside, `${what}: ${JSON.stringify(range)} is outside of ${JSON.stringify(around)}`);
}
