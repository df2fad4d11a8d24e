import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { pretendWorkbench } from './fixture/pretended-workbench.ts';
import { settle, windowMissing } from './open-page.ts';
import { withPretendedWindow } from './with-pretended-window.ts';

/** The built window over pretended data: what needs no training to be seen. */
if (windowMissing !== undefined) console.warn(`Window tests are skipped. ${windowMissing}`);

describe.skipIf(windowMissing !== undefined)('the window', () => {
  const workbench = pretendWorkbench({ now: Date.now, copies: 50 });
  const done = workbench.runs.list().find((run) => run.state === 'done');
  const { browser, address, open } = withPretendedWindow(workbench);

  it.each([
    ['#/studies', 'Studies'],
    ['#/studies/new?preset=quickstart', 'New study'],
    ['#/studies/1/progress', 'Compression sweep'],
    ['#/studies/1/result', 'Compression sweep'],
    ['#/farm', 'Farm'],
    ['#/runs', 'Runs'],
    [`#/runs/${done?.key ?? ''}`, done?.name ?? ''],
    ['#/compare/trade-off', 'Compare'],
    ['#/compare/epsilon', 'Compare'],
    ['#/compare/matrix', 'Compare'],
    ['#/compare/difference', 'Compare'],
    ['#/compare/recipes', 'Compare'],
    ['#/open-world/acceptance?study=3', 'Open world'],
    ['#/open-world/distributions?study=3', 'Open world'],
    ['#/open-world/ratios?study=3', 'Open world'],
    ['#/open-world/mitigation?study=3', 'Open world'],
    ['#/open-world/examples?study=3', 'Open world'],
    ['#/open-world/acceptance?study=2', 'Open world'],
    ['#/library', 'Library'],
    ['#/settings', 'Settings'],
  ])('shows %s without a complaint of the browser, light and dark', async (hash, heading) => {
    for (const theme of ['light', 'dark'] as const) {
      const { page, complaints } = await open(hash, theme);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      await settle(page);
      expect(complaints).toEqual([]);
      expect(await lowContrasts(page)).toEqual([]);
      await page.close();
    }
  });

  it('underlines a mistake in a study at its place and takes no such study', async () => {
    const { page } = await open('#/studies/new');
    await page.getByRole('textbox', { name: 'Study file' }).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('density: 2');
    await page.getByText('was sparsity meant?').waitFor();
    expect(await page.locator('.cm-lintRange-error').innerText()).toBe('2');
    expect(await page.getByRole('button', { name: 'Submit study' }).isDisabled()).toBe(true);
    await page.close();
  });

  it('keeps few rows of many runs in the document and scrolls to the last one', async () => {
    const { page } = await open('#/runs');
    const grid = page.getByRole('grid', { name: 'Runs' });
    await grid.focus();
    const count = Number(await grid.getAttribute('aria-rowcount')) - 1;
    expect(count).toBeGreaterThan(8000);
    await page.keyboard.press('End');
    await grid.locator(`[aria-rowindex="${count + 1}"]`).waitFor();
    expect(await grid.getByRole('row').count()).toBeLessThan(80);
    await page.close();
  });

  it('filters runs by an expression, says what is wrong with one, and keeps it in the address', async () => {
    const { page } = await open('#/runs');
    const field = page.getByRole('textbox', { name: 'Filter runs' });
    await field.fill('sparsity < 0.1');
    await page.getByRole('alert').getByText('No column is called').waitFor();
    await field.fill('network = cnn-large and density = 0.05 and seed = 7');
    await page
      .getByRole('status')
      .getByText(/^\d+ of /)
      .waitFor();
    const names = await page.getByRole('grid').getByRole('link').allInnerTexts();
    expect(names.length).toBeGreaterThan(0);
    expect(names.every((name) => /^cnn-large .* 0\.05 #7$/.test(name))).toBe(true);
    expect(decodeURIComponent(page.url())).toContain('density = 0.05');
    await page.close();
  });

  it('groups runs over their seeds, and opens a group in place by keyboard', async () => {
    const { page } = await open('#/runs?filter=study%20%3D%20%22Retention%20at%2010x%22');
    await page.getByRole('combobox', { name: 'Group runs' }).selectOption('seeds');
    await page.getByRole('status').getByText('8 groups').waitFor();
    const table = page.getByRole('treegrid', { name: 'Runs' });
    expect(await table.getByText(/^\d\/5 done$/).count()).toBe(8);
    expect(await table.getByText(/^± \d/).count()).toBeGreaterThanOrEqual(8);
    await table.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await table.getByRole('row', { level: 2 }).nth(4).waitFor();
    await page.close();
  });

  it('goes anywhere by keyboard: sequences, palette, table', async () => {
    const { page } = await open('#/studies');
    await page.getByRole('heading', { level: 1, name: 'Studies' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.getByRole('heading', { level: 1, name: 'Library' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('retention');
    await page.getByRole('option', { name: 'Retention at 10x' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Retention at 10x' }).waitFor();
    await page.close();
  });

  it('chooses folders and hears the menu where a desktop shell is around it', async () => {
    const page = await browser().newPage();
    await page.addInitScript(() => {
      const heard: ((command: string) => void)[] = [];
      Object.assign(window, {
        redoubtShell: {
          chooseFolder: () => Promise.resolve('/data/chosen'),
          onMenu: (handler: (command: string) => void) => {
            heard.push(handler);
            return () => undefined;
          },
        },
        chooseInMenu: (command: string) => heard.forEach((handler) => handler(command)),
      });
    });
    await page.goto(address('#/library'));
    await page.getByRole('button', { name: 'Choose folder…' }).click();
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('.folder input')?.value !== '');
    expect(await page.getByLabel('Folder on the machine').inputValue()).toBe('/data/chosen');
    await page.evaluate('chooseInMenu("show-farm")');
    await page.getByRole('heading', { level: 1, name: 'Farm' }).waitFor();
    await page.evaluate('chooseInMenu("search")');
    await page.getByRole('dialog', { name: 'Search' }).waitFor();
    await page.close();
  });

  it('says in a sentence what is wrong with an import', async () => {
    const { page } = await open('#/library');
    await page.getByLabel('Folder on the machine').fill('/data/cifar10');
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByText('a CIFAR-10 batch has 30,730,000').waitFor();
    await page.getByLabel('Name in the library').fill('Not a name');
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByText(/^A dataset name has lower-case letters/).waitFor();
    await page.close();
  });

  it('offers neither dialogs nor folders in a browser', async () => {
    const { page } = await open('#/library');
    await page.getByRole('button', { name: 'Import' }).waitFor();
    expect(await page.getByRole('button', { name: 'Choose folder…' }).count()).toBe(0);
    await page.close();
  });

  it('begins each screen at its top', async () => {
    const { page } = await open(`#/runs/${done?.key ?? ''}`);
    await page.getByRole('list', { name: 'Attacked images' }).waitFor();
    const main = page.locator('main');
    await main.evaluate((element) => element.scrollTo(0, 400));
    expect(await main.evaluate((element) => element.scrollTop)).toBe(400);
    await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    expect(await main.evaluate((element) => element.scrollTop)).toBe(0);
    await page.close();
  });

  it('shows attacked images with the outcome that is asked for', async () => {
    const { page } = await open(`#/runs/${done?.key ?? ''}`);
    const images = page.getByRole('list', { name: 'Attacked images' });
    await images.getByRole('listitem').first().waitFor();
    await page.getByRole('button', { name: 'Survived' }).click();
    await images.getByText('survived').first().waitFor();
    expect(await images.getByText('broken').count()).toBe(0);
    await page.close();
  });
});

/** Visible texts whose contrast with the background under them is below 4.5 (WCAG 2.2, 1.4.3), disabled controls aside. */
const lowContrasts = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (canvas === null) throw new Error('Expected a canvas to measure colours with.');
    const rgba = (colour: string): number[] => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (colour: readonly number[]): number => {
      const [red = 0, green = 0, blue = 0] = colour.map((byte) => {
        const value = byte / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element: Element): number[] => {
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        const colour = rgba(getComputedStyle(at).backgroundColor);
        if (colour[3] === 255) return colour;
      }
      return [255, 255, 255, 255];
    };
    return [...document.querySelectorAll('#window *')]
      .filter((element) => element.closest('svg, .unseen, [aria-hidden="true"], :disabled') === null)
      .filter((element) =>
        [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== ''),
      )
      .flatMap((element) => {
        const text = luminance(rgba(getComputedStyle(element).color));
        const ground = luminance(behind(element));
        const ratio = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
        return ratio < 4.5
          ? [`${ratio.toFixed(2)}: ${element.className} ${element.textContent.slice(0, 40)}`]
          : [];
      });
  });
