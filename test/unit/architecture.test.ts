import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { test } from 'node:test';

const FLOORS = ['util', 'core', 'cluster', 'ui', 'extension.ts'];

/** Where a package may be loaded at run time; types vanish when built and may be imported anywhere. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  yaml: ['core/manifest'],
  '@kubernetes/client-node': ['cluster'],
  'js-yaml': ['cluster'],
  vscode: ['ui', 'extension.ts'],
};

/** The siblings that may know each other. */
const SIBLINGS: Readonly<Record<string, readonly string[]>> = {
  'core/causes': ['core/manifest', 'core/kube', 'core/rollout'],
  'core/history': ['core/manifest', 'core/kube'],
  // Types of what the editor reads, and the documents that it shows.
  'ui/act': ['ui/editor', 'ui/documents'],
};

const MOST_LINES = 300;

interface Import {
  readonly from: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.split(sep).join('/'));

const imports = files.flatMap(importsOf);
const own = imports.filter(({ target }) => !isPackage(target));

function importsOf(file: string): Import[] {
  const text = readFileSync(join('src', file), 'utf8');
  const pattern = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...text.matchAll(pattern)].map(([, type, plain, dynamic]) => {
    const name = plain ?? dynamic ?? '';
    const target = name.startsWith('.')
      ? `${normalize(join(dirname(file), name))
          .split(sep)
          .join('/')}.ts`
      : name;
    return { from: file, target, typeOnly: type !== undefined };
  });
}

function isPackage(target: string): boolean {
  return !target.endsWith('.ts');
}

function floorOf(file: string): number {
  return FLOORS.indexOf(file.split('/')[0] ?? '');
}

/** The folder on its floor, such as `core/causes`; `undefined` for files directly on the floor, which all share. */
function roomOf(file: string): string | undefined {
  const parts = file.split('/');
  return parts.length > 2 ? parts.slice(0, 2).join('/') : undefined;
}

test('every file stands on a floor', () => {
  assert.ok(files.length > 20);
  assert.deepEqual(
    files.filter((file) => floorOf(file) < 0),
    [],
  );
});

test('every import of an own file leads to a file', () => {
  assert.deepEqual(
    own.filter(({ target }) => !files.includes(target)),
    [],
  );
});

test('imports go down only', () => {
  assert.deepEqual(
    own.filter(({ from, target }) => floorOf(target) > floorOf(from)),
    [],
  );
});

test('the user interface loads the cluster floor only when somebody asks for a cluster', () => {
  const loaded = own.filter(
    ({ from, target, typeOnly }) => floorOf(from) > 2 && target.startsWith('cluster/') && !typeOnly,
  );
  assert.deepEqual(loaded, []);
});

test('each package is loaded on its own floor', () => {
  const strays = imports.filter(({ from, target, typeOnly }) => {
    const homes = HOMES[target];
    return homes !== undefined && !typeOnly && !homes.some((home) => from === home || from.startsWith(`${home}/`));
  });
  assert.deepEqual(strays, []);
});

test('only packages with a home are loaded, and core loads no built-in module', () => {
  const strays = imports.filter(
    ({ from, target, typeOnly }) =>
      isPackage(target) &&
      !typeOnly &&
      !(target in HOMES) &&
      !(target.startsWith('node:') && !from.startsWith('core/') && !from.startsWith('util/')),
  );
  assert.deepEqual(strays, []);
});

test('siblings do not import each other', () => {
  const strays = own.filter(({ from, target }) => {
    const [room, other] = [roomOf(from), roomOf(target)];
    if (room === undefined || other === undefined || room === other) return false;
    if (floorOf(from) !== floorOf(target)) return false;
    return !(SIBLINGS[room] ?? []).includes(other);
  });
  assert.deepEqual(strays, []);
});

test('no ring of imports', () => {
  const next = new Map<string, Import[]>();
  for (const each of own) if (!each.typeOnly) next.set(each.from, [...(next.get(each.from) ?? []), each]);
  const done = new Set<string>();
  const ringFrom = (file: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { target } of next.get(file) ?? []) {
      const ring = ringFrom(target, [...trail, file]);
      if (ring) return ring;
    }
    done.add(file);
    return undefined;
  };
  assert.deepEqual(
    files.map((file) => ringFrom(file, [])).filter((ring) => ring !== undefined),
    [],
  );
});

test('core has no clock, no randomness and no async', () => {
  const strays = files
    .filter((file) => file.startsWith('core/'))
    .filter((file) => /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\basync\b|\bawait\b/.test(withoutComments(file)));
  assert.deepEqual(strays, []);
});

function withoutComments(file: string): string {
  return readFileSync(join('src', file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '');
}

test(`no file has more than ${MOST_LINES} lines, and the composition root no more than 80`, () => {
  const lines = (file: string): number => readFileSync(join('src', file), 'utf8').split('\n').length - 1;
  assert.deepEqual(
    files.filter((file) => lines(file) > (file === 'extension.ts' ? 80 : MOST_LINES)),
    [],
  );
});
