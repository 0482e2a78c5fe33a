// Builds what runs: the extension (dist/), and the tests (out/) as bundles that need no TypeScript at run time.
//
//   node esbuild.mjs extension [--watch] | unit | mutation | live | faults | integration
import { build, context } from 'esbuild';
import { rmSync } from 'node:fs';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const [what = 'extension', ...flags] = process.argv.slice(2);

/**
 * The Kubernetes client is used for kubeconfig and authentication only. Its model files have no effects but their own
 * statics, so they may be dropped; undici (700 KB, and unable to load on Node 20) is reached only by code that we never
 * call.
 */
const slimClient = {
  name: 'slim-client',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.?\// }, ({ importer, path: file, resolveDir }) =>
      /@kubernetes[\\/]client-node[\\/]dist[\\/]/.test(importer) && !/\.json$|polyfill/.test(file)
        ? { path: path.join(resolveDir, file), sideEffects: false }
        : undefined,
    );
    onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({
      path: path.resolve('node_modules/@kubernetes/client-node/dist/index.js'),
      sideEffects: false,
    }));
    // The same library as ES modules, of which only what is used is bundled.
    onResolve({ filter: /^yaml$/ }, () => ({
      path: path.resolve('node_modules/yaml/browser/dist/index.js'),
      sideEffects: false,
    }));
    onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'stub' }));
    onLoad({ filter: /.*/, namespace: 'stub' }, () => ({
      contents:
        'const absent = () => { throw new Error("undici is not bundled"); };' +
        'module.exports = { fetch: absent, Agent: absent, ProxyAgent: absent, Headers: absent, FormData: absent };',
      loader: 'js',
    }));
  },
};

const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  logLevel: 'warning',
  plugins: [slimClient],
  define: { 'import.meta.url': '"file:///"' },
};

const filesBelow = (folder, end) =>
  readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith(end))
    .map((file) => path.join(folder, file));

const targets = {
  // The cluster floor is a file of its own, loaded when somebody asks for a cluster: opening a YAML file stays cheap.
  extension: [
    {
      ...common,
      entryPoints: { extension: 'src/extension.ts', cluster: 'src/cluster/main.ts' },
      outdir: 'dist',
      external: ['vscode', './cluster.js'],
      minify: !flags.includes('--watch'),
      sourcemap: flags.includes('--watch') ? 'linked' : false,
      metafile: true,
    },
    // The page of the rollout panel runs in a browser.
    {
      bundle: true,
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
      logLevel: 'warning',
      entryPoints: { panel: 'src/ui/panel/webview/main.ts' },
      outdir: 'dist',
      minify: !flags.includes('--watch'),
    },
  ],
  // Code below the user interface is built where `vscode` does not exist.
  unit: [
    {
      ...common,
      entryPoints: filesBelow('test/unit', '.test.ts'),
      outbase: 'test/unit',
      outdir: 'out/unit',
      sourcemap: 'inline',
      external: ['./cluster.js', 'typescript'],
      alias: { vscode: path.resolve('test/support/vscode.ts') },
    },
  ],
  mutation: [
    {
      ...common,
      entryPoints: filesBelow('test/mutation', '.test.ts'),
      outdir: 'out/mutation',
      sourcemap: 'inline',
    },
  ],
  // The cluster floor as it is shipped, to be run against a real API server.
  live: [
    {
      ...common,
      entryPoints: filesBelow('test/clusterTests', '.test.ts'),
      outbase: 'test/clusterTests',
      outdir: 'out/live',
      sourcemap: 'inline',
    },
  ],
  // The same, behind a proxy that does wrong.
  faults: [
    {
      ...common,
      entryPoints: filesBelow('test/faults', '.test.ts'),
      outbase: 'test/faults',
      outdir: 'out/faults',
      logOverride: { 'empty-import-meta': 'silent' }, // of the harness, which asks before it starts a cluster
      sourcemap: 'inline',
    },
  ],
  integration: [
    {
      ...common,
      entryPoints: ['test/integration/index.ts'],
      outdir: 'out/integration',
      sourcemap: 'inline',
      external: ['vscode', 'mocha'],
    },
  ],
};

if (!(what in targets)) {
  console.error(`usage: node esbuild.mjs ${Object.keys(targets).join(' | ')} [--watch]`);
  process.exit(2);
}
if (!flags.includes('--watch')) rmSync(targets[what][0].outdir, { recursive: true, force: true });
for (const options of targets[what]) {
  if (flags.includes('--watch')) await (await context(options)).watch();
  else await build(options);
}
