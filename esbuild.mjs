// Builds what runs: the extension (dist/), and the tests (out/) as bundles that need no TypeScript at run time.
//
//   node esbuild.mjs extension [--watch] | unit | mutation | live | faults | integration
import { build, context } from 'esbuild';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
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
    onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'stub' }));
    // kubectl has refused these two since 1.26, in these words; their path language alone is 25 KB.
    onLoad({ filter: /client-node[\\/]dist[\\/](?:azure|gcp)_auth\.js$/ }, ({ path: file }) => {
      const [name, className, instead] = file.includes('azure')
        ? ['azure', 'AzureAuth', 'kubelogin']
        : ['gcp', 'GoogleCloudPlatformAuth', 'gke-gcloud-auth-plugin'];
      const message = `The ${name} auth plugin has been removed. Please use ${instead} instead.`;
      const contents = `export class ${className} {
        isAuthProvider(user) { return user?.authProvider?.name === '${name}'; }
        async applyAuthentication() { throw new Error(${JSON.stringify(message)}); }
      }`;
      return { contents };
    });
    onLoad({ filter: /.*/, namespace: 'stub' }, () => ({
      contents:
        'const absent = () => { throw new Error("undici is not bundled"); };' +
        'module.exports = { fetch: absent, Agent: absent, ProxyAgent: absent, Headers: absent, FormData: absent };',
      loader: 'js',
    }));
  },
};

const YAML = path.resolve('node_modules/yaml/browser/dist');
/** What `core/manifest` calls of the `yaml` package; a call of anything else fails the build. */
const YAML_NAMES = ['isAlias', 'isMap', 'isScalar', 'isSeq', 'parseDocument'];

/** The package as ES modules, without what writes YAML, and without all schemas but the one of texts only. */
const slimYaml = {
  name: 'slim-yaml',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^yaml$/ }, () => ({ path: path.join(YAML, 'index.js'), sideEffects: false }));
    onLoad({ filter: /[\\/]yaml[\\/]browser[\\/]dist[\\/]stringify[\\/]/ }, ({ path: file }) => {
      const names = /export \{ ([^}]*) \}/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
      const exported = names.split(', ').map((name) => `absent as ${name}`);
      const absent = 'const absent = () => { throw new Error("writing YAML is not bundled"); };';
      return { contents: `${absent} export { ${exported.join(', ')} };` };
    });
    onLoad({ filter: /[\\/]yaml[\\/]browser[\\/]dist[\\/]schema[\\/]tags\.js$/ }, () => ({
      contents: `
        import { map } from './common/map.js';
        import { seq } from './common/seq.js';
        import { string } from './common/string.js';
        export const coreKnownTags = {};
        export const getTags = () => [map, seq, string];`,
    }));
  },
};

/** In the extension the package is a file of its own, read with the first text that only it understands. */
const lateYaml = {
  name: 'late-yaml',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^yaml$/ }, () => ({ path: 'yaml', namespace: 'late' }));
    onLoad({ filter: /.*/, namespace: 'late' }, () => ({
      contents: YAML_NAMES.map(
        (name) => `export const ${name} = (...args) => require('./yaml.js').${name}(...args);`,
      ).join('\n'),
    }));
    onResolve({ filter: /^the yaml package$/ }, () => ({ path: 'package', namespace: 'package' }));
    onLoad({ filter: /.*/, namespace: 'package' }, () => ({
      contents: `export { ${YAML_NAMES.join(', ')} } from ${JSON.stringify(path.join(YAML, 'index.js'))};`,
      resolveDir: '.',
    }));
  },
};

/** What a rule says of itself for the documentation is not read at run time. */
const withoutDocumentation = {
  name: 'without-documentation',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]core[\\/]causes[\\/].*\.ts$/ }, ({ path: file }) => ({
      contents: readFileSync(file, 'utf8').replace(
        /^ *(?:rows: \[[^\]]*\]|summary:\s+(?:'[^'\n]*'|"[^"\n]*")),\n/gm,
        '',
      ),
      loader: 'ts',
    }));
  },
};

const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  logLevel: 'warning',
  plugins: [slimClient, slimYaml],
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
      plugins: [slimClient, lateYaml, slimYaml, withoutDocumentation],
      entryPoints: {
        extension: 'src/extension.ts',
        cluster: 'src/cluster/main.ts',
        act: 'src/ui/act/main.ts',
        yaml: 'the yaml package',
      },
      outdir: 'dist',
      external: ['vscode', './cluster.js', './act.js', './yaml.js'],
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
      plugins: [slimClient, withoutDocumentation],
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
      external: ['./cluster.js', './act.js', 'typescript'],
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
