import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorldExamplesQuerySchema, type OpenWorldPanel } from '#contract/open-world-views.ts';
import { openAnsweringWorkbench } from './fixture/answering-workbench.ts';
import { recordFinishedStudy } from './fixture/finished-workspace.ts';
import { openWorldStudy } from './fixture/sample-open-world.ts';

const attack = 'pgd-10 linf';
const epsilon = 8 / 255;
const { workbench, store, workspace, close } = openAnsweringWorkbench();
const { openWorld, runs } = workbench;
const scope = { study: recordFinishedStudy({ store, workspace, yaml: openWorldStudy }) };
let panels: readonly OpenWorldPanel[];

beforeAll(async () => {
  panels = await openWorld.panels({ scope });
});
afterAll(close);

describe('the open world of a study', () => {
  it('tells what there is to look at', () => {
    const { groups, ...rest } = openWorld.overview(scope);
    expect(groups).toHaveLength(4);
    expect(rest).toMatchObject({
      sources: ['uniform-noise', 'constant'],
      attacks: [{ id: attack, epsilons: [0, 2 / 255, 4 / 255, epsilon], adaptedTo: undefined }],
      detectors: ['msp', 'energy'],
      acceptance: [0.95],
      headline: { attack, epsilon },
    });
  });

  it('names every measurement in the rows of runs, where each would take the place of the others', () => {
    for (const { metrics } of runs.list()) {
      const names = Object.keys(metrics).filter((metric) => metric.startsWith('open.'));
      expect(names).toHaveLength(3 * 4);
      expect(names).not.toContain('open.target');
      expect(metrics['open.target.constant pgd-10 linf 8/255']).toBeCloseTo(epsilon, 12);
      expect(metrics['open.target.in-distribution unperturbed']).toBe(0);
    }
  });

  it('has a panel for each group and source, with every epsilon from 0', () => {
    expect(panels).toHaveLength(4 * 2);
    for (const { points, detectors } of panels) {
      expect(points.map((point) => point.epsilon)).toEqual([0, 2 / 255, 4 / 255, epsilon]);
      expect(detectors.map(({ detector }) => detector)).toEqual(['msp', 'energy']);
    }
  });

  it('gives every ratio with its base rates taken off, and none at epsilon 0', () => {
    for (const { points } of panels) {
      expect(points[0]!.ratio.kind).toBe('undefined');
      for (const { ratio, target, baseRate } of points.slice(1)) {
        if (ratio.kind !== 'measured') throw new Error(ratio.reason);
        const [out, own] = [target.out!.value.mean, target.in!.value.mean];
        expect(ratio.plain.value).toBeCloseTo(out / own, 12);
        expect(ratio.corrected.value).toBeCloseTo(
          (out - baseRate.out!.value.mean) / (own - baseRate.in!.value.mean),
          12,
        );
        expect(ratio.plain.value).not.toBeCloseTo(ratio.corrected.value, 3);
      }
    }
  });

  it('counts as joint success no more than what is on target, and no more than what is accepted', () => {
    for (const { points, detectors } of panels)
      for (const curve of detectors)
        curve.points.forEach(({ joint, accepted }, index) => {
          expect(joint.out!.value.mean).toBeLessThanOrEqual(points[index]!.target.out!.value.mean);
          expect(joint.out!.value.mean).toBeLessThanOrEqual(accepted.out!.value.mean);
        });
  });

  it('puts the AUROC within its interval, and lower where attacked scores rise', () => {
    const [curve] = panels[0]!.detectors;
    const aurocs = curve!.points.map(({ detection }) => detection!.auroc);
    for (const { value, low, high } of aurocs) {
      expect(value.mean).toBeGreaterThan(low);
      expect(value.mean).toBeLessThan(high);
    }
    expect(aurocs.at(-1)!.value.mean).toBeLessThan(aurocs[0]!.value.mean);
  });

  it('counts every input of one seed in every distribution, the threshold within the axis', () => {
    const found = openWorld.distributions({
      scope,
      group: panels[0]!.group,
      source: 'constant',
      attack,
      epsilon,
    })!;
    expect(found.seed).toBe(0);
    for (const each of [found.confidence, ...found.scores]) {
      expect(each.series.map(({ of }) => of)).toEqual([
        'in-clean',
        'in-attacked',
        'out-clean',
        'out-attacked',
      ]);
      for (const { counts } of each.series) expect(counts.reduce((sum, count) => sum + count)).toBe(200);
    }
    for (const { threshold, low, high } of found.scores)
      expect(threshold >= low && threshold <= high).toBe(true);
  });

  it('draws every measure over density, dense first', async () => {
    const { measures } = await openWorld.density({ scope, source: 'constant', attack, epsilon });
    expect(measures.map(({ id }) => id)).toEqual([
      'target out',
      'target in',
      'accepted out msp',
      'auroc msp',
      'accepted out energy',
      'auroc energy',
    ]);
    for (const { lines } of measures)
      expect(lines.map(({ points }) => points.map(({ density }) => density))).toEqual([
        [1, 0.1],
        [1, 0.1],
      ]);
  });

  it('has no mitigation to tell of where nothing was trained on outliers', async () => {
    expect((await openWorld.mitigation({ scope, attack, epsilon })).rows).toEqual([]);
  });

  it('tells seen sources from unseen ones where outliers were trained on, and what that cost', async () => {
    const trained = openWorldStudy
      .replace(
        /objective: \[natural, .*\]/,
        'objective: [natural, { kind: outlier-exposure, outliers: constant }]',
      )
      .replace('density: [1, 0.1]', 'density: 1');
    const study = recordFinishedStudy({ store, workspace, yaml: trained });
    const { rows } = await openWorld.mitigation({ scope: { study }, attack, epsilon });
    expect(rows.map(({ seen, baseline }) => ({ seen, baseline }))).toEqual([
      { seen: [], baseline: undefined },
      { seen: ['constant'], baseline: rows[0]!.label },
    ]);
    const [baseline, exposed] = rows;
    expect(exposed!.cleanCost!.mean).toBeCloseTo(
      baseline!.clean!.value.mean - exposed!.clean!.value.mean,
      12,
    );
    for (const { cells } of exposed!.detectors)
      expect(cells.map(({ source, isSeen }) => ({ source, isSeen }))).toEqual([
        { source: 'uniform-noise', isSeen: false },
        { source: 'constant', isSeen: true },
      ]);
  });

  it('shows the inputs behind a number, the accepted ones on target first of all', async () => {
    const { stage } = panels[0]!.points.at(-1)!.target.out!.evaluations[0]!;
    const ask = (filter: string) =>
      openWorld.examples(openWorldExamplesQuerySchema.parse({ stage, filter, detector: 'energy' }));
    const [all, joint] = [await ask('all'), await ask('joint')];
    expect(all.total).toBe(8);
    expect(joint.total).toBeLessThan(all.total);
    expect(joint.total).toBeGreaterThan(0);
    for (const { isOnTarget, target, prediction, verdicts, origin } of joint.examples) {
      expect(isOnTarget && target === prediction).toBe(true);
      expect(verdicts.find(({ detector }) => detector === 'energy')?.isAccepted).toBe(true);
      expect(origin).toBe('uniform-noise');
    }
  });
});
