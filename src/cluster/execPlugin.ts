import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { parseTime } from '../core/time';
import { ExpectedError } from '../util/errors';
import { reasonOf } from './clock';
import type { KubeConfigEntry } from './kubeConfig';
import type { Login, LoginCredential } from './logins';
import { type Json, isRecord, record, records, text, texts } from './json';
import { t } from '../util/l10n';

const MOST_OUTPUT = 1_000_000;
const MOST_COMPLAINT = 10_000;

export interface ExecPlugin {
  /** The user's `exec` entry. */
  readonly exec: Json;
  /** Relative commands start from the kubeconfig's folder. */
  readonly folder: string;
  readonly cluster: KubeConfigEntry;
}

/** Two contexts with the same entry are one login, unless the plugin wants to know the cluster. */
export function execLogin(plugin: ExecPlugin): Login {
  const { exec, folder, cluster } = plugin;
  return {
    key: JSON.stringify(['exec', exec, folder, exec.provideClusterInfo === true ? cluster : undefined]),
    name: t`the credential plugin ${text(exec.command) ?? ''}`,
    run: (signal) => runExecPlugin(plugin, signal),
  };
}

/**
 * Runs the credential plugin that the kubeconfig names for this user, as client-go does. By ourselves, because the client
 * gives it no `KUBERNETES_EXEC_INFO`, leaves its input open and never ends it.
 */
async function runExecPlugin(plugin: ExecPlugin, signal: AbortSignal): Promise<LoginCredential> {
  const command = text(plugin.exec.command);
  if (!command) throw new ExpectedError(t`The kubeconfig names a credential plugin without a command.`);
  if (plugin.exec.interactiveMode === 'Always') {
    throw new ExpectedError(
      t`The credential plugin ${command} asks questions in a terminal, which is not possible here. Sign in in a terminal, or set its interactiveMode to IfAvailable.`,
    );
  }
  const output = await run({ command, plugin, signal });
  const status = record(parsed(output, command).status);
  const credential: LoginCredential = {
    token: text(status.token),
    certificate: text(status.clientCertificateData),
    key: text(status.clientKeyData),
    expires: parseTime(text(status.expirationTimestamp)),
  };
  if (credential.token === undefined && credential.certificate === undefined) {
    throw new ExpectedError(t`The credential plugin ${command} returned neither a token nor a certificate.`);
  }
  if ((credential.certificate === undefined) !== (credential.key === undefined)) {
    throw new ExpectedError(
      t`The credential plugin ${command} returned a certificate without its key, or a key alone.`,
    );
  }
  return credential;
}

function parsed(output: string, command: string): Json {
  try {
    const value: unknown = JSON.parse(output);
    if (isRecord(value)) return value;
  } catch {
    // Said below, without the parser's words: they quote the output, which holds the token.
  }
  throw new ExpectedError(t`The credential plugin ${command} did not return an ExecCredential as JSON.`);
}

interface Run {
  readonly command: string;
  readonly plugin: ExecPlugin;
  readonly signal: AbortSignal;
}

function run({ command, plugin, signal }: Run): Promise<string> {
  const { exec, folder } = plugin;
  const file = /[\\/]/.test(command) ? path.resolve(folder, command) : command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...texts(exec.args)], {
      env: environmentOf(plugin),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // A group of its own, so that what it has started ends with it; Windows has no such groups.
      detached: process.platform !== 'win32',
    });
    const end = (): void => {
      child.stdout.destroy();
      child.stderr.destroy();
      kill(child);
    };
    const abort = (): void => {
      end();
      reject(reasonOf(signal));
    };
    signal.addEventListener('abort', abort, { once: true });
    const output: Buffer[] = [];
    let size = 0;
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output.push(chunk);
      size += chunk.length;
      if (size <= MOST_OUTPUT) return;
      end();
      reject(new ExpectedError(t`The credential plugin ${command} returned far more than an ExecCredential.`));
    });
    child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-MOST_COMPLAINT)));
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(new ExpectedError(withHint(t`The credential plugin ${command} ${startProblem(error)}`, exec)));
    });
    child.on('close', (code, killed) => {
      signal.removeEventListener('abort', abort);
      if (code === 0) resolve(Buffer.concat(output).toString());
      else reject(new ExpectedError(failed(command, code ?? killed, complaint)));
    });
    if (signal.aborted) abort();
  });
}

function kill(child: ChildProcess): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

function startProblem({ code, message }: NodeJS.ErrnoException): string {
  return code === 'ENOENT' ? t`was not found in the PATH of VS Code.` : t`could not be started: ${code ?? message}.`;
}

function withHint(message: string, exec: Json): string {
  const hint = text(exec.installHint)?.trim();
  return hint ? `${message} ${hint}` : message;
}

/** The plugin's last words say best what to do (`Token has expired, run aws sso login`). */
function failed(command: string, code: number | string | null, complaint: string): string {
  const words = complaint.trim().split('\n').at(-1)?.trim().slice(0, 300);
  return t`The credential plugin ${command} failed (${code ?? 'ended'})${words ? `: ${words}` : '.'}`;
}

function environmentOf({ exec, cluster, folder }: ExecPlugin): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const { name, value } of records(exec.env)) {
    if (typeof name === 'string') env[name] = text(value) ?? '';
  }
  const spec: Record<string, unknown> = { interactive: false };
  if (exec.provideClusterInfo === true) spec.cluster = clusterInfo(cluster, folder);
  env.KUBERNETES_EXEC_INFO = JSON.stringify({
    apiVersion: text(exec.apiVersion) ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec,
  });
  return env;
}

function clusterInfo({ value }: KubeConfigEntry, folder: string): Json {
  const file = text(value['certificate-authority']);
  const config = records(value.extensions).find(({ name }) => name === 'client.authentication.k8s.io/exec');
  return {
    server: value.server,
    'tls-server-name': value['tls-server-name'],
    'insecure-skip-tls-verify': value['insecure-skip-tls-verify'],
    'certificate-authority-data': value['certificate-authority-data'],
    'certificate-authority': file === undefined ? undefined : path.resolve(folder, file),
    'proxy-url': value['proxy-url'],
    config: config?.extension,
  };
}
