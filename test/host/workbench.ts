import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { RunningServer } from './server';

export interface WorkbenchOptions {
  readonly folder?: string | undefined;
  readonly files?: readonly string[];
  /** Folders of extensions under development. This and `tests` need a server that was started with `testing`. */
  readonly development?: readonly string[];
  /** Module whose `run` is called in the extension host. */
  readonly tests?: string | undefined;
  readonly disableExtensions?: boolean;
}

/** Where a browser finds the workbench with these things open. */
export function workbenchAddress({ authority, token }: RunningServer, options: WorkbenchOptions): string {
  const { folder, files = [], development = [], tests, disableExtensions = false } = options;
  const uri = (path: string): string => `vscode-remote://${authority}${encodeURI(resolve(path))}`;
  const payload = [['skipWelcome', 'true']];
  for (const path of development) payload.push(['extensionDevelopmentPath', uri(path)]);
  if (tests !== undefined) payload.push(['extensionTestsPath', uri(tests)]);
  if (disableExtensions) payload.push(['disableExtensions', 'true']);
  for (const path of files) payload.push(['openFile', uri(path)]);
  const query = new URLSearchParams(folder === undefined ? { ew: 'true' } : { folder: resolve(folder) });
  query.set('payload', JSON.stringify(payload));
  if (token !== undefined) query.set('tkn', token);
  return `http://${authority}/?${query.toString()}`;
}

/** A page that reaches this machine only. The workbench is not open yet: see `openWorkbench`. */
export async function newPage(browser: Browser, viewport = { width: 1280, height: 800 }): Promise<Page> {
  const context = await browser.newContext({ viewport });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await context.route(
    ({ hostname }) => hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  return context.newPage();
}

export async function openWorkbench(page: Page, address: string): Promise<void> {
  await page.goto(address, { timeout: 60_000 });
  await page.waitForSelector('.monaco-workbench', { timeout: 60_000 });
}
