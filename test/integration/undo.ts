import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { answering, ManifestEditor, until } from './editor';
import { IMAGE, workloadText } from './manifests';

const key = { kind: 'StatefulSet', namespace: 'causes', name: 'undone' };

function textOf(view: string): string | undefined {
  return vscode.workspace.textDocuments
    .find(({ uri }) => uri.scheme === 'ordinal-view' && uri.path.includes(`/${view}/`))
    ?.getText();
}

/** Chooses the first item of every quick pick, and types this into every input box, while `run` runs. */
async function choosing<T>(typed: string, run: () => Promise<T>): Promise<T> {
  const { showQuickPick, showInputBox } = vscode.window;
  Object.assign(vscode.window, {
    showQuickPick: async (items: readonly unknown[] | Promise<readonly unknown[]>) => (await items)[0],
    showInputBox: () => Promise.resolve(typed),
  });
  try {
    return await run();
  } finally {
    Object.assign(vscode.window, { showQuickPick, showInputBox });
  }
}

suite('history, undo and careful rollouts', () => {
  let editor: ManifestEditor;

  test('two applies make two revisions, which the history document shows', async () => {
    await vscode.commands.executeCommand('ordinal.connect');
    await vscode.commands.executeCommand('ordinal.selectNamespace', 'causes');
    editor = await ManifestEditor.create('undone.yaml', `# kept\n${workloadText({ name: 'undone', replicas: 1 })}`);
    await answering(() => editor.click('Apply to'));
    await editor.rolloutUntil(/1 of 1 ready/);
    await editor.replace(`${IMAGE}:1.0`, `${IMAGE}:1.1`);
    await answering(() => editor.click('Apply to'));
    await editor.rolloutUntil(/updated|0 of 1 ready/);
    await editor.rolloutUntil(/1 of 1 ready/);
    await vscode.commands.executeCommand('ordinal.showHistory', key);
    const text = await until('the history', 20_000, () => Promise.resolve(textOf('history') ?? { not: '' }));
    assert.match(text, /revision 2 · what the spec asks for/);
    assert.match(text, /image.*1\.0 → .*1\.1/);
    assert.match(text, /revision 1 · no pod runs it/);
  });

  test('the lenses of the document lead to the diff editor', async () => {
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.path.includes('/history/'));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document?.uri,
      100,
    );
    const before = lenses.find(({ command }) => command?.title === 'Compare with the one before')?.command;
    assert.ok(before, lenses.map(({ command }) => command?.title).join(' | '));
    const args: unknown[] = before.arguments ?? [];
    await vscode.commands.executeCommand(before.command, ...args);
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
    assert.ok(input instanceof vscode.TabInputTextDiff);
    assert.match((await vscode.workspace.openTextDocument(input.original)).getText(), /:1\.0/);
    assert.match((await vscode.workspace.openTextDocument(input.modified)).getText(), /:1\.1/);
  });

  test('undo asks with the change, goes back, and brings the file back with its comments', async () => {
    await vscode.window.showTextDocument(editor.document);
    const { asked } = await answering(() =>
      choosing('', async () => vscode.commands.executeCommand('ordinal.undo', key)),
    );
    assert.ok(
      asked.some((question) =>
        /Take StatefulSet undone in the namespace causes .* back to revision 1\?/.test(question),
      ),
      asked.join(' | '),
    );
    assert.match(editor.document.getText(), /^# kept\n[\s\S]*:1\.0/);
    assert.doesNotMatch(editor.document.getText(), /:1\.1/);
    await editor.document.save();
    await editor.rolloutUntil(/1 of 1 ready/);
  });

  test('scale goes through the subresource, and changes the file too', async () => {
    await answering(() => choosing('2', async () => vscode.commands.executeCommand('ordinal.scale', key)));
    await editor.rolloutUntil(/2 of 2 ready/);
    assert.match(editor.document.getText(), /replicas: 2/);
  });

  test('a restart makes a new revision, and the file needs no change', async () => {
    const before = editor.document.getText();
    await answering(async () => vscode.commands.executeCommand('ordinal.restart', key));
    await editor.rolloutUntil(/updated|1 of 2 ready/);
    await editor.rolloutUntil(/2 of 2 ready/);
    assert.equal(editor.document.getText(), before);
  });

  test('the next apply of the file is no conflict with ourselves, and keeps the restart', async () => {
    await editor.replace(`${IMAGE}:1.0`, `${IMAGE}:1.2`);
    await editor.replace('replicas: 2', 'replicas: 1');
    const { asked } = await answering(() => editor.click('Apply to'));
    assert.deepEqual(asked, []);
    await editor.rolloutUntil(/1 of 1 ready/);
  });

  test('logs, description and events open as documents', async () => {
    await choosing('', async () => vscode.commands.executeCommand('ordinal.showLogs', key));
    await vscode.commands.executeCommand('ordinal.describe', key);
    await vscode.commands.executeCommand('ordinal.showEvents', key);
    assert.match(textOf('logs') ?? '', /^# log of undone in /);
    assert.match(textOf('describe') ?? '', /restartedAt[\s\S]*:1\.2/);
    assert.match(textOf('describe') ?? '', /kind: StatefulSet/);
    assert.match(textOf('events') ?? '', /SuccessfulCreate/);
  });
});
