import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { chromiumAbsent, findChromium } from './browser.ts';

/** Why the built window cannot be looked at; undefined where it can. */
export const windowMissing =
  findChromium() === undefined
    ? chromiumAbsent
    : existsSync('dist/renderer/index.html')
      ? undefined
      : 'The window is not built. Run "npm run build" first.';

/** A page, and what the browser complained of in it. */
export type OpenPage = { readonly page: Page; readonly complaints: readonly string[] };

export async function openPage(
  browser: Browser,
  address: string,
  theme: 'light' | 'dark' = 'light',
): Promise<OpenPage> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: theme });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(address);
  return { page, complaints };
}
