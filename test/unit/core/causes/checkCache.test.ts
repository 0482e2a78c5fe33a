import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CheckCache, neighboursOf } from '../../../../src/core/causes/checkCache';
import type { CheckResult } from '../../../../src/core/causes/checkWorkload';
import { DocumentCache, parseManifests } from '../../../../src/core/manifest/parseManifests';
import { aManifest, factsOf } from '../../../support/forecast';

/** Reads and checks one text after another, as an editor does while somebody types. */
function checker(): (text: string) => readonly CheckResult[] {
  const cache = new DocumentCache();
  const checks = new CheckCache();
  const facts = factsOf({ configMaps: new Map([['settings', null]]) });
  return (text) => {
    const { manifests } = parseManifests(text, { cache });
    const neighbours = neighboursOf(manifests);
    return manifests.flatMap((manifest) => {
      const workload = checks.specOf(manifest);
      return workload ? [checks.check(manifest, workload, { facts, neighbours })] : [];
    });
  };
}

const codes = (result: CheckResult | undefined): readonly string[] => (result?.findings ?? []).map(({ code }) => code);

test('what is typed into one workload, its name included, has no other checked again', () => {
  const check = checker();
  const file = (name: string): string => `${aManifest({ name })}---\n${aManifest({ name: 'db' })}`;
  const [, before] = check(file('web'));
  const [, after] = check(file('web-blue'));
  assert.equal(after, before);
});

test('a workload whose name becomes that of another one above is checked again', () => {
  const check = checker();
  const file = (name: string): string => `${aManifest({ name })}---\n${aManifest({ name: 'db' })}`;
  assert.ok(!codes(check(file('d'))[1]).includes('object-twice'));
  assert.ok(codes(check(file('db'))[1]).includes('object-twice'));
  assert.ok(!codes(check(file('dbs'))[1]).includes('object-twice'));
});

test('a ConfigMap that gets the name that a workload asks for is found in the same file', () => {
  const check = checker();
  const web = aManifest({ container: 'envFrom:\n  - configMapRef: { name: settings }' });
  const file = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n---\n${web}`;
  assert.ok(codes(check(file('setting'))[0]).includes('reference-missing'));
  assert.ok(!codes(check(file('settings'))[0]).includes('reference-missing'));
});
