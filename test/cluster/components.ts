import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Programs } from './build';
import { attempt, FatalError, startOf, until } from './processes';
import type { NodeState } from './nodeRemoval';

interface Component {
  pid: number;
  /** With `pid` the identity of the process: a stranger with a recycled number is never signalled. */
  started: string;
  binary: string;
  args: string[];
}

/** What does not change while a cluster lives. */
export interface ClusterFacts {
  flavour: 'kwok' | 'kubelet';
  /** When it was started, in milliseconds since 1970. */
  since: number;
  /** Of the API server, on 127.0.0.1. */
  port: number;
  programs: Programs;
}

/** What is kept in `run.json`: all that `stop` needs, also after the harness was killed. */
export interface RunState {
  /** The harness that the components end with; undefined for a cluster that outlives its starter. */
  owner: { pid: number; started: string } | undefined;
  about: ClusterFacts;
  processes: Record<string, Component>;
  nodes: NodeState | undefined;
}

/** The processes of one cluster, each with a log of its own in `dir/log`. */
export class Components {
  readonly #dir: string;
  readonly #state: RunState;
  #isStopped = false;

  constructor(dir: string, state: RunState) {
    this.#dir = dir;
    this.#state = state;
  }

  get about(): ClusterFacts {
    return this.#state.about;
  }

  get nodes(): NodeState | undefined {
    return this.#state.nodes;
  }

  set nodes(nodes: NodeState | undefined) {
    this.#state.nodes = nodes;
    this.save();
  }

  get names(): string[] {
    return Object.keys(this.#state.processes);
  }

  save(): void {
    // Others read it at any time.
    const unfinished = join(this.#dir, `run.json.${process.pid}`);
    writeFileSync(unfinished, JSON.stringify(this.#state, null, 1));
    renameSync(unfinished, join(this.#dir, 'run.json'));
  }

  start(name: string, binary: string, args: string[]): void {
    this.assertNotStopped();
    mkdirSync(join(this.#dir, 'log'), { recursive: true });
    const log = openSync(this.#logFile(name), 'a');
    // Its stdin is a pipe of ours: it ends when we do, however we end. Not so when another process started the cluster,
    // which then outlives us. Its own process group: Ctrl-C reaches only us.
    const held = this.#state.owner?.pid === process.pid;
    const child = spawn(binary, args, {
      cwd: this.#dir,
      detached: true,
      stdio: [held ? 'pipe' : 'ignore', log, log],
      env: { ...process.env, K8S_LIFELINE: held ? '1' : '' },
    });
    closeSync(log);
    child.on('error', () => undefined); // told as a component that is not running
    child.stdin?.on('error', () => undefined);
    (child.stdin as Socket | null)?.unref();
    child.unref();
    const pid = child.pid ?? 0;
    this.#state.processes[name] = { pid, started: pid ? startOf(pid) : '', binary, args };
    this.save();
  }

  /** Starts a component again, as it was started before. */
  restart(name: string): void {
    const { binary, args } = this.#component(name);
    this.start(name, binary, args);
  }

  isRunning(name: string): boolean {
    const { pid, started } = this.#component(name);
    return started !== '' && startOf(pid) === started;
  }

  /** False when the component has ended already. */
  signal(name: string, signal: NodeJS.Signals): boolean {
    return this.isRunning(name) && (attempt(() => process.kill(this.#component(name).pid, signal)) ?? false);
  }

  async ended(name: string): Promise<void> {
    await until(`end of ${name}`, () => !this.isRunning(name), 10_000);
  }

  /** For use while waiting: throws what `until` does not wait through when a component has ended by itself. */
  assertRunning(): void {
    const ended = this.names.find((name) => !this.isRunning(name));
    if (ended) throw new FatalError(`${ended} has ended`);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** For use while waiting: throws what `until` does not wait through after `stopAll`. */
  assertNotStopped(): void {
    if (this.#isStopped) throw new FatalError('the cluster was stopped');
  }

  /** Nothing can be started afterwards. All state is thrown away: nothing needs the time of an orderly end. */
  async stopAll(): Promise<void> {
    this.#isStopped = true;
    for (const name of this.names) this.signal(name, 'SIGKILL');
    for (const name of this.names) await this.ended(name);
  }

  /** The ends of the logs: what to show when something did not come up. */
  logs(lines = 6): string {
    const tail = (name: string) =>
      readFileSync(this.#logFile(name), 'utf8').trim().split('\n').slice(-lines).join('\n');
    return this.names.map((name) => `${name}:\n${attempt(() => tail(name)) ?? ''}`).join('\n');
  }

  #component(name: string): Component {
    const component = this.#state.processes[name];
    if (component) return component;
    throw new Error(`There is no component ${name}: there are ${this.names.join(', ')}.`);
  }

  #logFile(name: string): string {
    return join(this.#dir, 'log', `${name}.log`);
  }
}
