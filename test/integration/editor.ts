import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';

/** What a test sees of an open manifest: the lenses, squiggles and hovers a person would. */
export class ManifestEditor {
  readonly document: vscode.TextDocument;

  private constructor(document: vscode.TextDocument) {
    this.document = document;
  }

  /** Writes a file into the workspace and opens it. */
  static async create(name: string, text: string): Promise<ManifestEditor> {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder, 'the tests need a workspace folder');
    const file = join(folder.uri.fsPath, name);
    await writeFile(file, text);
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    return new ManifestEditor(document);
  }

  /** Titles of the lenses, in the order of the row. */
  async lenses(): Promise<string[]> {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      this.document.uri,
      100,
    );
    return lenses.map(({ command }) => command?.title ?? '');
  }

  async rolloutLens(): Promise<string> {
    return (await this.lenses()).find((title) => title.startsWith('Rollout')) ?? '';
  }

  /** Runs the command of the first lens whose title begins so, as a click does. */
  async click(start: string): Promise<void> {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      this.document.uri,
      100,
    );
    const command = lenses.map((lens) => lens.command).find((each) => each?.title.includes(start));
    assert.ok(command, `there is a lens ${start}`);
    const args: unknown[] = command.arguments ?? [];
    await vscode.commands.executeCommand(command.command, ...args);
  }

  /** `line: message` of each squiggle of ours, lines counted from 1. */
  problems(): string[] {
    return vscode.languages
      .getDiagnostics(this.document.uri)
      .filter(({ source }) => source?.startsWith('ordinal'))
      .map(({ range, message }) => `${this.document.lineAt(range.start.line).text.trim()} ← ${message}`);
  }

  async hoverAt(word: string): Promise<string> {
    const position = this.document.positionAt(this.document.getText().indexOf(word) + 1);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      this.document.uri,
      position,
    );
    return hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
      .join('\n')
      .replace(/&nbsp;/g, ' ');
  }

  async replace(text: string, by: string): Promise<void> {
    const start = this.document.getText().indexOf(text);
    assert.ok(start >= 0, `the manifest contains ${text}`);
    const edit = new vscode.WorkspaceEdit();
    const range = new vscode.Range(this.document.positionAt(start), this.document.positionAt(start + text.length));
    edit.replace(this.document.uri, range, by);
    await vscode.workspace.applyEdit(edit);
    await this.document.save();
  }

  /** Waits until a lens of the rollout says this, and returns every different text on the way. */
  async rolloutUntil(wanted: RegExp, timeout = 60_000): Promise<string[]> {
    const seen: string[] = [];
    await until(`a lens like ${String(wanted)}`, timeout, async () => {
      const text = await this.rolloutLens();
      if (seen.at(-1) !== text) seen.push(text);
      return wanted.test(text) ? text : { not: seen.join(' | ') };
    });
    return seen;
  }

  async problemUntil(wanted: RegExp, timeout = 60_000): Promise<string> {
    return until(`a problem like ${String(wanted)}`, timeout, () => {
      const problems = this.problems();
      return Promise.resolve(problems.find((problem) => wanted.test(problem)) ?? { not: problems.join(' | ') });
    });
  }

  async noProblemUntil(unwanted: RegExp, timeout = 60_000): Promise<void> {
    await until(`no problem like ${String(unwanted)}`, timeout, () => {
      const problem = this.problems().find((each) => unwanted.test(each));
      return Promise.resolve(problem === undefined ? 'gone' : { not: problem });
    });
  }
}

/** Asks again until there is a value; the error says what was there instead. */
export async function until<T extends string>(
  what: string,
  timeout: number,
  ask: () => Promise<T | { readonly not: string }>,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (typeof answer === 'string') return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${timeout} ms; there was: ${answer.not}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Answers every question of the extension with its first button, or a chosen one, while `run` runs: a test cannot click a dialog. */
export async function answering<T>(
  run: () => Promise<T>,
  choose: (items: readonly string[]) => string | undefined = ([first]) => first,
): Promise<{ readonly result: T; readonly asked: string[] }> {
  const original = vscode.window.showWarningMessage;
  const asked: string[] = [];
  const answer = (
    message: string,
    options: vscode.MessageOptions | string,
    ...items: string[]
  ): Promise<string | undefined> => {
    asked.push(message);
    return Promise.resolve(choose(typeof options === 'string' ? [options, ...items] : items));
  };
  Object.assign(vscode.window, { showWarningMessage: answer });
  try {
    return { result: await run(), asked };
  } finally {
    Object.assign(vscode.window, { showWarningMessage: original });
  }
}
