import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumAbsent, findChromium, launchBrowser } from './browser.ts';
import { serveWorkbench, type ServedWorkbench } from './served-workbench.ts';

const study = `name: Window test
dataset: { name: glyphs, train: 256, validation: 32, test: 64 }
network: { kind: mlp, widths: [24] }
pretrain: { objective: natural, epochs: 2, batch: 32 }
prune: { kind: magnitude, density: [1, 0.5] }
finetune: { epochs: 1, batch: 32 }
evaluate:
  attacks: [{ kind: pgd, steps: 5, epsilon: 8/255 }]
`;

/** The main job as a person does it: real host, real workers, real browser. */
describe.skipIf(findChromium() === undefined)(
  `a study in the window${findChromium() === undefined ? ` (skipped: ${chromiumAbsent})` : ''}`,
  () => {
    let workbench: ServedWorkbench;
    let browser: Browser;
    let page: Page;
    const complaints: string[] = [];

    beforeAll(async () => {
      workbench = await serveWorkbench();
      browser = await launchBrowser();
      page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      page.setDefaultTimeout(30_000);
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(workbench.loginUrl);
    });

    afterAll(async () => {
      await browser.close();
      await workbench.stop();
    });

    it('opens on the studies and invites to begin', async () => {
      await page.getByRole('heading', { name: 'Studies', level: 1 }).waitFor();
      expect(page.url()).not.toContain('token');
    });

    it('says where a draft is wrong', async () => {
      await page.getByRole('link', { name: 'New study' }).click();
      await writeStudy(page, study.replace('density: [1, 0.5]', 'density: [1, 5]'));
      await page
        .getByText(/Density must lie in \(0, 1\], got 5/)
        .first()
        .waitFor();
      expect(await page.getByRole('button', { name: 'Submit study' }).isDisabled()).toBe(true);
    });

    it('shows the plan of a valid draft and submits it', async () => {
      await writeStudy(page, study);
      await page.getByRole('button', { name: 'Submit study', disabled: false }).click();
      await page.getByRole('heading', { name: 'Window test', level: 1 }).waitFor();
    });

    it('watches the study until it is done', async () => {
      await page.getByText('2 done').first().waitFor({ timeout: 120_000 });
      const cells = page.getByRole('link', { name: /: done$/ });
      expect(await cells.count()).toBe(2);
    });

    it('opens a run with its lineage and its evaluations', async () => {
      await page
        .getByRole('link', { name: /: done$/ })
        .last()
        .click();
      for (const stage of ['import', 'pretrain', 'prune', 'finetune', 'evaluate'])
        await page.getByText(stage, { exact: false }).first().waitFor();
      await page.getByText('pgd-5 linf 8/255').first().waitFor();
    });

    it('shows an adversarial example whose difference is drawn', async () => {
      await page.getByRole('button', { name: 'Broken', exact: true }).click();
      const images = page.getByRole('list', { name: 'Attacked images' }).locator('canvas');
      await images.first().waitFor();
      expect(await images.count()).toBeGreaterThanOrEqual(3);
      const colours = await images.nth(2).evaluate((canvas) => {
        const drawing = canvas as HTMLCanvasElement;
        const bytes = drawing.getContext('2d')!.getImageData(0, 0, drawing.width, drawing.height).data;
        return new Set(bytes).size;
      });
      expect(colours).toBeGreaterThan(3);
    });

    it('lists the runs with their metrics and draws them', async () => {
      await page.getByRole('link', { name: 'Runs', exact: true }).first().click();
      await page
        .getByText('2 of 2', { exact: false })
        .or(page.getByText(/2 runs/))
        .first()
        .waitFor();
      await page.locator('.js-plotly-plot').first().waitFor();
    });

    it('reaches every screen by the rail', async () => {
      for (const screen of ['Farm', 'Library', 'Settings', 'Studies']) {
        await page.getByRole('navigation').getByRole('link', { name: screen }).click();
        await page.getByRole('heading', { name: screen, level: 1 }).waitFor();
      }
    });

    it('ran without a complaint of the browser (errors, blocked content)', () => {
      expect(complaints).toEqual([]);
    });
  },
);

async function writeStudy(page: Page, text: string): Promise<void> {
  await page.locator('.cm-content').click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}
