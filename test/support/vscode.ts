/** What the user interface asks of VS Code where there is none: unit tests and benchmarks are built with this instead. */
import { Emitter } from '../../src/util/event';

export class EventEmitter<T> extends Emitter<T> {}

export class ThemeColor {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}

export class ThemeIcon {
  readonly id: string;
  readonly color: ThemeColor | undefined;
  constructor(id: string, color?: ThemeColor) {
    this.id = id;
    this.color = color;
  }
}

export class Range {
  readonly start: object;
  readonly end: object;
  constructor(start: object, end: object) {
    this.start = start;
    this.end = end;
  }
}

export class MarkdownString {
  value: string;
  constructor(value = '') {
    this.value = value;
  }
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;
export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2 } as const;
export const StatusBarAlignment = { Left: 1, Right: 2 } as const;
export const QuickPickItemKind = { Separator: -1, Default: 0 } as const;

export class TreeItem {
  readonly label: string;
  readonly collapsibleState: number;
  id: string | undefined;
  description: string | undefined;
  tooltip: MarkdownString | undefined;
  command: { readonly command: string; readonly arguments?: readonly unknown[] } | undefined;
  constructor(label: string, collapsibleState: number = TreeItemCollapsibleState.None) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}

export interface TreeProvider {
  readonly onDidChangeTreeData: (listener: (nodes: object[] | undefined) => void) => unknown;
  getTreeItem(node: object): TreeItem;
  getChildren(node?: object): object[];
  getParent(node: object): object | undefined;
}

interface Row {
  readonly node: object;
  item: TreeItem;
  /** `undefined`: it was never opened. */
  children: Row[] | undefined;
}

/** A tree view that asks its provider what VS Code would, and remembers the answers as VS Code shows them. */
export class DrawnTree {
  /** How often rows were drawn again, and how many were. */
  flushes = 0;
  drawn = 0;
  visible = true;
  message = '';
  selected: object | undefined;
  /** Called for each row that is drawn. */
  onDraw: (item: TreeItem) => void = () => undefined;
  readonly #provider: TreeProvider;
  readonly #open = new Set<string>();
  readonly #visibility = new Emitter<unknown>();
  readonly #collapsed = new Emitter<{ readonly element: object }>();
  #rows: Row[] | undefined;

  readonly onDidChangeVisibility = this.#visibility.event;
  readonly onDidCollapseElement = this.#collapsed.event;

  constructor(provider: TreeProvider) {
    this.#provider = provider;
    provider.onDidChangeTreeData((nodes) => {
      this.flushes++;
      if (!nodes) this.#rows = this.#draw(undefined);
      else for (const node of nodes) this.#redraw(node);
    });
  }

  /** Rows as they are seen, indented: `  web-0 · 2 of 2 ready`. */
  get lines(): readonly string[] {
    const lines: string[] = [];
    const add = (rows: readonly Row[], indent: string): void => {
      for (const { item, children } of rows) {
        lines.push(`${indent}${item.label}${item.description === undefined ? '' : ` · ${item.description}`}`);
        if (children && this.#isOpen(item)) add(children, `${indent}  `);
      }
    };
    add((this.#rows ??= this.#draw(undefined)), '');
    return lines;
  }

  /** By labels, from the root down. */
  expand(...labels: readonly string[]): void {
    const row = this.#find(labels);
    this.#open.add(row.item.id ?? '');
    row.children = this.#draw(row.node);
  }

  collapse(...labels: readonly string[]): void {
    const row = this.#find(labels);
    this.#open.delete(row.item.id ?? '');
    this.#collapsed.fire({ element: row.node });
  }

  itemAt(...labels: readonly string[]): TreeItem {
    return this.#find(labels).item;
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.#visibility.fire(undefined);
  }

  /** Opens the way to a row, as VS Code does. */
  reveal(node: object): Promise<void> {
    const way: object[] = [node];
    for (let up = this.#provider.getParent(node); up; up = this.#provider.getParent(up)) way.unshift(up);
    let rows = (this.#rows ??= this.#draw(undefined));
    for (const step of way) {
      const row = rows.find((each) => each.node === step);
      if (!row) return Promise.reject(new Error('the row to be revealed is not there'));
      if (row.item.collapsibleState !== TreeItemCollapsibleState.None) this.#open.add(row.item.id ?? '');
      rows = row.children ??= this.#draw(row.node);
    }
    this.selected = node;
    return Promise.resolve();
  }

  dispose(): void {
    this.#visibility.dispose();
    this.#collapsed.dispose();
  }

  #draw(parent: object | undefined): Row[] {
    return this.#provider.getChildren(parent).map((node) => {
      const item = this.#itemOf(node);
      const row: Row = { node, item, children: undefined };
      if (this.#isOpen(item)) row.children = this.#draw(node);
      return row;
    });
  }

  #itemOf(node: object): TreeItem {
    const item = this.#provider.getTreeItem(node);
    this.drawn++;
    this.onDraw(item);
    return item;
  }

  #isOpen({ id, collapsibleState }: TreeItem): boolean {
    return collapsibleState === TreeItemCollapsibleState.Expanded || (id !== undefined && this.#open.has(id));
  }

  #redraw(node: object): void {
    const row = this.#rowOf(node, this.#rows ?? []);
    if (!row) return;
    row.item = this.#itemOf(node);
    if (row.children) row.children = this.#isOpen(row.item) ? this.#draw(node) : undefined;
  }

  #rowOf(node: object, rows: readonly Row[]): Row | undefined {
    for (const row of rows) {
      const found = row.node === node ? row : this.#rowOf(node, row.children ?? []);
      if (found) return found;
    }
    return undefined;
  }

  #find(labels: readonly string[]): Row {
    let rows = (this.#rows ??= this.#draw(undefined));
    let found: Row | undefined;
    for (const label of labels) {
      found = rows.find(({ item }) => item.label === label);
      rows = found?.children ?? [];
    }
    if (!found) throw new Error(`no row ${labels.join(' > ')} in\n${this.lines.join('\n')}`);
    return found;
  }
}

/** What was made and asked since the start, for whoever plays the user. */
export const played = {
  tree: undefined as DrawnTree | undefined,
  commands: new Map<string, (...args: unknown[]) => unknown>(),
  /** Answers the next quick pick out of its items. */
  pick: (() => undefined) as (items: readonly Record<string, unknown>[]) => unknown,
  /** Answers the next input box. */
  type: (() => undefined) as (prompt: string) => string | undefined,
  messages: [] as string[],
  configuration: {} as Readonly<Record<string, unknown>>,
};

const nothing = { dispose: () => undefined };
const silent = (): typeof nothing => nothing;

export const commands = {
  registerCommand(id: string, run: (...args: unknown[]) => unknown) {
    played.commands.set(id, run);
    return nothing;
  },
};

export const window = {
  visibleTextEditors: [],
  createTreeView(_id: string, { treeDataProvider }: { readonly treeDataProvider: TreeProvider }) {
    return (played.tree = new DrawnTree(treeDataProvider));
  },
  createOutputChannel: () => ({ warn: silent, error: silent, info: silent, show: silent, ...nothing }),
  createStatusBarItem: () => ({ text: '', show: silent, hide: silent, ...nothing }),
  showQuickPick: (items: readonly Record<string, unknown>[]) => Promise.resolve(played.pick(items)),
  showInputBox: ({ prompt }: { readonly prompt: string }) => Promise.resolve(played.type(prompt)),
  showErrorMessage(text: string) {
    played.messages.push(text);
    return Promise.resolve(undefined);
  },
  onDidChangeVisibleTextEditors: silent,
};

export const workspace = {
  isTrusted: true,
  getConfiguration: () => ({ get: (key: string, fallback: unknown) => played.configuration[key] ?? fallback }),
  onDidChangeConfiguration: silent,
};

export const l10n = { bundle: undefined };
