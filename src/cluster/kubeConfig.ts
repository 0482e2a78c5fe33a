import { statSync, type Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { load, YAMLException } from 'js-yaml';
import { type Disposable, toDisposable } from '../util/disposable';
import { ExpectedError } from '../util/errors';
import { type Json, isRecord, record, records, text } from './json';
import { t } from '../util/l10n';

export interface KubeConfigOptions {
  /** A file that the user has set; `undefined` or empty: the files of `KUBECONFIG`, else `~/.kube/config`. */
  readonly path?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly home?: string;
}

export interface KubeContext {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  /** `default` when the context names none. */
  readonly namespace: string;
  /** Empty when the kubeconfig does not have the cluster. */
  readonly server: string;
}

/** An entry as it is written, and the folder that its relative paths start from. */
export interface KubeConfigEntry {
  readonly value: Json;
  readonly folder: string;
}

export interface LoadedKubeConfig {
  /** The files that were read. */
  readonly files: readonly string[];
  /** `undefined` when no file names one. */
  readonly currentContext: string | undefined;
  readonly contexts: readonly KubeContext[];
  /** These hold credentials: they never go into a log or a message. */
  readonly clusters: ReadonlyMap<string, KubeConfigEntry>;
  readonly users: ReadonlyMap<string, KubeConfigEntry>;
}

/**
 * Reads the kubeconfig as kubectl does: of several files the first entry of a name wins, and files that do not exist are
 * left out. Written by ourselves, since the client refuses both, and runs `wsl.exe` on Windows.
 */
export async function loadKubeConfig(options: KubeConfigOptions = {}): Promise<LoadedKubeConfig> {
  const read = await Promise.all(candidates(options).map(async (file) => ({ file, content: await readConfig(file) })));
  const found = read.flatMap(({ file, content }) => (content === undefined ? [] : [{ file, content }]));
  if (found.length === 0) throw new ExpectedError(whyNone(options));

  const clusters = new Map<string, KubeConfigEntry>();
  const users = new Map<string, KubeConfigEntry>();
  const contexts = new Map<string, Json>();
  let currentContext: string | undefined;
  for (const { file, content } of found) {
    const folder = path.dirname(file);
    collect(content.clusters, 'cluster', (name, value) => addOnce(clusters, name, { value, folder }));
    collect(content.users, 'user', (name, value) => addOnce(users, name, { value, folder }));
    collect(content.contexts, 'context', (name, value) => addOnce(contexts, name, value));
    currentContext ??= text(content['current-context']) || undefined;
  }
  return {
    files: found.map(({ file }) => file),
    currentContext,
    contexts: [...contexts].map(([name, value]) => contextOf(name, value, clusters)),
    clusters,
    users,
  };
}

/** Calls back when one of the files changes, appears or vanishes. */
export function watchKubeConfig(options: KubeConfigOptions, onChange: () => void): Disposable {
  // By polling: a kubeconfig is often a symbolic link or replaced by a rename, which file events miss on some systems.
  // The first look is taken now, so that a change right after this call is not taken for the beginning.
  const marks = new Map(candidates(options).map((file) => [file, markOf(statNow(file))]));
  let disposed = false;
  const look = async (): Promise<void> => {
    let changed = false;
    for (const [file, before] of marks) {
      const now = markOf(await stat(file).catch(() => undefined));
      if (now === before) continue;
      marks.set(file, now);
      changed = true;
    }
    // `disposed` may have become true while the files were looked at.
    if (changed && !disposed) onChange();
  };
  const timer = setInterval(() => void look(), POLL_MS).unref();
  return toDisposable(() => {
    disposed = true;
    clearInterval(timer);
  });
}

const POLL_MS = 2000;

/** A file that may not be looked at is as good as none. */
function statNow(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

/** Differs when the file was written, replaced, made or removed. */
function markOf(stats: Stats | undefined): string {
  return stats ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : '';
}

function candidates({ path: chosen, env = process.env, home = homedir() }: KubeConfigOptions): readonly string[] {
  if (chosen) return [withHome(chosen, home)];
  const listed = (env.KUBECONFIG ?? '').split(path.delimiter).filter((file) => file !== '');
  return listed.length > 0
    ? [...new Set(listed.map((file) => path.resolve(file)))]
    : [path.join(home, '.kube', 'config')];
}

function withHome(file: string, home: string): string {
  return path.resolve(/^~(?=$|[\\/])/.test(file) ? path.join(home, file.slice(1)) : file);
}

function whyNone(options: KubeConfigOptions): string {
  const files = candidates(options).join(', ');
  if (options.path)
    return t`There is no kubeconfig at ${files}. Correct the setting ordinal.kubeconfig or create the file.`;
  return (options.env ?? process.env).KUBECONFIG
    ? t`There is no kubeconfig: KUBECONFIG names ${files}, which does not exist.`
    : t`There is no kubeconfig: KUBECONFIG is not set and ${files} does not exist. Create it, or name one in the setting ordinal.kubeconfig.`;
}

/** `undefined` when the file does not exist. */
async function readConfig(file: string): Promise<Json | undefined> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ExpectedError(t`Could not read the kubeconfig ${file}: ${code ?? t`unknown error`}.`, { cause: error });
  }
  if (content.trim() === '') return {};
  const parsed = parse(file, content);
  if (!isRecord(parsed))
    throw new ExpectedError(t`The kubeconfig ${file} is not a kubeconfig: it holds no YAML mapping.`);
  return parsed;
}

function parse(file: string, content: string): unknown {
  try {
    return load(content);
  } catch (error) {
    // Neither the message nor the cause of a YAML error may go on: both quote lines of the file, which holds tokens.
    const problem = error instanceof YAMLException ? error : undefined;
    const line = problem?.mark ? t` in line ${problem.mark.line + 1}` : '';
    throw new ExpectedError(
      t`The kubeconfig ${file} is not valid YAML${line}: ${problem?.reason ?? t`unknown error`}.`,
    );
  }
}

function collect(entries: unknown, kind: string, add: (name: string, value: Json) => void): void {
  for (const entry of records(entries)) {
    const name = text(entry.name);
    if (name) add(name, record(entry[kind]));
  }
}

function addOnce<T>(map: Map<string, T>, name: string, value: T): void {
  if (!map.has(name)) map.set(name, value);
}

function contextOf(name: string, value: Json, clusters: ReadonlyMap<string, KubeConfigEntry>): KubeContext {
  const cluster = text(value.cluster) ?? '';
  return {
    name,
    cluster,
    user: text(value.user) ?? '',
    namespace: text(value.namespace) || 'default',
    server: text(clusters.get(cluster)?.value.server) ?? '',
  };
}
