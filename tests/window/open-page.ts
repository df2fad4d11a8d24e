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

/** Waits until all that the page reads and draws is there, and nothing has moved for a while. */
export async function settle(page: Page): Promise<void> {
  const unfinished = page.getByText(/^(Reading|Preparing) .* …$/).first();
  await unfinished.waitFor({ state: 'detached', timeout: 60_000 });
  await page.evaluate(
    (quietMs) =>
      new Promise<void>((resolve) => {
        const isMoving = (): boolean =>
          document.getAnimations().some(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
        const rest = (): number =>
          window.setTimeout(() => {
            if (isMoving()) {
              pause = rest();
              return;
            }
            observer.disconnect();
            resolve();
          }, quietMs);
        let pause = rest();
        const observer = new MutationObserver(() => {
          window.clearTimeout(pause);
          pause = rest();
        });
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      }),
    400,
  );
}
