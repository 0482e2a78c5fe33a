import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser } from './browser';
import { installHost, type HostVersion } from './installHost';
import { artifacts } from './paths';
import { ensurePrerequisites } from './prerequisites';
import { startServer, type RunningServer } from './server';
import { pointOfText } from './pointOfText';
import { newPage, openWorkbench, workbenchAddress } from './workbench';

export interface WindowOptions {
  readonly version?: HostVersion;
  readonly folder: string;
  /** Absolute paths of the files to open, the last one in front. */
  readonly files?: readonly string[];
  /** The packaged extension to install. */
  readonly vsix?: string | undefined;
  /** Folder of an unpacked extension, instead of `vsix`. */
  readonly unpacked?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly viewport?: { readonly width: number; readonly height: number };
}

interface Parts {
  readonly page: Page;
  readonly browser: Browser;
  readonly server: RunningServer;
}

/** How long everything is waited for, in milliseconds. */
const patience = 30_000;

let windows = 0;

/** So often a lens is clicked before it counts as dead. */
const clicks = 4;

/** VS Code's window as a person has it: what is seen in it, and what can be clicked and typed. */
export class Window {
  /** For what has no method here. */
  readonly page: Page;
  readonly #browser: Browser;
  readonly #server: RunningServer;
  readonly #number = ++windows;

  private constructor({ page, browser, server }: Parts) {
    this.page = page;
    this.#browser = browser;
    this.#server = server;
  }

  static async open(options: WindowOptions): Promise<Window> {
    ensurePrerequisites();
    const host = await installHost(options.version ?? 'newest');
    const server = await startServer({
      host,
      vsix: options.vsix === undefined ? [] : [options.vsix],
      unpacked: options.unpacked === undefined ? [] : [options.unpacked],
      ...(options.settings && { settings: options.settings }),
      ...(options.env && { env: options.env }),
    });
    let browser: Browser | undefined;
    try {
      browser = await launchBrowser();
      const page = await newPage(browser, options.viewport);
      page.setDefaultTimeout(patience);
      const window = new Window({ page, browser, server });
      await window.#attempt('open', async () => {
        await openWorkbench(page, workbenchAddress(server, options));
        if ((options.files ?? []).length > 0) await page.locator('.monaco-editor .view-line').first().waitFor();
      });
      return window;
    } catch (error) {
      await browser?.close();
      await server.stop();
      throw error;
    }
  }

  /** Shows the extension's view in the side bar. */
  async openView(title = 'StatefulSets'): Promise<void> {
    await this.#attempt(`view ${title}`, async () => {
      const tab = this.page.getByRole('tab', { name: title });
      await tab.waitFor();
      if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.locator('a').click();
    });
  }

  /** The row of a tree that has this text. */
  row(text: string | RegExp): Locator {
    return this.page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
  }

  async expandRow(text: string | RegExp): Promise<void> {
    await this.#attempt(`row ${String(text)}`, async () => {
      const row = this.row(text);
      await row.waitFor();
      if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
    });
  }

  /** The lens that has this text, links and plain texts alike. */
  lens(text: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration > *', { hasText: text }).first();
  }

  /**
   * Clicks a lens until `effect` is there. VS Code draws lenses anew when it likes, and a click in that moment is lost: a
   * person sees that nothing happened and clicks again. The default effect is a dialog.
   */
  async clickLens(text: string | RegExp, effect: Locator = this.page.locator('.monaco-dialog-box')): Promise<void> {
    await this.#attempt(`lens ${String(text)}`, async () => {
      await this.lens(text).waitFor();
      for (let left = clicks; left > 0; left--) {
        await this.lens(text).click({ delay: 80 });
        const seen = await effect.waitFor({ timeout: patience / clicks }).then(
          () => true,
          () => false,
        );
        if (seen) return;
      }
      throw new Error(`${clicks} clicks had no effect`);
    });
  }

  /** Points at the first place in sight of this word, or part of one; resolves to the text of what appears. */
  async hover(word: string): Promise<string> {
    return this.#attempt(`hover of ${word}`, async () => {
      const end = Date.now() + patience;
      for (;;) {
        // What an earlier pointing showed has to go first.
        await this.page.mouse.move(0, 0);
        await this.page.locator('.monaco-hover:visible').first().waitFor({ state: 'hidden' });
        const { x, y } = await pointOfText(this.page.locator('.editor-group-container.active .view-line > span'), word);
        await this.page.mouse.move(x, y, { steps: 3 });
        const text = await this.#hoverText();
        // Its parts come one by one, and an edit in between makes it vanish.
        if (text !== '' && !text.startsWith('Loading')) return text;
        if (Date.now() > end) throw new Error('nothing appeared');
      }
    });
  }

  /** How many squiggles of errors, warnings and information are in sight. */
  async squiggles(): Promise<{ readonly error: number; readonly warning: number; readonly info: number }> {
    const count = (kind: string): Promise<number> => this.page.locator(`.squiggly-${kind}`).count();
    const [error, warning, info] = await Promise.all([count('error'), count('warning'), count('info')]);
    return { error, warning, info };
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item', { hasText: text }).first();
  }

  /** Presses this button of the modal dialog; resolves to the dialog's text. */
  async answerDialog(button: string): Promise<string> {
    return this.#attempt(`dialog with ${button}`, async () => {
      const dialog = this.page.locator('.monaco-dialog-box');
      await dialog.waitFor();
      const text = await dialog.locator('.dialog-message-container').innerText();
      await dialog.locator('.dialog-buttons').getByText(button, { exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      return text;
    });
  }

  /** Runs a command by its title in the command palette. */
  async palette(command: string): Promise<void> {
    await this.#attempt(`command ${command}`, async () => {
      await this.page.keyboard.press('F1');
      await this.#pick(`>${command}`, command);
    });
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.#attempt(`file ${name}`, async () => {
      await this.page.keyboard.press('Control+P');
      await this.#pick(name, name);
      await this.page.locator('.tab.active', { hasText: name }).waitFor();
    });
  }

  /** Replaces the first occurrence in the active editor, as pasted text: nothing is completed or indented on the way. */
  async replaceText(text: string, by: string): Promise<void> {
    await this.#attempt(`replacing ${text}`, async () => {
      await this.page.locator('.editor-group-container.active .view-lines').click();
      await this.page.keyboard.press('Control+Home');
      await this.page.keyboard.press('Control+F');
      const find = this.page.locator('.find-widget.visible .find-part textarea');
      await find.fill(text);
      // The match gets selected as the text is typed, and stays so when the widget closes.
      const status = this.page.locator('.statusbar-item', { hasText: `(${text.length} selected)` });
      await status.waitFor({ timeout: 5000 });
      // Not by Escape: that hides a notification first.
      await this.page.locator('.find-widget.visible .codicon-widget-close').click();
      await find.waitFor({ state: 'hidden' });
      await this.page.keyboard.insertText(by);
      await status.waitFor({ state: 'hidden' });
      await this.page.locator('.tab.active.dirty').waitFor();
    });
  }

  /** The page in a webview panel, which VS Code puts into two frames. */
  panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview').frameLocator('iframe');
  }

  async save(): Promise<void> {
    await this.#attempt('saving', async () => {
      await this.page.keyboard.press('Control+S');
      await this.page.locator('.tab.active:not(.dirty)').waitFor();
    });
  }

  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file });
  }

  /** Keeps a picture of the last moment, for the case that a test gave up here. */
  async close(): Promise<void> {
    await this.#keepPicture(`window-${this.#number}-last.png`);
    await this.#browser.close();
    await this.#server.stop();
  }

  async #pick(typed: string, label: string): Promise<void> {
    const box = this.page.locator('.quick-input-widget:visible');
    await box.locator('input.input').fill(typed);
    await box.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
  }

  async #hoverText(): Promise<string> {
    const hover = this.page.locator('.monaco-hover:visible').first();
    try {
      await hover.locator('.hover-contents').first().waitFor({ timeout: 4000 });
      return (await hover.innerText()).replaceAll('\u00a0', ' ');
    } catch {
      return '';
    }
  }

  /** Says what could not be done, and keeps a picture of the moment. */
  async #attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const picture = await this.#keepPicture(`window-${this.#number}-failed.png`);
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${what}: ${reason} (picture: ${picture})`, { cause: error });
    }
  }

  async #keepPicture(name: string): Promise<string> {
    const file = join(artifacts, name);
    await mkdir(artifacts, { recursive: true });
    await this.page.screenshot({ path: file, timeout: 5000 }).catch(() => undefined);
    return file;
  }
}
