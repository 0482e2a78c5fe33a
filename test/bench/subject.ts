import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { build } from 'esbuild';
import { installHost } from '../host/installHost';

export type Told = Readonly<Record<string, unknown>> & { readonly kind: string; readonly at: number };

interface Search {
  readonly from: number;
  readonly accept: (told: Told) => boolean;
  /** When to give up. */
  readonly end: number;
}

const PATIENCE_MS = 300_000;

/**
 * A process that is measured, on the Node of the newest VS Code's extension host: that of this process would not load the
 * peer. It is told what to do and answers, a line each.
 */
export class Subject {
  readonly told: Told[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Set<() => void>();
  #ended = false;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.told.push(JSON.parse(line) as Told);
      this.#wake();
    });
    child.once('exit', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  static async start(name: 'ours' | 'informer', kubeconfig: string): Promise<Subject> {
    const file = join('out', 'bench', `${name}.mjs`);
    await build({
      entryPoints: [join('test', 'bench', 'subjects', `${name}.ts`)],
      outfile: file,
      ...{ bundle: true, platform: 'node', format: 'esm', target: 'node22', logLevel: 'error', minify: true },
      ...{ packages: 'external', alias: { vscode: resolve('test/support/vscode.ts') } },
      banner: { js: 'import { createRequire } from "node:module"; const __filename = import.meta.filename;' },
    });
    const { node } = await installHost('newest');
    const child = spawn(node, ['--expose-gc', file], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, KUBECONFIG: kubeconfig },
    });
    return new Subject(child);
  }

  /** Resolves with the next answer of this kind. */
  async ask(order: string, kind: string): Promise<Told> {
    const from = this.told.length;
    this.#child.stdin.write(`${order}\n`);
    return this.next(kind, from);
  }

  /** The first of this kind among what was told after so many lines. */
  async next(kind: string, from: number, accept: (told: Told) => boolean = () => true): Promise<Told> {
    const end = Date.now() + PATIENCE_MS;
    const timer = setTimeout(() => this.#wake(), PATIENCE_MS);
    try {
      return await this.#find(kind, { from, accept, end });
    } finally {
      clearTimeout(timer);
    }
  }

  async #find(kind: string, { from, accept, end }: Search): Promise<Told> {
    for (;;) {
      const found = this.told.slice(from).find((told) => told.kind === kind && accept(told));
      if (found) return found;
      if (Date.now() >= end)
        throw new Error(`the measured process did not tell ${kind} within ${PATIENCE_MS / 1000} s`);
      if (this.#ended) throw new Error(`the measured process has ended before it told ${kind}`);
      await new Promise<void>((done) => {
        this.#waiting.add(done);
      });
    }
  }

  async stop(): Promise<void> {
    if (this.#ended) return;
    const exited = new Promise((done) => this.#child.once('exit', done));
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(timer);
  }

  #wake(): void {
    for (const done of this.#waiting) done();
    this.#waiting.clear();
  }
}
