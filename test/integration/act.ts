import assert from 'node:assert/strict';
import { suite, suiteTeardown, test } from 'mocha';
import * as vscode from 'vscode';
import { answering, ManifestEditor, until } from './editor';
import { IMAGE, workloadText } from './manifests';

const objects = (): readonly vscode.TextDocument[] =>
  vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'ordinal-object');

async function inNamespace(namespace: string): Promise<void> {
  await vscode.commands.executeCommand('ordinal.connect');
  await vscode.commands.executeCommand('ordinal.selectNamespace', namespace);
}

const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('ordinal');

suite('what changes a cluster', () => {
  suiteTeardown(async () => {
    for (const name of ['readOnlyContexts', 'changeCause', 'changeCauseTemplate'])
      await settings().update(name, undefined, vscode.ConfigurationTarget.Global);
  });

  test('a file of many is applied in the order of what needs what, and the report tells of each', async () => {
    await inNamespace('causes');
    const set = workloadText({ name: 'many', replicas: 0 });
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: many\n  namespace: made-here\ndata: { a: "1" }\n';
    const space = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: made-here\n';
    await ManifestEditor.create('many.yaml', [set, map, space].join('\n---\n'));
    const said: string[] = [];
    const original = vscode.window.showInformationMessage;
    const listen = (message: string): Promise<string | undefined> => {
      said.push(message);
      return Promise.resolve('Show Report');
    };
    Object.assign(vscode.window, { showInformationMessage: listen });
    try {
      await answering(async () => vscode.commands.executeCommand('ordinal.applyFile'));
    } finally {
      Object.assign(vscode.window, { showInformationMessage: original });
    }
    assert.deepEqual(said, ['Applied to test: 3 created, 0 configured, 0 unchanged.']);
    const report = await until('the report', 10_000, () =>
      Promise.resolve(
        objects()
          .find((each) => /created/.test(each.getText()))
          ?.getText() ?? { not: 'no report' },
      ),
    );
    assert.match(report, /created {2}Namespace .*\ncreated {2}ConfigMap made-here\/many .*\ncreated {2}StatefulSet/);
  });

  test('the diff shows what would change, and no noise', async () => {
    const text = workloadText({ name: 'many', replicas: 0 });
    const editor = await ManifestEditor.create('diff.yaml', text.replace(`${IMAGE}:1.0`, `${IMAGE}:1.1`));
    await answering(() => editor.click('Diff'));
    const of = (side: string): string | undefined =>
      objects()
        .find(({ uri }) => uri.path.startsWith(`/${side}/`))
        ?.getText();
    const live = await until('the live side', 10_000, () => Promise.resolve(of('live') ?? { not: 'none' }));
    const after = of('after') ?? '';
    assert.equal(live.replace(`${IMAGE}:1.0`, `${IMAGE}:1.1`), after);
    assert.doesNotMatch(after, /managedFields|status:|uid:|dnsPolicy|terminationMessagePath/);
    assert.match(after, /^apiVersion: apps\/v1\nkind: StatefulSet\nmetadata:\n/);
  });

  test('a template’s cause is kept with the revision', async () => {
    const { Global } = vscode.ConfigurationTarget;
    await settings().update('changeCause', 'template', Global);
    await settings().update('changeCauseTemplate', 'from ${file}', Global);
    const editor = await ManifestEditor.create('cause.yaml', workloadText({ name: 'many', replicas: 0 }));
    await editor.replace(`${IMAGE}:1.0`, `${IMAGE}:1.1`);
    await answering(() => editor.click('Apply to'));
    await settings().update('changeCause', undefined, Global);
    await editor.replace(`${IMAGE}:1.1`, `${IMAGE}:1.2`);
    await answering(() => editor.click('Diff'));
    const after = await until('the cause', 10_000, () => {
      const live = objects().find(({ uri }) => uri.path.startsWith('/live/'));
      const found = live?.getText() ?? '';
      return Promise.resolve(found.includes('from cause.yaml') ? found : { not: found });
    });
    assert.match(after, /kubernetes\.io\/change-cause: from cause\.yaml/);
  });

  test('fields of others are left out of the file when the person says so', async () => {
    const editor = await ManifestEditor.create('left.yaml', workloadText({ name: 'owned', replicas: 4 }));
    const leave = (items: readonly string[]): string | undefined =>
      items.find((item) => item.startsWith('Leave')) ?? items[0];
    await answering(() => editor.click('Apply to'), leave);
    assert.doesNotMatch(editor.document.getText(), /replicas: 4/);
  });

  test('nothing is written to a read-only context', async () => {
    await settings().update('readOnlyContexts', ['test'], vscode.ConfigurationTarget.Global);
    const editor = await ManifestEditor.create('readonly.yaml', workloadText({ name: 'never', replicas: 0 }));
    const said: string[] = [];
    const original = vscode.window.showErrorMessage;
    Object.assign(vscode.window, {
      showErrorMessage: (message: string): Promise<undefined> => {
        said.push(message);
        return Promise.resolve(undefined);
      },
    });
    try {
      await answering(() => editor.click('Apply to'));
    } finally {
      Object.assign(vscode.window, { showErrorMessage: original });
    }
    assert.match(said[0] ?? '', /the context test is read-only/);
    await editor.rolloutUntil(/not in causes yet/);
  });
});
