import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { pretendWorkbench } from './fixture/pretended-workbench.ts';
import { settle, windowMissing } from './open-page.ts';
import { withPretendedWindow } from './with-pretended-window.ts';

/** What a person without a mouse needs, and what a person sees where a screen goes on or its theme changes. */
describe.skipIf(windowMissing !== undefined)('the window by keyboard', () => {
  const { open: openInTheme } = withPretendedWindow(pretendWorkbench({ now: Date.now }));
  const open = async (hash: string): Promise<Page> => (await openInTheme(hash)).page;

  it('gives focus back to what opened the search', async () => {
    const page = await open('#/studies');
    const opener = page.getByRole('button', { name: 'Search commands, studies and runs' });
    await opener.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Search' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Search' }).waitFor({ state: 'detached' });
    expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.close();
  });

  it('keeps focus in a question, and gives it back to what asked', async () => {
    const page = await open('#/library');
    const asks = page.getByRole('button', { name: 'Remove cifar10 …' });
    await asks.focus();
    await page.keyboard.press('Enter');
    const question = page.getByRole('dialog');
    await question.waitFor();
    const focused: boolean[] = [];
    for (let stop = 0; stop < 5; stop += 1) {
      const isBehind = await page.evaluate(
        () => document.activeElement !== document.body && document.activeElement?.closest('dialog') === null,
      );
      focused.push(isBehind);
      await page.keyboard.press('Tab');
    }
    expect(focused).not.toContain(true);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(await asks.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.close();
  });

  it('shows that the study file has focus, and is left by Escape and Tab', async () => {
    const page = await open('#/studies/new');
    const file = page.getByRole('textbox', { name: 'Study file' });
    await file.focus();
    const before = await file.innerText();
    expect(await page.locator('.editor').evaluate((element) => getComputedStyle(element).outlineStyle)).toBe(
      'solid',
    );
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await file.evaluate((element) => element.contains(document.activeElement))).toBe(false);
    expect(await file.innerText()).toBe(before);
    await page.close();
  });

  it('fades the side on which a table goes on, and no other', async () => {
    const page = await open('#/compare/trade-off?study=3');
    const table = page.locator('.scroll', { has: page.getByRole('table') }).first();
    const fades = (): Promise<readonly string[]> =>
      table.evaluate((element) => {
        const style = getComputedStyle(element);
        return [style.getPropertyValue('--beyond-left'), style.getPropertyValue('--beyond-right')];
      });
    const poll = { timeout: 5000 };
    await table.waitFor();
    await page.setViewportSize({ width: 2400, height: 900 });
    await expect.poll(fades, poll).toEqual(['0px', '0px']);
    await page.setViewportSize({ width: 800, height: 900 });
    await expect.poll(fades, poll).toEqual(['0px', '36px']);
    await table.evaluate((element) => element.scrollTo(element.scrollWidth, 0));
    await expect.poll(fades, poll).toEqual(['36px', '0px']);
    await page.close();
  });

  it('fades the end of a list of settings until its last row is seen', async () => {
    const page = await open('#/compare/recipes?study=1');
    const list = page.locator('.scroll', { has: page.getByRole('table', { name: 'Settings that differ' }) });
    const fade = (): Promise<string> =>
      list.evaluate((element) => getComputedStyle(element).getPropertyValue('--beyond-below'));
    await list.waitFor();
    await expect.poll(fade, { timeout: 5000 }).toBe('36px');
    await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await expect.poll(fade, { timeout: 5000 }).toBe('0px');
    await page.close();
  });

  it('draws a chart anew when the theme changes under it', async () => {
    const page = await open('#/compare/trade-off?study=3');
    const title = page.locator('.js-plotly-plot .g-xtitle text').first();
    await title.waitFor();
    await settle(page);
    const ink = (): Promise<string> => title.evaluate((element) => getComputedStyle(element).fill);
    const light = await ink();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('dark appearance');
    await page.keyboard.press('Enter');
    await expect.poll(ink, { timeout: 5000 }).not.toBe(light);
    const text = await page.locator('body').evaluate((element) => getComputedStyle(element).color);
    expect(await ink()).toBe(text);
    await page.close();
  });
});
