import { CheckCache, neighboursOf } from '../../src/core/causes/checkCache';
import { DocumentCache, parseManifests } from '../../src/core/manifest/parseManifests';
import { aManifest, factsOf } from '../support/forecast';
import { round, type Figure } from './figure';

const DOCUMENTS = 300;
const EDITS = 60;

/** One key press in a file of 1 MB and 300 documents: read again, and every rule run on every workload. */
export function edit(): Promise<readonly Figure[]> {
  const padding = Array.from(
    { length: 60 },
    (_, index) => `- { name: VARIABLE_${index}, value: "some value ${index}" }`,
  );
  const one = (index: number, image: string): string =>
    aManifest({ name: `web-${index}`, image, container: `env:\n  ${padding.join('\n  ')}` });
  const documents = Array.from({ length: DOCUMENTS }, (_, index) => one(index, 'web:1'));
  const cache = new DocumentCache();
  const checks = new CheckCache();
  const facts = factsOf();
  const times: number[] = [];
  const first = read(documents);
  for (let round = 0; round < EDITS; round++) {
    documents[round % DOCUMENTS] = one(round % DOCUMENTS, `web:${round}`);
    times.push(read(documents));
  }
  const sorted = times.sort((a, b) => a - b);
  const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  const size = Math.round(documents.join('---\n').length / 1000);
  return Promise.resolve([
    {
      what: `edit in a file of ${size} KB and ${DOCUMENTS} documents, to findings, p95 of ${EDITS}`,
      unit: 'ms',
      ours: round(p95),
      budget: 10,
    },
    { what: 'the same file, first reading', unit: 'ms', ours: round(first) },
  ]);

  function read(all: readonly string[]): number {
    const text = all.join('---\n');
    const start = process.cpuUsage();
    const { manifests } = parseManifests(text, { cache });
    const neighbours = neighboursOf(manifests);
    for (const manifest of manifests) {
      const workload = checks.specOf(manifest);
      if (workload) checks.check(manifest, workload, { facts, neighbours });
    }
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  }
}
