import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { pretendWorkbench } from './fixture/pretended-workbench.ts';
import { windowMissing } from './open-page.ts';
import { withPretendedWindow } from './with-pretended-window.ts';

/** The open world in the window, over the host's own figures of pretended outcomes. */
describe.skipIf(windowMissing !== undefined)('the open world', () => {
  const workbench = pretendWorkbench({ now: Date.now });
  const scope = { study: 3 };
  const attack = 'pgd-10 linf';
  const { open: openAnother } = withPretendedWindow(workbench);
  let page: Page;
  afterEach(() => page.close());
  const open = async (hash: string): Promise<void> => {
    ({ page } = await openAnother(hash));
  };
  const choose = (label: string, option: string): Promise<string[]> =>
    page.getByRole('combobox', { name: label, exact: true }).selectOption(option);

  it('opens by the keyboard, and draws acceptance and joint success of every detector', async () => {
    await open('#/studies');
    await page.getByRole('heading', { level: 1, name: 'Studies' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.getByRole('heading', { level: 1, name: 'Open world' }).waitFor();
    for (const detector of workbench.openWorld.overview(scope).detectors) {
      await page.getByRole('img', { name: `Acceptance of ${detector} against linf epsilon` }).waitFor();
      await page.getByRole('img', { name: `Joint success of ${detector} against linf epsilon` }).waitFor();
    }
  });

  it('never shows a ratio without the one less its base rates', async () => {
    await open('#/open-world/ratios?study=3');
    const table = page.getByRole('table', { name: 'Ratios of target success' });
    await table.getByText('less base rates').first().waitFor();
    const panels = await workbench.openWorld.panels({ scope, attack, detection: false });
    const measured = panels.filter(({ points }) => points.at(-1)?.ratio.kind === 'measured').length;
    expect(await table.getByText('less base rates').count()).toBe(measured);
    expect(await table.getByText('as it is').count()).toBe(measured);
    await choose('Epsilon', '0, unperturbed');
    await table.getByText('these are the base rates').first().waitFor();
    expect(await table.getByText('as it is').count()).toBe(0);
  });

  it('says AUROC and both kinds of false positives of the chosen group and source in words', async () => {
    await open('#/open-world/acceptance?study=3');
    await page.getByRole('group', { name: 'What is shown' }).waitFor();
    await choose('Group', 'adversarial · dense');
    await choose('Source', 'svhn');
    const table = page.getByRole('table', {
      name: 'How well detectors tell in-distribution inputs from svhn',
    });
    const [panel] = await workbench.openWorld.panels({
      scope,
      group: 'adversarial 1',
      source: 'svhn',
      attack,
    });
    const detection = panel?.detectors[1]?.points.at(-1)?.detection;
    const shown = [detection?.auroc, detection?.outAcceptedAt95, detection?.inFlaggedAt95].map((estimate) =>
      (100 * (estimate?.value.mean ?? 0)).toFixed(1),
    );
    const row = table.locator('tbody').nth(1).getByRole('row').nth(1);
    await row.getByText(shown[0] ?? '').waitFor();
    const cells = await row.getByRole('cell').allInnerTexts();
    expect(cells.slice(1, 4).map((text) => text.split(' ')[0])).toEqual(shown);
    await table.getByText('accepted where 95 % of in-distribution is').waitFor();
    await table.getByText('flagged where 95 % of inputs of no class are').waitFor();
  });

  it('opens the inputs behind a number, and shows only those with the outcome asked for', async () => {
    await open('#/open-world/acceptance?study=3');
    const numbers = page.getByRole('table', { name: /^Target success in and out/ });
    await numbers
      .getByRole('row', { name: /^4\/255/ })
      .getByRole('link')
      .first()
      .click();
    const images = page.getByRole('list', { name: 'Inputs of the task' });
    await images.getByRole('listitem').first().waitFor();
    expect(await page.getByRole('combobox', { name: 'Epsilon', exact: true }).inputValue()).toBe('4/255');
    await choose('Inputs', 'of the source');
    await choose('Epsilon', '0, unperturbed');
    await page.getByRole('button', { name: 'Rejected' }).click();
    const outliers = page.getByRole('list', { name: 'Inputs of gaussian-noise' });
    await outliers.getByText('msp rejected').first().waitFor();
    expect(await outliers.getByText('msp accepted').count()).toBe(0);
  });

  it('shows the images of the chosen seed, and again after the window is loaded anew', async () => {
    await open('#/open-world/examples?study=3');
    const images = page.getByRole('list', { name: 'Inputs of gaussian-noise' }).getByRole('listitem');
    await images.first().waitFor();
    const seed = page.getByRole('combobox', { name: 'Seed', exact: true });
    expect(await seed.getByRole('option').allInnerTexts()).toEqual(['0', '1']);
    const [panel] = await workbench.openWorld.panels({ scope, attack, detection: false });
    const stage = panel?.points.at(-1)?.target.out?.evaluations.find((each) => each.seed === 1)?.stage;
    const { examples } = await workbench.openWorld.examples({
      stage: stage!,
      detector: 'msp',
      filter: 'rejected',
      offset: 0,
      limit: 12,
    });
    await choose('Seed', '1');
    await page.getByRole('button', { name: 'Rejected' }).click();
    await images.nth(examples.length - 1).waitFor();
    const numbers = (): Promise<string[]> => images.getByText(/^#\d+$/).allInnerTexts();
    const expected = examples.map(({ example }) => `#${example}`);
    await expect.poll(numbers, { timeout: 20_000 }).toEqual(expected);
    await page.reload();
    await images.first().waitFor();
    expect(await seed.inputValue()).toBe('1');
    expect(await numbers()).toEqual(expected);
  });

  it('marks the frozen threshold in the scores of every detector', async () => {
    await open('#/open-world/distributions?study=3');
    await page.getByRole('img', { name: /^Distribution of largest softmax/ }).waitFor();
    const { detectors } = workbench.openWorld.overview(scope);
    expect(await page.getByText('frozen threshold').count()).toBe(detectors.length);
  });

  it('tells the source that training saw from those that it did not, with the cost beside', async () => {
    await open('#/open-world/mitigation?study=3');
    const table = page.getByRole('table', { name: 'Mitigation by training on outliers' });
    await table.getByText('seen in training').first().waitFor();
    const { rows } = await workbench.openWorld.mitigation({ scope, attack, epsilon: 8 / 255 });
    const costs = rows.filter(({ cleanCost }) => cleanCost !== undefined);
    expect(await table.getByText('seen in training').count()).toBe(costs.length);
    expect(await table.getByRole('cell', { name: /^[+−]?\d+\.\d ± / }).count()).toBeGreaterThanOrEqual(
      costs.length,
    );
    await choose('Measure', 'AUROC, attacked');
    await table.getByRole('columnheader', { name: 'AUROC, attacked, msp' }).waitFor();
  });

  it('draws what pruning does on a line for each training', async () => {
    await open('#/open-world/density?study=3');
    await page.locator('.js-plotly-plot').first().waitFor();
    const table = page.getByRole('table', { name: /^Target success, gaussian-noise by density/ });
    expect(await table.getByRole('rowheader').allInnerTexts()).toEqual([
      'natural',
      'adversarial',
      'outlier-exposure',
    ]);
  });

  it('says of an attack that adapts by which detector alone it is judged', async () => {
    await open('#/open-world/acceptance?study=3');
    await page.getByRole('group', { name: 'What is shown' }).waitFor();
    await choose('Attack', 'pgd-10 adapted to energy linf');
    await page.getByText('This attack adapts to energy').waitFor();
    await page.getByRole('img', { name: 'Acceptance of msp against' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('img', { name: 'Acceptance of energy against' }).count()).toBe(1);
  });

  it('offers the preset studies where nothing was measured', async () => {
    await open('#/open-world/acceptance?study=2');
    await page.getByText('These runs were asked nothing about the open world').waitFor();
    await page
      .getByRole('list', { name: 'Preset studies' })
      .getByRole('link', { name: 'Design “Open-world acceptance”' })
      .click();
    await page.getByRole('heading', { level: 1, name: 'New study' }).waitFor();
    expect(page.url()).toContain('preset=open-world-acceptance');
  });
});
