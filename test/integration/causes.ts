import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { answering, ManifestEditor } from './editor';
import { IMAGE, workloadText } from './manifests';

/** The runner has put a quota of 1 CPU on `small` and a LimitRange of at most 512Mi per container on `tidy`. */
async function inNamespace(namespace: string): Promise<void> {
  await vscode.commands.executeCommand('ordinal.connect');
  await vscode.commands.executeCommand('ordinal.selectNamespace', namespace);
}

const probe = (path: string, port: string): string => `
ports:
  - { name: http, containerPort: 8080 }
readinessProbe:
  httpGet: { path: ${path}, port: ${port} }
  periodSeconds: 1
  failureThreshold: 1`;

suite('fields of somebody else', () => {
  test('are taken over only when the user says so', async () => {
    await inNamespace('causes');
    const text = workloadText({ name: 'owned', replicas: 1, image: `${IMAGE}:1.1` });
    const editor = await ManifestEditor.create('owned.yaml', text);
    await editor.rolloutUntil(/1 of 1 ready/);
    const take = (items: readonly string[]): string | undefined =>
      items.find((item) => item.startsWith('Take')) ?? items[0];
    const { asked } = await answering(() => editor.click('Apply to'), take);
    assert.match(asked.at(-1) ?? '', /^Take these fields of StatefulSet owned over from kubectl\?/);
    await editor.rolloutUntil(/updated|0 of 1 ready/);
    await editor.rolloutUntil(/1 of 1 ready/);
  });
});

suite('each cause, foreseen and observed', () => {
  test('image pull: a malformed reference and a missing pull secret are foreseen', async () => {
    await inNamespace('causes');
    const pod = 'imagePullSecrets:\n  - name: no-such-login';
    const editor = await ManifestEditor.create(
      'image.yaml',
      workloadText({ name: 'image', image: 'Shop//web:1', pod }),
    );
    await editor.problemUntil(/^image: Shop\/\/web:1 ←/);
    await editor.problemUntil(/no-such-login ← .*does not exist/);
  });

  test('image pull: observed on the image line', async () => {
    const editor = await ManifestEditor.create(
      'pull.yaml',
      workloadText({ name: 'pull', image: 'registry.example.com/shop/web:missing' }),
    );
    await answering(() => editor.click('Apply to'));
    await editor.problemUntil(/^image: .*:missing ← .*pull-0/);
  });

  test('permissions: a ServiceAccount that does not exist, foreseen and observed', async () => {
    const pod = 'serviceAccountName: no-such-account';
    const editor = await ManifestEditor.create('account.yaml', workloadText({ name: 'account', pod }));
    await editor.problemUntil(/^serviceAccountName: no-such-account ← .*does not exist/);
    await answering(() => editor.click('Apply to'));
    await editor.problemUntil(/^serviceAccountName: no-such-account ← .*(refused|account-0)/);
    await editor.rolloutUntil(/stuck/);
  });

  test('readiness: a port that the container does not have is foreseen', async () => {
    const editor = await ManifestEditor.create(
      'probe.yaml',
      workloadText({ name: 'probe', container: probe('/ready', 'web') }),
    );
    await editor.problemUntil(/port: web.* ← /);
  });

  test('readiness: observed on the probe', async () => {
    const container = probe('/fail', 'http');
    const editor = await ManifestEditor.create(
      'unready.yaml',
      workloadText({ name: 'unready', replicas: 1, container }),
    );
    await answering(() => editor.click('Apply to'));
    await editor.problemUntil(/(readinessProbe|httpGet|path).* ← .*unready-0/);
  });

  test('runtime: a key that a ConfigMap lacks is foreseen', async () => {
    const container = `
env:
  - name: MODE
    valueFrom:
      configMapKeyRef: { name: settings, key: no-such-key }`;
    const editor = await ManifestEditor.create('key.yaml', workloadText({ name: 'key', container }));
    await editor.problemUntil(/no-such-key.* ← /);
  });

  test('runtime: a crash is observed with its exit code', async () => {
    const container = `command: ['sh', '-c', 'echo crash: no database; exit 1']`;
    const editor = await ManifestEditor.create('crash.yaml', workloadText({ name: 'crash', replicas: 1, container }));
    await answering(() => editor.click('Apply to'));
    await editor.problemUntil(/ ← .*crash-0.*(exit code|code) 1/);
  });

  test('quota: foreseen per ordinal, and observed', async () => {
    await inNamespace('small');
    const container = 'resources:\n  requests: { cpu: 400m }';
    const editor = await ManifestEditor.create('quota.yaml', workloadText({ name: 'quota', container }));
    await editor.problemUntil(/ ← .*quota-2.*cpu/);
    await answering(() => editor.click('Apply to'));
    await editor.problemUntil(/ ← .*exceeded quota/i);
  });

  test('LimitRange: foreseen and observed', async () => {
    await inNamespace('tidy');
    const container = 'resources:\n  limits: { memory: 1Gi }';
    const editor = await ManifestEditor.create('limit.yaml', workloadText({ name: 'limit', container }));
    await editor.problemUntil(/memory: 1Gi.* ← .*512Mi/);
    await answering(() => editor.click('Apply to'));
    await editor.problemUntil(/ ← .*(limit-0|refused).*512Mi/);
  });

  test('StatefulSet: an immutable field is named on its line', async () => {
    await inNamespace('causes');
    const text = workloadText({ name: 'fixed', replicas: 1 });
    const editor = await ManifestEditor.create('fixed.yaml', text);
    await answering(() => editor.click('Apply to'));
    await editor.rolloutUntil(/1 of 1 ready/);
    await editor.replace('serviceName: fixed', 'serviceName: other');
    await editor.problemUntil(/^serviceName: other ← /);
    await answering(() => editor.click('Apply to'));
    assert.match(await editor.problemUntil(/updates to statefulset spec/), /Forbidden|forbidden/);
  });
});
