import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import type { Workbench } from '#host/server/workbench.ts';
import { launchBrowser } from './browser.ts';
import { servePretended } from './fixture/serve.ts';
import { openPage, type OpenPage } from './open-page.ts';

export type PretendedWindow = {
  readonly browser: () => Browser;
  /** Of the place in the window that `hash` names. */
  readonly address: (hash: string) => string;
  readonly open: (hash: string, theme?: 'light' | 'dark') => Promise<OpenPage>;
};

/** Around the tests of a `describe`: the built window over a pretended workbench. */
export function withPretendedWindow(workbench: Workbench): PretendedWindow {
  let served: Awaited<ReturnType<typeof servePretended>>;
  let browser: Browser;
  beforeAll(async () => {
    served = await servePretended(workbench);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });
  const address = (hash: string): string => served.url + hash;
  return { browser: () => browser, address, open: (hash, theme) => openPage(browser, address(hash), theme) };
}
