import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { pretendWorkbench } from './fixture/pretended-workbench.ts';
import { windowMissing } from './open-page.ts';
import { withPretendedWindow } from './with-pretended-window.ts';

/** Comparisons and the panels of one run, over the host's own figures of pretended outcomes. */
describe.skipIf(windowMissing !== undefined)('comparing runs', () => {
  const workbench = pretendWorkbench({ now: Date.now });
  const retention = { study: 3 };
  const overview = workbench.compare.overview(retention);
  const { browser, open: openAnother } = withPretendedWindow(workbench);
  let page: Page;
  const open = async (hash: string): Promise<void> => {
    if (browser().contexts().length > 0) await page.close();
    ({ page } = await openAnother(hash));
  };

  it('opens by the keyboard on the newest study with a finished run, and on another that is chosen', async () => {
    await open('#/studies');
    await page.getByRole('heading', { level: 1, name: 'Studies' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByRole('heading', { level: 1, name: 'Compare' }).waitFor();
    await page.getByRole('status').getByText('40 runs').waitFor();
    await page.getByRole('combobox', { name: 'Runs of' }).selectOption('Objective mismatch grid');
    await page.getByRole('status').getByText('60 runs').waitFor();
    expect(page.url()).toContain('study=2');
  });

  it('draws the trade-off plane, says its numbers in a table, and asks anew for another measure', async () => {
    await open('#/compare/trade-off?study=3');
    await page.locator('.js-plotly-plot').first().waitFor();
    const table = page.getByRole('table', { name: 'Numbers of the trade-off plane' });
    await table.getByRole('columnheader', { name: /worst of 2 attacks/ }).waitFor();
    expect(await table.getByText('on the front').count()).toBe(
      workbench.compare
        .tradeOff({ scope: retention, x: 'compression', y: 'worst linf 8/255' })
        .lines.flatMap(({ points }) => points)
        .filter(({ isOnFront }) => isOnFront).length,
    );
    await page.getByRole('combobox', { name: 'Up' }).selectOption('Clean accuracy');
    await table.getByRole('columnheader', { name: 'Clean accuracy' }).waitFor();
    await page.getByRole('combobox', { name: 'Across' }).selectOption('Nonzero multiply-accumulates');
    await page.getByRole('img', { name: /^Clean accuracy against Nonzero/ }).waitFor();
  });

  it('keeps attacked accuracy above certified in every figure, and lists both by epsilon', async () => {
    await open('#/compare/epsilon?study=3');
    const panels = workbench.compare.epsilon(retention).filter(({ norm }) => norm === 'linf');
    await page.getByRole('figure').first().waitFor();
    expect(await page.getByRole('figure').count()).toBe(panels.length);
    expect(await page.locator('figure path.gap').count()).toBe(panels.length);
    await page.getByText('Numbers').first().click();
    const rows = page
      .getByRole('table', { name: /against epsilon$/ })
      .first()
      .getByRole('row');
    expect(await rows.getByRole('rowheader').allInnerTexts()).toEqual(['0', '1/255', '2/255', '8/255']);
    await page.getByRole('combobox', { name: 'Density' }).selectOption('dense');
    const dense = panels.filter(({ density }) => density === 1);
    await page.getByRole('figure').nth(dense.length).waitFor({ state: 'detached' });
    expect(await page.getByRole('figure').count()).toBe(dense.length);
  });

  it('writes the best of a column bold only where the host calls it so, and leads to the runs of a cell', async () => {
    await open('#/compare/matrix?study=3');
    const measure = overview.headline ?? 'clean';
    const rows = 'pretrain.objective';
    const columns = 'prune.density';
    await page.getByRole('combobox', { name: 'Rows' }).selectOption(rows);
    await page.getByRole('combobox', { name: 'Columns' }).selectOption(columns);
    const [matrix] = workbench.compare.matrix({ scope: retention, rows, columns, measure, test: 'paired t' });
    const table = page.getByRole('table', { name: /^pretrain.objective against prune.density/ }).first();
    await table.waitFor();
    const cells = matrix?.cells.flat() ?? [];
    for (const standing of ['best', 'behind', 'level'] as const)
      expect(await table.locator(`a.${standing}`).count()).toBe(
        cells.filter((cell) => cell?.standing === standing).length,
      );
    const cell = table.locator('td a').first();
    expect(await cell.innerText()).toMatch(/^\d/);
    await cell.click();
    await page.getByRole('status').getByText('5 of').waitFor();
  });

  it('keeps what is chosen in the address, over a reload and from view to view', async () => {
    await open('#/compare/difference');
    const measure = page.getByRole('combobox', { name: 'Measure', exact: true });
    const baseline = page.getByRole('combobox', { name: 'Baseline', exact: true });
    await baseline.selectOption({ index: 1 });
    await measure.selectOption('clean');
    await page.waitForURL(/\?study=\d+&baseline=[0-9a-f]{12}&measure=clean$/);
    const chosen = await baseline.inputValue();
    await page.reload();
    await baseline.waitFor();
    expect([await baseline.inputValue(), await measure.inputValue()]).toEqual([chosen, 'clean']);
    await page.getByRole('link', { name: 'Matrix' }).click();
    await page.getByRole('combobox', { name: 'Rows' }).waitFor();
    expect(await measure.inputValue()).toBe('clean');
  });

  it('calls a difference noise where the corrected p is above the level', async () => {
    await open('#/compare/difference?study=3');
    const baseline = overview.groups.find(({ isDense }) => isDense)?.id ?? '';
    const measure = overview.headline ?? 'clean';
    const view = workbench.compare.difference({ scope: retention, baseline, measure, test: 'paired t' });
    const table = page.getByRole('table', { name: /^Difference in/ });
    await table.waitFor();
    expect(await table.getByText('within the noise').count()).toBe(
      view.rows.filter(({ comparison }) => comparison?.isNoise === true).length,
    );
    expect(await table.getByRole('row').count()).toBe(view.rows.length + 1);
  });

  it('compares two runs of the table image by image, and lists only the settings in which they differ', async () => {
    await open('#/runs?filter=study%20%3D%20%22Retention%20at%2010x%22%20and%20seed%20%3D%200');
    await page.getByRole('grid', { name: 'Runs' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.getByRole('status').getByText('2 runs').waitFor();
    await page.getByRole('link', { name: 'Recipes' }).click();
    const images = page.getByRole('table', { name: 'The same test images under both' });
    await images.waitFor();
    const [both, first, second, neither] = await images
      .getByRole('row')
      .nth(1)
      .locator('td')
      .allInnerTexts()
      .then((texts) => texts.slice(2, 6).map((text) => Number(text.replaceAll(',', ''))));
    expect((both ?? 0) + (first ?? 0) + (second ?? 0) + (neither ?? 0)).toBe(1000);
    const settings = page.getByRole('table', { name: 'Settings in which the two runs differ' });
    expect(await settings.getByRole('rowheader').count()).toBeGreaterThan(0);
    expect(await settings.getByText('evaluate.examples').count()).toBe(0);
  });

  it('says what to do where an address names runs that are gone', async () => {
    await open('#/compare?runs=0123456789ab');
    await page.getByRole('heading', { name: 'These runs are not here' }).waitFor();
    await page.getByRole('link', { name: 'Choose a study' }).click();
    await page.getByRole('status').getByText('40 runs').waitFor();
  });

  it('shows of a run its worst case, its sizes and its layers', async () => {
    const run = workbench.runs
      .list()
      .find(({ state, settings }) => state === 'done' && settings['prune'] === 'magnitude');
    await open(`#/runs/${run?.key ?? ''}`);
    await page.getByText('worst linf 8/255').first().waitFor();
    await page.getByText('broke 58 that no other broke').waitFor();
    const size = page.getByRole('table', { name: 'Size of this network' });
    expect(await size.getByRole('rowheader').allInnerTexts()).toEqual(
      expect.arrayContaining(['Density', 'Checkpoint', 'Multiply-accumulates', 'Latency, batch 64']),
    );
    const layers = page.getByRole('table', { name: 'Layers' });
    await layers.waitFor();
    expect(await layers.getByRole('rowheader').allInnerTexts()).toEqual(['conv1', 'conv2', 'fc1', 'fc2']);
    expect(await layers.getByRole('img', { name: /^Weights of fc1/ }).count()).toBe(1);
  });

  it('offers a question once, in both of its sizes', async () => {
    await open('#/studies');
    const presets = page.getByRole('list', { name: 'Presets' });
    await presets.getByRole('link', { name: 'Compression sweep: Small' }).waitFor();
    expect(await presets.getByRole('heading', { name: 'Compression sweep' }).count()).toBe(1);
    await presets.getByRole('link', { name: 'Compression sweep: Published' }).click();
    await page.getByRole('heading', { level: 1, name: 'New study' }).waitFor();
  });
});
