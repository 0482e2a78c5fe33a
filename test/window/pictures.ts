// `npm run pictures`: the pictures of the README, taken of the real window on the demo's stage.
// ORDINAL_PICTURES=stuck,timeline takes only these.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Window } from '../host/window';
import type { Counts } from '../suites';
import { Stage } from './stage';

const FOLDER = join('docs', 'pictures');
const SIZE = { width: 1280, height: 720 };

const THEMES = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  contrast: 'Default High Contrast',
} as const;

interface Picture {
  readonly name: string;
  readonly file: string;
  /** `dark` unless said otherwise. */
  readonly theme?: keyof typeof THEMES;
  pose(window: Window): Promise<unknown>;
}

const pictures: readonly Picture[] = [
  {
    name: 'stuck',
    file: '3-image-pull.yaml',
    async pose(window) {
      await window.lens(/Rollout: 3 of 3 ready/).waitFor();
      await window.lens(/\d notes?/).waitFor();
      await window.clickLens('Apply to demo/shop');
      await window.answerDialog('Apply');
      await window.row(/^orders.*stuck at orders-2/).waitFor();
      await window.expandRow(/^orders/);
      await window.row(/^orders-2/).waitFor();
      await window.page.locator('.squiggly-error').first().waitFor();
      await window.hover('1.1-missing');
    },
  },
  {
    name: 'status',
    file: '3-image-pull.yaml',
    async pose(window) {
      await window.clickLens(
        /Rollout: stuck at orders-2/,
        window.page.getByText('# as kubectl rollout status prints it'),
      );
      await window.page.getByText('cause:').first().waitFor();
    },
  },
  {
    name: 'timeline',
    file: '1-web.yaml',
    async pose(window) {
      await window.lens(/Rollout: 3 of 3 ready/).waitFor();
      await window.clickLens('Apply to demo/shop');
      await window.answerDialog('Apply');
      await window.row(/^web.*updated/).waitFor();
      await window.palette('Ordinal: Show Rollout Timeline');
      const page = window.panel();
      await page.locator('#picture svg').waitFor();
      await window.row(/^web.*3 of 3 ready/).waitFor();
      await page.getByText('web-2', { exact: true }).click();
      await page.getByText(/complete/).waitFor();
    },
  },
  ...(['light', 'contrast'] as const).map((theme): Picture => ({
    name: `timeline-${theme}`,
    file: '3-image-pull.yaml',
    theme,
    async pose(window) {
      await window.row(/^orders.*stuck at orders-2/).waitFor();
      await window.palette('Ordinal: Show Rollout Timeline');
      const page = window.panel();
      await page.locator('#picture svg').waitFor();
      await page.locator('#picture').focus();
      for (const key of ['ArrowDown', 'ArrowDown']) await page.locator('#picture').press(key);
      await page.getByText(/orders-2: (?:ErrImagePull|ImagePullBackOff) ·/).waitFor();
    },
  })),
  {
    name: 'foreseen',
    file: '5-quota.yaml',
    async pose(window) {
      await window.lens(/1 likely failure/).waitFor();
      await window.page.locator('.squiggly-error').first().waitFor();
      await window.hover('400m');
    },
  },
];

export async function takePictures(): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  mkdirSync(FOLDER, { recursive: true });
  const stage = await Stage.set();
  try {
    const only = process.env.ORDINAL_PICTURES?.split(',');
    for (const picture of pictures.filter((each) => only?.includes(each.name) ?? true)) {
      const { name, file, theme = 'dark' } = picture;
      const settings = { 'workbench.colorTheme': THEMES[theme] };
      const window = await stage.window(file, { viewport: SIZE, settings });
      try {
        await window.openView();
        await picture.pose(window);
        await window.screenshot(join(FOLDER, `${name}.png`));
        counts.passed++;
        console.log(`✔ ${name}.png`);
      } catch (error) {
        counts.failed++;
        console.error(`✖ ${name}.png`, error);
      } finally {
        await window.close();
      }
    }
  } finally {
    await stage.clear();
  }
  return counts;
}
