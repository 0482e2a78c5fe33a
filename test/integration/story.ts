import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { answering, ManifestEditor } from './editor';
import { IMAGE, workloadText } from './manifests';

suite('the story of one StatefulSet', () => {
  let web: ManifestEditor;

  test('opening a manifest shows its lenses and makes no connection', async () => {
    web = await ManifestEditor.create('web.yaml', workloadText({ name: 'web' }));
    await web.rolloutUntil(/./);
    const lenses = await web.lenses();
    assert.equal(lenses.length, 4, lenses.join(' | '));
    assert.match(lenses[0] ?? '', /^Apply to cluster…/);
    assert.equal(lenses[1], 'Diff');
    assert.equal(lenses[2], 'Rollout: connect to see it');
  });

  test('connecting names the context, and says that the set is not there yet', async () => {
    await vscode.commands.executeCommand('ordinal.connect');
    await vscode.commands.executeCommand('ordinal.selectNamespace', 'story');
    await web.rolloutUntil(/not in story yet/);
    assert.match((await web.lenses())[0] ?? '', /^Apply to test\/story$/);
  });

  test('the first apply to a context asks, and the ordinals appear in order', async () => {
    const { asked } = await answering(() => web.click('Apply to'));
    assert.equal(asked.length, 1, 'asked once');
    const seen = await web.rolloutUntil(/3 of 3 ready/);
    const order = seen.join(' ').match(/web-\d/g) ?? [];
    assert.deepEqual([...order].sort(), order, `ordinals in order: ${seen.join(' | ')}`);
  });

  test('the hover shows the rollout pod by pod', async () => {
    const text = await web.hoverAt('replicas');
    for (const pod of ['web-0', 'web-1', 'web-2']) assert.match(text, new RegExp(`${pod}.*ready`));
  });

  test('a new image rolls out from the highest ordinal down, without asking again', async () => {
    await web.replace(`${IMAGE}:1.0`, `${IMAGE}:1.1`);
    const { asked } = await answering(() => web.click('Apply to'));
    assert.deepEqual(asked, []);
    const seen = await web.rolloutUntil(/updated/);
    seen.push(...(await web.rolloutUntil(/3 of 3 ready/)));
    assert.ok(
      seen.some((text) => /web-\d waits for web-\d/.test(text)),
      seen.join(' | '),
    );
  });

  test('applying the same again changes nothing', async () => {
    await answering(() => web.click('Apply to'));
    assert.match(await web.rolloutLens(), /3 of 3 ready/);
  });

  test('the rollout document says what kubectl rollout status says', async () => {
    await web.click('Rollout');
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'ordinal-rollout');
    assert.ok(document);
    assert.equal(document.languageId, 'ordinal-rollout');
    assert.match(document.getText(), /partitioned roll out complete: 3 new pods have been updated\.\.\./);
    assert.match(document.getText(), /● web-0/);
  });

  test('a bad image: the cause stands on the image line, the lens says where it is stuck', async () => {
    await web.replace(`${IMAGE}:1.1`, `${IMAGE}:1.2-missing`);
    await answering(() => web.click('Apply to'));
    await web.rolloutUntil(/stuck at web-2: (ErrImagePull|ImagePullBackOff)/);
    const problem = await web.problemUntil(/^image: .*1\.2-missing ← .*web-2/);
    assert.match(problem, /not found|does not exist/i);
  });

  test('the good image again: the deadlock is named before the apply', async () => {
    await web.replace(`${IMAGE}:1.2-missing`, `${IMAGE}:1.1`);
    await web.problemUntil(/^image: .* ← web-2 cannot run[\s\S]*delete the pod web-2/);
    await web.noProblemUntil(/1\.2-missing ←/);
  });

  test('after the apply the lens says that an older revision is in the way', async () => {
    await answering(() => web.click('Apply to'));
    await web.rolloutUntil(/stuck at web-2: .* in an older revision/);
  });

  test('recovering deletes that one pod, and all are ready', async () => {
    const key = { kind: 'StatefulSet', namespace: 'story', name: 'web' };
    const { asked } = await answering(async () => {
      await vscode.commands.executeCommand('ordinal.recover', { kind: 'workload', key });
    });
    assert.match(asked[0] ?? '', /Delete the pod web-2/);
    await web.rolloutUntil(/3 of 3 ready/);
    await web.noProblemUntil(/web-2/);
  });
});

suite('a Deployment', () => {
  test('applies, rolls, and says where it is stuck', async () => {
    const shop = await ManifestEditor.create(
      'shop.yaml',
      workloadText({ kind: 'Deployment', name: 'shop', replicas: 2 }),
    );
    await answering(() => shop.click('Apply to'));
    await shop.rolloutUntil(/2 of 2 ready/);
    await shop.replace(`${IMAGE}:1.0`, `${IMAGE}:9-missing`);
    await answering(() => shop.click('Apply to'));
    await shop.rolloutUntil(/stuck at shop-.*: (ErrImagePull|ImagePullBackOff)/);
    await shop.problemUntil(/^image: .*9-missing ←/);
    await shop.replace(`${IMAGE}:9-missing`, `${IMAGE}:1.0`);
    await answering(() => shop.click('Apply to'));
    await shop.rolloutUntil(/2 of 2 ready/);
  });
});
