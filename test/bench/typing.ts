import { createRequire } from 'node:module';
import { CheckCache, neighboursOf } from '../../src/core/causes/checkCache';
import { DocumentCache, parseManifests } from '../../src/core/manifest/parseManifests';
import { aManifest, factsOf } from '../support/forecast';
import { quantile, round, type Figure } from './figure';

const DOCUMENTS = 300;
const KEYS = 400;
const THEIR_KEYS = 15;

/** What a person types, one character after the other, and behind what. */
interface Typed {
  readonly behind: RegExp;
  readonly text: string;
}

const TYPED: readonly Typed[] = [
  { behind: /image: \S+/, text: '.2-alpine@sha256' },
  { behind: /^ {2}name: \S+/, text: '-blue' },
  { behind: /replicas: \d/, text: '0 # more of them' },
  { behind: /value: "some/, text: ' other words' },
];
/** The quote that ends it is still to come. */
const QUOTED: readonly Typed[] = [{ behind: /image: /, text: '"registry.example.com/shop/web' }];

/** One key press in a file of 1 MB and 300 documents: from the event to every finding and the place of its mark. */
export function typing(): Promise<readonly Figure[]> {
  const lines = linesOfFile();
  const read = reader(lines);
  const first = cpu(read);
  const ours = type(lines, TYPED, { keys: KEYS, after: read });
  const open = type(lines, QUOTED, { keys: KEYS, after: read });
  const parse = parseOfLanguageServer();
  const theirs = type(lines, TYPED, { keys: THEIR_KEYS, after: () => parse(lines.join('\n')) });
  const size = round(lines.join('\n').length / 1e6);
  const what = `one key in a file of ${size} MB and ${DOCUMENTS} documents, to findings`;
  const compared = (part: number): Omit<Figure, 'what'> => {
    const [mine, other] = [quantile(ours, part), quantile(theirs, part)];
    const peer = 'yaml-language-server 1.25, its parse alone';
    return { unit: 'ms', ours: mine, peer, theirs: other, times: round(other / mine) };
  };
  return Promise.resolve([
    { what: `${what}, p50 of ${KEYS}`, ...compared(0.5) },
    { what: `${what}, p95 of ${KEYS}`, ...compared(0.95), budget: 10 },
    { what: 'the same while a quote is open, p95', unit: 'ms', ours: quantile(open, 0.95), budget: 10 },
    { what: 'first reading of the same file, to findings', unit: 'ms', ours: round(first) },
  ]);
}

function linesOfFile(): string[] {
  const env = Array.from({ length: 60 }, (_, index) => `- { name: VARIABLE_${index}, value: "some value ${index}" }`);
  const documents = Array.from({ length: DOCUMENTS }, (_, index) =>
    aManifest({ name: `web-${index}`, container: `env:\n  ${env.join('\n  ')}` }),
  );
  return documents.join('---\n').split('\n');
}

/** Types into one place of the file after the other; returns the CPU that `after` takes after each key. */
function type(
  lines: string[],
  typed: readonly Typed[],
  { keys, after }: { readonly keys: number; readonly after: () => void },
): number[] {
  const times: number[] = [];
  for (let at = 0; times.length < keys; at++) {
    const { behind, text } = typed[at % typed.length] ?? { behind: /^/, text: '' };
    const [line, column] = placeOf(lines, behind, (at * 9973) % lines.length);
    const before = lines[line] ?? '';
    for (let typedSoFar = 1; typedSoFar <= text.length && times.length < keys; typedSoFar++) {
      lines[line] = before.slice(0, column) + text.slice(0, typedSoFar) + before.slice(column);
      times.push(cpu(after));
    }
    if (text.startsWith('"')) lines[line] = before;
  }
  return times;
}

function placeOf(lines: readonly string[], behind: RegExp, from: number): readonly [number, number] {
  for (let step = 0; step < lines.length; step++) {
    const line = (from + step) % lines.length;
    const match = behind.exec(lines[line] ?? '');
    if (match) return [line, match.index + match[0].length];
  }
  throw new Error(`no line has ${String(behind)}`);
}

/** Does what the editor does after a pause: asks VS Code for the text (which joins its lines), reads, checks, marks. */
function reader(lines: readonly string[]): () => void {
  const cache = new DocumentCache();
  const checks = new CheckCache();
  const facts = factsOf();
  return () => {
    const { manifests, suppressions } = parseManifests(lines.join('\n'), { cache });
    const neighbours = neighboursOf(manifests);
    for (const manifest of manifests) {
      const workload = checks.specOf(manifest);
      const findings = workload ? checks.check(manifest, workload, { facts, neighbours }).findings : [];
      for (const { code, path } of findings) suppressions.isSuppressed(code, manifest.markRange(path).start);
    }
  };
}

function parseOfLanguageServer(): (text: string) => unknown {
  const parser = 'yaml-language-server/out/server/src/languageservice/parser/yamlParser07.js';
  const { parse } = createRequire(import.meta.url)(parser) as { parse: (text: string) => unknown };
  return parse;
}

/** Milliseconds of CPU, of all threads: what the compiler and the garbage collector do counts. */
function cpu(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
