import type * as vscode from 'vscode';
import type { KubeContext } from '../cluster/main';

/** What the user has chosen, kept per workspace. */
export interface Selection {
  readonly context: string;
  /** Of manifests that name none. */
  readonly namespace: string;
}

const SELECTION = 'ordinal.selection';
const NAMESPACES = 'ordinal.shownNamespaces';
const BESIDE = 'ordinal.contextsBeside';
const CONSENTS = 'ordinal.consentedContexts';

/** What this workspace remembers: chosen context and namespace, and what the tree shows of which context. */
export class WorkspaceMemory {
  readonly #memento: vscode.Memento;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  get selection(): Selection | undefined {
    return this.#memento.get<Selection>(SELECTION);
  }

  async select(selection: Selection): Promise<void> {
    await this.#memento.update(SELECTION, selection);
    await this.#showBeside(this.contextsBeside.filter((context) => context !== selection.context));
  }

  /** `undefined`: all. Until somebody chooses: that of the context; `default` is what a context has that names none. */
  namespacesOf({ name, namespace }: KubeContext): readonly string[] | undefined {
    const chosen = this.#memento.get<Record<string, readonly string[] | null>>(NAMESPACES, {})[name];
    if (chosen !== undefined) return chosen ?? undefined;
    const { selection } = this;
    const own = selection?.context === name ? selection.namespace : namespace;
    return own === 'default' ? undefined : [own];
  }

  async show(context: string, namespaces: readonly string[] | undefined): Promise<void> {
    const all = this.#memento.get<Record<string, readonly string[] | null>>(NAMESPACES, {});
    await this.#memento.update(NAMESPACES, { ...all, [context]: namespaces ?? null });
  }

  /** Contexts that are shown beside the chosen one, in the order in which they were added. */
  get contextsBeside(): readonly string[] {
    return this.#memento.get<readonly string[]>(BESIDE, []);
  }

  async addContext(context: string): Promise<void> {
    await this.#showBeside([...this.contextsBeside.filter((each) => each !== context), context]);
  }

  async removeContext(context: string): Promise<void> {
    await this.#showBeside(this.contextsBeside.filter((each) => each !== context));
  }

  async #showBeside(contexts: readonly string[]): Promise<void> {
    await this.#memento.update(BESIDE, contexts);
  }

  hasConsent(context: string): boolean {
    return this.#memento.get<readonly string[]>(CONSENTS, []).includes(context);
  }

  async giveConsent(context: string): Promise<void> {
    await this.#memento.update(CONSENTS, [...this.#memento.get<readonly string[]>(CONSENTS, []), context]);
  }
}
