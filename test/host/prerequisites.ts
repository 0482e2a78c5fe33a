// Programs that the test host needs and that may be missing on this machine.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const chromiums = ['chromium', 'chromium-browser', 'google-chrome'];

/** Without this font, text in the pictures would be boxes. */
const font = '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf';

/** Installs what is missing when root may do so here; otherwise says in one sentence what to install. */
export function ensurePrerequisites(): void {
  const missing: string[] = [];
  if (process.env.CHROMIUM === undefined && findProgram(...chromiums) === undefined) missing.push('chromium');
  if (findProgram('rg') === undefined) missing.push('ripgrep');
  if (missing.includes('chromium') && !existsSync(font)) missing.push('fonts-dejavu-core');
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`The tests in VS Code need ${missing.join(', ')}: install them and run this again.`);
  }
  console.error(`Installing ${missing.join(', ')} …`);
  try {
    aptInstall(missing);
  } catch {
    throw new Error(`apt-get could not install ${missing.join(', ')}; its messages are above. Is there a network?`);
  }
}

function aptInstall(packages: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]): void => {
    execFileSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...packages);
}

/** The browser's path; `CHROMIUM` names another one. */
export function chromium(): string {
  return process.env.CHROMIUM ?? requireProgram(...chromiums);
}

/** The path of the first of these programs that is there. */
export function requireProgram(...names: readonly string[]): string {
  const found = findProgram(...names);
  if (found === undefined) throw new Error(`${names.join(' or ')} is not on PATH: install it and run this again.`);
  return found;
}

export function findProgram(...names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
