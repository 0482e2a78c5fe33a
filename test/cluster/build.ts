// The one Go program that holds every component of a test cluster: where it is kept, and how it is built.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findGo } from './prerequisites';
import { attempt, execute, sleep, startOf } from './processes';

/** Where the sources lie. Not asked at load time: also a bundle can load the harness. */
function here(): string {
  const { url } = import.meta as { url?: string }; // undefined in a CommonJS bundle
  if (url !== undefined) return dirname(fileURLToPath(url));
  throw new Error('A bundle cannot start the test cluster: start it from the sources, and hand on its kubeconfig.');
}

/** The patch releases that the tests run with, newest last; `versions/MINOR.mod` is made when there is none. */
export const releases = { '1.33': '1.33.13', '1.36': '1.36.3', '1.37': '1.37.2' } as const;
export const defaultMinor = '1.36';

/** kwok 0.8 does not compile against older Kubernetes: there the default version's program plays the nodes. */
const oldestComplete = 36;

/** Outside the clone, so that a fresh clone does not build again. */
export const cacheFolder =
  process.env.ORDINAL_CLUSTER_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ordinal-test-cluster');

export interface Programs {
  controlPlane: string;
  /** With kwok, kubelet and kubectl besides the control plane; may be of a newer Kubernetes. */
  complete: string;
}

/** `version` is a minor ("1.36") or a release ("1.36.3"). Builds what is missing: minutes, told on stderr. */
export async function programsFor(version: string = defaultMinor): Promise<Programs> {
  const release = releaseOf(version);
  const controlPlane = await programOf(release);
  const complete = minorOf(release) >= oldestComplete ? controlPlane : await programOf(releaseOf(defaultMinor));
  return { controlPlane, complete };
}

function releaseOf(version: string): string {
  if (/^1\.\d+\.\d+$/.test(version)) return version;
  const known = Object.entries(releases).find(([minor]) => minor === version);
  if (known) return known[1];
  throw new Error(
    `Kubernetes ${version} is not known: choose ${Object.keys(releases).join(', ')}, or a whole release like 1.36.3.`,
  );
}

const minorOf = (release: string) => Number(release.split('.')[1]);

/** Where the program of a release is, built or not: its name changes with everything that it is built from. */
export function programPath(release: string): string {
  const hash = createHash('sha256');
  const folder = join(here(), 'cmd', 'k8s');
  for (const name of readdirSync(folder).sort()) hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  const modfile = modfileOf(release);
  if (existsSync(modfile)) hash.update(readFileSync(modfile));
  return join(cacheFolder, `k8s-${release}-${hash.digest('hex').slice(0, 10)}`);
}

const modfileOf = (release: string) => join(here(), 'versions', `1.${minorOf(release)}.mod`);

export async function programOf(release: string): Promise<string> {
  if (existsSync(programPath(release))) return programPath(release);
  mkdirSync(cacheFolder, { recursive: true });
  const unlock = await lock(join(cacheFolder, `build-${release}.lock`));
  try {
    const go = findGo(cacheFolder);
    if (!existsSync(modfileOf(release))) writeModfile(go, release);
    if (!existsSync(programPath(release))) await build(go, release);
    return programPath(release);
  } finally {
    unlock();
  }
}

/** Held by one process at a time; the lock of a process that has ended does not count. */
async function lock(file: string): Promise<() => void> {
  for (let told = false; ;) {
    try {
      writeFileSync(file, `${process.pid} ${startOf(process.pid)}`, { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const content = (attempt(() => readFileSync(file, 'utf8')) ?? '').trim();
    const [, pid, start] = /^(\d+) (.*)$/.exec(content) ?? [];
    // Without a content, its maker is about to write it, or was killed before.
    const age = Date.now() - (attempt(() => statSync(file).mtimeMs) ?? Date.now());
    const isStale = pid ? startOf(Number(pid)) !== start : age > 10_000;
    if (isStale) rmSync(file, { force: true });
    else if (!told) console.error(`Another process (${pid ?? 'unknown'}) is building the test cluster: waiting …`);
    told = true;
    await sleep(500);
  }
}

const goEnvironment = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' };

/** The staging modules of a Kubernetes release are replaced by their published versions, as Kubernetes itself has them side by side. */
function writeModfile(go: string, release: string): void {
  const download = execute(go, ['mod', 'download', '-json', `k8s.io/kubernetes@v${release}`], goEnvironment);
  const { GoMod } = JSON.parse(download) as { GoMod: string };
  const upstream = readFileSync(GoMod, 'utf8');
  const language = /^go (\S+)/m.exec(upstream)?.[1];
  const etcd = /go\.etcd\.io\/etcd\/client\/v3 (\S+)/.exec(upstream)?.[1];
  if (!language || !etcd) throw new Error(`Kubernetes ${release}: its go.mod has no line for go or etcd.`);
  const [, minor, patch] = release.split('.');
  const staging = [...upstream.matchAll(/(\S+) => \.\/staging\//g)].map(([, module]) => module);
  const lines = [
    'module ordinal.test/cluster\n',
    `go ${language}\n`,
    'require (',
    `\tk8s.io/kubernetes v${release}`,
    `\tgo.etcd.io/etcd/server/v3 ${etcd}`,
    ')\n',
    'replace (',
    ...staging.map((module) => `\t${module} => ${module} v0.${minor}.${patch}`),
    ')\n',
  ];
  mkdirSync(dirname(modfileOf(release)), { recursive: true });
  writeFileSync(modfileOf(release), lines.join('\n'));
}

async function build(go: string, release: string): Promise<void> {
  console.error(
    `Building Kubernetes ${release} for the tests (once; 10 to 20 minutes on 2 cores, 1 with a warm cache) …`,
  );
  const begin = Date.now();
  const ticks = setInterval(() => {
    console.error(`  still building Kubernetes ${release}: ${Math.round((Date.now() - begin) / 1000)} s`);
  }, 30_000);
  // Kubernetes knows its version from these link flags only.
  const stamp = { gitVersion: `v${release}`, gitMajor: '1', gitMinor: `${minorOf(release)}`, gitTreeState: 'clean' };
  const flags = Object.entries(stamp).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  const tags = minorOf(release) >= oldestComplete ? 'kwok kubelet kubectl' : '';
  const unfinished = join(cacheFolder, `building-${release}-${process.pid}`);
  const options = ['-trimpath', '-tags', tags, '-ldflags', `-s -w ${flags.join(' ')}`, '-o', unfinished];
  try {
    await new Promise<void>((done, failed) => {
      const child = spawn(go, ['build', `-modfile=${modfileOf(release)}`, ...options, './cmd/k8s'], {
        cwd: here(),
        env: goEnvironment,
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      child.on('error', failed).on('exit', (code) => {
        if (code === 0) done();
        else failed(new Error(`Kubernetes ${release} could not be built: see the messages of "go build" above.`));
      });
    });
    // Building may complete the mod file, which is part of the name.
    renameSync(unfinished, programPath(release));
  } finally {
    clearInterval(ticks);
    rmSync(unfinished, { force: true });
  }
}
