import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readGolden, readStory, storyNames } from '../stories/story';
import { endOf, wordsOf } from '../stories/words';

/** Nobody heals what the first shows; of the others the recording ends while pods still start. */
const NOT_HEALED = new Set(['claim-without-class', 'on-delete', 'ordinals-start', 'scale-in-update']);

const names = storyNames();

test('there are thirty recorded rollouts or more', () => {
  assert.ok(names.length >= 30, String(names.length));
});

for (const name of names) {
  test(`${name}: at each moment the words that a user sees`, () => {
    assert.equal(wordsOf(readStory(name)), readGolden(name));
  });

  if (NOT_HEALED.has(name)) continue;
  test(`${name}: at the end nothing is left standing`, () => {
    const end = endOf(readStory(name));
    assert.equal(end?.rollout.phase, 'complete');
    assert.deepEqual(end.findings, []);
  });
}
