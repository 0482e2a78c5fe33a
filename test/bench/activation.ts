import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { median, round, type Figure } from './figure';

const RUNS = 11;

/**
 * Loads the bundle and calls `activate` in a fresh process, with a `vscode` that registers whatever it is given: what is
 * measured is our own code, not the host's. The host's built-in modules are loaded first, as they are in a real one.
 */
const PROGRAM = `
const Module = require('node:module');
for (const name of ['http', 'https', 'tls', 'fs', 'path', 'crypto', 'child_process', 'url', 'zlib']) require(name);
const disposable = { dispose() {} };
const anything = new Proxy(function () {}, {
  get: (_target, key) => key === Symbol.toPrimitive ? () => '' : key === 'textDocuments' ? [] : key === 'visible' ? false : key === 'bundle' ? undefined : key === 'then' ? undefined : anything,
  set: () => true,
  apply: () => anything,
  construct: () => anything,
});
const names = ['window', 'workspace', 'languages', 'commands', 'env', 'Uri', 'EventEmitter', 'CodeActionKind', 'StatusBarAlignment', 'l10n'];
const vscode = Object.fromEntries(names.map((name) => [name, anything]));
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));
const memento = { get: (_key, value) => value, update: async () => {} };
const start = performance.now();
const extension = require(process.argv[2]);
const loaded = performance.now();
extension.activate({ subscriptions: [], workspaceState: memento, extensionUri: {} });
const activated = performance.now();
require(process.argv[4]);
const yaml = performance.now();
require(process.argv[3]);
console.log(JSON.stringify({ load: loaded - start, activate: activated - loaded, yaml: yaml - activated, cluster: performance.now() - yaml }));
process.exit(0);
`;

export function activation(): Promise<readonly Figure[]> {
  execFileSync(process.execPath, ['esbuild.mjs', 'extension'], { stdio: 'inherit' });
  const [extension, cluster, yaml] = ['extension', 'cluster', 'yaml'].map((name) => resolve(`dist/${name}.js`)) as [
    string,
    string,
    string,
  ];
  const size = (file: string): number => round(statSync(file).size / 1000);
  const folder = mkdtempSync(join(tmpdir(), 'ordinal-bench-'));
  try {
    const program = join(folder, 'activate.cjs');
    writeFileSync(program, PROGRAM);
    const runs = Array.from({ length: RUNS }, () => {
      const text = execFileSync(process.execPath, [program, extension, cluster, yaml], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return JSON.parse(text) as { load: number; activate: number; cluster: number; yaml: number };
    });
    return Promise.resolve([
      { what: 'bundle in all', unit: 'KB', ours: round(size(extension) + size(cluster) + size(yaml)), budget: 450 },
      { what: 'bundle that opening a YAML file loads', unit: 'KB', ours: size(extension), budget: 200 },
      { what: 'and with the first text that has anchors, tags or mistakes', unit: 'KB', ours: size(yaml) },
      {
        what: 'load and activate, median of 11 processes',
        unit: 'ms',
        ours: median(runs.map((run) => run.load + run.activate)),
        budget: 40,
      },
      { what: 'load of the yaml package on first use', unit: 'ms', ours: median(runs.map((run) => run.yaml)) },
      { what: 'load of the cluster floor on first use', unit: 'ms', ours: median(runs.map((run) => run.cluster)) },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
