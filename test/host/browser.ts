import { chromium as driver, type Browser } from 'playwright-core';
import { chromium } from './prerequisites';

/** A headless browser that asks nothing of the network by itself. */
export function launchBrowser(): Promise<Browser> {
  const background = ['--no-first-run', '--disable-background-networking', '--disable-component-update'];
  return driver.launch({
    executablePath: chromium(),
    // Playwright's handling of signals keeps the process alive; the browser ends with us anyway.
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-sync', ...background],
  });
}
