import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Window } from '../host/window';
import { Stage } from './stage';

let stage: Stage;

before(async () => {
  stage = await Stage.set();
});

after(() => stage.clear());

/** Opens a window for one test, and closes it whatever happens. */
async function inWindow(
  file: string,
  use: (window: Window) => Promise<void>,
  kubeconfig = stage.kubeconfig,
): Promise<void> {
  const window = await stage.window(file, { env: { KUBECONFIG: kubeconfig } });
  try {
    await use(window);
  } finally {
    await window.close();
  }
}

suite('the real window, with the packaged extension', () => {
  test('tree and hover: workloads with their state in words, and ordinals in order', () =>
    inWindow('9-deadlock.yaml', async (window) => {
      await window.openView();
      await window.row(/^mail.*stuck at mail-2/).waitFor();
      await window.row(/^shop.*4 of 4 ready · Deployment/).waitFor();
      await window.expandRow(/^mail/);
      await window.row(/^mail-2/).waitFor();
      const rows = await window.page.locator('.pane-body .monaco-list-row').allInnerTexts();
      const ordinals = rows.map((row) => /^mail-\d/.exec(row.trim())?.[0]).filter((name) => name !== undefined);
      assert.deepEqual(ordinals, ['mail-0', 'mail-1', 'mail-2']);
      assert.match(await window.hover('replicas'), /mail-0.*mail-1.*mail-2/s);
    }));

  test('lens, dialog, notification: an apply asks once, and the tree follows by itself', () =>
    inWindow('1-web.yaml', async (window) => {
      await window.openView();
      await window.lens(/Rollout: 3 of 3 ready/).waitFor();
      await window.clickLens('Apply to demo/shop');
      assert.match(await window.answerDialog('Apply'), /Apply StatefulSet web to the namespace shop of demo/);
      await window.notification(/StatefulSet web in demo\/shop configured/).waitFor();
      await window.row(/^web.*(updated|waits for)/).waitFor();
      await window.lens(/Rollout: 3 of 3 ready/).waitFor();
      await window.row(/^web.*3 of 3 ready/).waitFor();
    }));

  test('squiggle: the quota stops the upgrade at an ordinal', () =>
    inWindow('5-quota.yaml', async (window) => {
      await window.openView();
      await window.lens(/1 likely failure/).waitFor();
      await window.page.locator('.squiggly-error').first().waitFor();
      assert.match(await window.hover('400m'), /stops at cache-0.*short by 200m/s);
    }));

  test('the deadlock is named, and the tree recovers it', () =>
    inWindow('9-deadlock.yaml', async (window) => {
      await window.openView();
      await window.lens(/1 likely failure/).waitFor();
      await window.clickLens('Apply to demo/shop');
      await window.answerDialog('Apply');
      await window.row(/^mail.*older revision/).waitFor();
      await window.row(/^mail/).click({ button: 'right' });
      await window.page.locator('.monaco-menu .action-item', { hasText: 'Recover Stuck Rollout' }).first().click();
      assert.match(await window.answerDialog('Delete Pod'), /Delete the pod mail-2 in the namespace shop of demo/);
      await window.row(/^mail.*3 of 3 ready/).waitFor();
    }));

  test('the timeline shows what each ordinal did, to mouse, keys and screen readers, and is saved as a picture', () =>
    inWindow('9-deadlock.yaml', async (window) => {
      await window.openView();
      await window.lens(/Rollout: (?!connect)/).waitFor();
      await window.palette('Ordinal: Show Rollout Timeline');
      const page = window.panel();
      await page.locator('#picture svg').waitFor();
      const options = page.getByRole('option');
      assert.match((await options.allTextContents()).join('\n'), /^mail-0: .*\nmail-1: .*\nmail-2: /);
      await page.locator('#picture').focus();
      await page.locator('#picture').press('ArrowDown');
      await page.locator('#detail', { hasText: /^mail-1: / }).waitFor();
      await page.locator('#picture').press('ArrowLeft');
      await page.locator('#detail', { hasText: /^mail-1: (?!ready)/ }).waitFor();
      await page.locator('#svg').click();
      await window.page.locator('.quick-input-widget:visible').waitFor();
      await window.page.keyboard.press('Enter');
      const file = join(stage.workspace, 'mail-rollout.svg');
      for (let left = 50; left > 0 && !existsSync(file); left--) await window.page.waitForTimeout(200);
      assert.match(readFileSync(file, 'utf8'), /^<svg .*mail-2.*<\/svg>$/s);
    }));

  test('the rollout status opens beside the manifest, in the words of kubectl', () =>
    inWindow('1-web.yaml', async (window) => {
      await window.openView();
      const line = window.page.locator('.view-line', { hasText: 'partitioned roll out complete: 3 new pods' }).first();
      await window.clickLens(/Rollout: 3 of 3 ready/, line);
    }));
});

suite('bad input, where the user looks', () => {
  const sees = (text: RegExp, kubeconfig: string): Promise<void> =>
    inWindow(
      '1-web.yaml',
      async (window) => {
        await window.openView();
        await window.row(text).waitFor();
        await window.lens(/Rollout: (not connected|forbidden|sign in)/).waitFor();
      },
      kubeconfig,
    );

  const changed = (name: string, change: (text: string) => string, text: string): string => {
    const file = join(stage.folder, name);
    writeFileSync(file, change(text));
    return file;
  };

  test('no kubeconfig', () => sees(/kubeconfig/i, join(stage.folder, 'nowhere')));

  test('a kubeconfig that cannot be read', () =>
    sees(
      /kubeconfig|YAML/i,
      changed('broken', () => 'contexts: [', ''),
    ));

  test('a cluster that is not there', async () => {
    const text = JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'demo' },
      clusters: [{ name: 'demo', cluster: { server: 'https://127.0.0.1:9' } }],
      users: [{ name: 'demo', user: { token: 'x' } }],
      contexts: [{ name: 'demo', context: { cluster: 'demo', user: 'demo', namespace: 'shop' } }],
    });
    const kubeconfig = changed('gone', (same) => same, text);
    await inWindow(
      '1-web.yaml',
      async (window) => {
        await window.openView();
        await window.page
          .locator('.pane-body', { hasText: /127\.0\.0\.1:9/ })
          .first()
          .waitFor();
      },
      kubeconfig,
    );
  });

  test('an expired login', async () => {
    const { clusters } = JSON.parse(await stage.cluster.kubectl(['config', 'view', '--raw', '-o', 'json'])) as {
      clusters: unknown;
    };
    const config = {
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'demo', clusters },
      users: [{ name: 'test', user: { token: 'expired' } }],
      contexts: [{ name: 'demo', context: { cluster: 'test', user: 'test', namespace: 'shop' } }],
    };
    await sees(
      /sign in|log ?in|credentials|401|expired/i,
      changed('expired', (same) => same, JSON.stringify(config)),
    );
  });

  test('a namespace that the user may not see', async () => {
    const user = await stage.cluster.user('newcomer', { rules: [], namespace: 'shop' });
    const kubeconfig = stage.nameKubeconfig(user, join(stage.folder, 'newcomer'));
    await sees(/may not|forbidden/i, kubeconfig);
  });
});
