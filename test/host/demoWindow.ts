import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installHost } from './installHost';
import { repository } from './paths';
import { findProgram } from './prerequisites';
import { quietSettings } from './quietSettings';
import { startServer } from './server';
import { workbenchAddress } from './workbench';

export interface DemoOptions {
  readonly folder: string;
  readonly files?: readonly string[];
  /** KUBECONFIG above all. */
  readonly env?: NodeJS.ProcessEnv;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Used by the server; the desktop runs the extension from this repository. */
  readonly vsix?: string | undefined;
}

export interface DemoWindow {
  /** Where to open the window in a browser; undefined when it opened on the desktop. */
  readonly address?: string;
  /** Resolves when the window was closed on the desktop, or when the server has stopped. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/**
 * A window to play in, with the extension in it: desktop VS Code when `code` is on PATH, else VS Code's server for the
 * browser. Settings and extensions of the user are neither read nor changed. The extension must be built.
 */
export function openDemoWindow(options: DemoOptions): Promise<DemoWindow> {
  const desktop = hasDesktop() ? findProgram('code') : undefined;
  return desktop === undefined ? openServer(options) : openDesktop(desktop, options);
}

function hasDesktop(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

async function openDesktop(program: string, { folder, files = [], env, settings }: DemoOptions): Promise<DemoWindow> {
  const data = await mkdtemp(join(tmpdir(), 'ordinal-demo-'));
  await mkdir(join(data, 'User'));
  await writeFile(join(data, 'User', 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }));
  const flags = ['--new-window', '--wait', '--skip-welcome', '--disable-workspace-trust'];
  flags.push(`--user-data-dir=${data}`, `--extensions-dir=${join(data, 'extensions')}`);
  flags.push(`--extensionDevelopmentPath=${repository}`);
  const paths = [folder, ...files].map((path) => resolve(path));
  const child = spawn(program, [...flags, ...paths], { env: { ...process.env, ...env }, stdio: 'ignore' });
  const closed = new Promise<void>((done, failed) => {
    child.once('error', failed);
    child.once('exit', () => {
      void rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).then(done, failed);
    });
  });
  return {
    closed,
    close: async () => {
      child.kill();
      await closed;
    },
  };
}

async function openServer({ folder, files = [], env, settings, vsix }: DemoOptions): Promise<DemoWindow> {
  const server = await startServer({
    host: await installHost('newest'),
    token: randomUUID(),
    vsix: vsix === undefined ? [] : [vsix],
    unpacked: vsix === undefined ? [repository] : [],
    ...(env && { env }),
    ...(settings && { settings }),
  });
  return {
    address: workbenchAddress(server, { folder, files }),
    closed: server.exited,
    close: () => server.stop(),
  };
}
