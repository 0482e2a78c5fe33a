import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Host } from './installHost';
import { onProcessEnd } from './processEnd';
import { quietSettings } from './quietSettings';

export interface ServerOptions {
  readonly host: Host;
  /** Allows development and test paths in the page's address; VS Code then shows no notifications. Default: false. */
  readonly testing?: boolean;
  /** Packaged extensions to install. */
  readonly vsix?: readonly string[];
  /** Folders of unpacked extensions that are used where they are. */
  readonly unpacked?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Default: a folder of its own, gone when the server stops. Settings that are in it are kept. */
  readonly dataFolder?: string | undefined;
  readonly extensionsFolder?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly onOutput?: (text: string) => void;
  /** Asked of whoever opens the workbench: a window that stays open for hours must not be everybody's. */
  readonly token?: string;
}

export interface RunningServer {
  /** `127.0.0.1:port`. */
  readonly authority: string;
  /** Who opens the workbench must know it; `undefined`: everybody on this machine may. */
  readonly token: string | undefined;
  /** All output so far. */
  log(): string;
  /** Resolves when the server has ended, by `stop` or by itself. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

const startTimeout = 60_000;

/** Left behind by a terminal of another VS Code, these would redirect the server to it. */
const foreign = ['VSCODE_IPC_HOOK_CLI', 'VSCODE_IPC_HOOK', 'VSCODE_PID', 'VSCODE_CWD', 'VSCODE_NLS_CONFIG'].concat([
  'VSCODE_ESM_ENTRYPOINT',
  'VSCODE_HANDLES_UNCAUGHT_ERRORS',
  'ELECTRON_RUN_AS_NODE',
  'NODE_OPTIONS',
]);

/** Starts VS Code's server; its workbench opens in a browser at `authority`. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, testing = false, vsix = [], dataFolder } = options;
  const data = dataFolder ?? (await mkdtemp(join(tmpdir(), 'ordinal-code-')));
  const extensions = options.extensionsFolder ?? join(data, 'extensions');
  // Its sockets: a short path, since theirs may not exceed 107 bytes.
  const sockets = await mkdtemp(join(tmpdir(), 'ordinal-run-'));
  const env = { ...process.env, ...options.env, XDG_RUNTIME_DIR: sockets };
  for (const name of foreign) Reflect.deleteProperty(env, name);
  const folders = ['--server-data-dir', data, '--user-data-dir', data, '--extensions-dir', extensions];
  const args = [host.server, ...folders, '--accept-server-license-terms'];

  let child: ChildProcess | undefined;
  let log = '';
  const takeBack = onProcessEnd(() => {
    if (child) signalGroup(child, 'SIGKILL');
    for (const folder of dataFolder === undefined ? [sockets, data] : [sockets]) {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
  const stop = async (): Promise<void> => {
    if (child) await stopGroup(child);
    takeBack();
    await rm(sockets, { recursive: true, force: true });
    if (dataFolder === undefined) await rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    await mkdir(join(data, 'User'), { recursive: true });
    await mkdir(extensions, { recursive: true });
    const settings = join(data, 'User', 'settings.json');
    if (!existsSync(settings)) await writeFile(settings, JSON.stringify({ ...quietSettings, ...options.settings }));
    for (const folder of options.unpacked ?? []) await link(folder, extensions);
    if (vsix.length > 0) {
      const install = vsix.flatMap((file) => ['--install-extension', resolve(file)]);
      const { status, stdout, stderr } = spawnSync(host.node, [...args, '--force', ...install], {
        env,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`VS Code could not install ${vsix.join(', ')}:\n${stdout}${stderr}`);
    }
    const port = await freePort();
    const { token } = options;
    const door = token === undefined ? ['--without-connection-token'] : ['--connection-token', token];
    const flags = [...door, '--disable-telemetry', '--disable-experiments'];
    flags.push('--disable-workspace-trust', '--disable-getting-started-override');
    if (testing) flags.push('--enable-smoke-test-driver');
    // A process group of its own: the extension host and its children end with the server.
    child = spawn(host.node, [...args, '--host', '127.0.0.1', '--port', String(port), ...flags], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const exited = once(child, 'exit').then(
      () => undefined,
      () => undefined,
    );
    await started(child, (text) => {
      log += text;
      options.onOutput?.(text);
      return log;
    });
    return { authority: `127.0.0.1:${port}`, token, log: () => log, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** VS Code takes a folder named so for an installed extension, as long as it has not listed its extensions yet. */
async function link(folder: string, extensions: string): Promise<void> {
  const text = await readFile(join(folder, 'package.json'), 'utf8');
  const { publisher, name, version } = JSON.parse(text) as { publisher: string; name: string; version: string };
  await symlink(resolve(folder), join(extensions, `${publisher}.${name}-${version}`), 'dir');
}

function started(child: ChildProcess, append: (text: string) => string): Promise<void> {
  return new Promise((done, failed) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      failed(new Error(`VS Code's server ${why}:\n${append('')}`));
    };
    const timer = setTimeout(fail, startTimeout, `did not start in ${startTimeout / 1000} s`);
    const onData = (chunk: Buffer): void => {
      if (!append(chunk.toString()).includes('Extension host agent listening on')) return;
      clearTimeout(timer);
      done();
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('error', (error) => {
      fail(`could not be started (${error.message})`);
    });
    child.once('exit', (code, signal) => {
      fail(`ended early (${code ?? signal ?? ''})`);
    });
  });
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(signalGroup, 3000, child, 'SIGKILL');
    await gone;
    clearTimeout(timer);
  }
  signalGroup(child, 'SIGKILL');
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone.
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address) done(address.port);
        else failed(new Error('no free port on 127.0.0.1'));
      });
    });
  });
}
