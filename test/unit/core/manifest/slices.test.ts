import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DocumentCache, parseManifests } from '../../../../src/core/manifest/parseManifests';
import type { ManifestFile } from '../../../../src/core/manifest/manifest';
import { fixtureFiles } from '../../../support/fixtureDocuments';
import { Mutator } from '../../../support/mutator';

const documentOf = (name: string): string => `kind: X\nmetadata: { name: ${name} }\n`;
const NAMES = Array.from({ length: 20 }, (_, index) => `n${index}`);
const TEXT = NAMES.map(documentOf).join('---\n');

const namesOf = ({ manifests }: ManifestFile): readonly string[] => manifests.map(({ name }) => name ?? '');

test('a file is read in slices, the part that a person looks at first', () => {
  const cache = new DocumentCache();
  cache.update(TEXT);
  assert.equal(cache.complete, false);
  cache.readMore(1, TEXT.indexOf('n12'));
  assert.deepEqual(namesOf(cache.file()), ['n12']);
  cache.readMore(documentOf('n12').length * 2, TEXT.indexOf('n12'));
  assert.equal(cache.file().manifests.length, 3);
  cache.readMore(Infinity);
  assert.equal(cache.complete, true);
  assert.deepEqual(namesOf(cache.file()), NAMES);
});

test('what an edit leaves as it was need not be read again', () => {
  const cache = new DocumentCache();
  parseManifests(TEXT, { cache });
  cache.update(TEXT.replace('n7', 'other'));
  assert.equal(cache.file().manifests.length, NAMES.length - 1);
  cache.readMore(1);
  assert.ok(namesOf(cache.file()).includes('other'));
});

test('two edits far from each other leave what stands between them as it was', () => {
  const cache = new DocumentCache();
  const before = parseManifests(TEXT, { cache }).manifests;
  const after = parseManifests(TEXT.replace('n2 ', 'two ').replace('n18', 'late'), { cache }).manifests;
  assert.equal(after[10]?.object, before[10]?.object);
  assert.notEqual(after[2]?.object, before[2]?.object);
});

test('whatever is edited, the cache gives what reading from the beginning gives', () => {
  const mutator = new Mutator(11);
  const shape = ({ manifests, problems }: ManifestFile): unknown => [
    problems,
    manifests.map(({ object, range, headRange, template }) => ({ object, range, headRange, template })),
  ];
  for (const file of fixtureFiles().slice(0, 40)) {
    const cache = new DocumentCache();
    let text = `${file}\n---\n${TEXT.slice(0, 300)}`;
    for (let edit = 0; edit < 20; edit++) {
      text = mutator.mutate(text, 2).slice(0, 20_000);
      assert.deepEqual(shape(parseManifests(text, { cache })), shape(parseManifests(text)), text);
    }
  }
});
