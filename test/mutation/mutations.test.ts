import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { runMutations, type MutationFailure } from './mutations';

/*
 *   npx tsx test/run.ts mutation                               as many as fit into a minute; a hundred thousand in CI
 *   ORDINAL_MUTATIONS=1000000 npx tsx test/run.ts mutation     a million, by hand
 *   ORDINAL_SEED=5 …                                           other ones
 */

const COUNT = Number(process.env.ORDINAL_MUTATIONS ?? (process.env.CI === undefined ? 40_000 : 100_000));
const SEED = Number(process.env.ORDINAL_SEED ?? 1);

interface Share {
  readonly seed: number;
  readonly count: number;
}

if (isMainThread) {
  test(`${COUNT} edits of fixtures: nothing throws, nothing is said outside of the text, no rule is slow`, async () => {
    const threads = availableParallelism();
    const shares = Array.from({ length: threads }, (_, index) => ({
      seed: SEED * 1000 + index,
      count: Math.ceil(COUNT / threads),
    }));
    const failures = (await Promise.all(shares.map(runShare))).flat();
    const report = failures.map(({ error, text }) => `${error}\nin ${JSON.stringify(text)}`);
    assert.equal(failures.length, 0, report.join('\n\n'));
  });
} else {
  parentPort?.postMessage(runMutations(workerData as Share));
}

function runShare(share: Share): Promise<readonly MutationFailure[]> {
  return new Promise((done, failed) => {
    const worker = new Worker(__filename, { workerData: share });
    worker.once('message', done);
    worker.once('error', failed);
    worker.once('exit', (code) => failed(new Error(`a worker ended with ${code} and said nothing`)));
  });
}
