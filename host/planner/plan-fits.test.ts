import { describe, expect, it } from 'vitest';
import { detectorName } from '#contract/detector.ts';
import { inputsOf, type RecipeOf } from '#contract/stage.ts';
import { planOf } from '../../tests/fixture/plans.ts';

const study = (openWorld: string, more = '') => `
name: Fits
dataset: { name: glyphs, train: 1000, validation: 200, test: 100 }
network: cnn-small
pretrain: { objective: natural, epochs: 1 }
${more}
evaluate: { attacks: [{ kind: pgd, epsilon: 8/255 }], openWorld: ${openWorld} }
`;
const many = 'source: [uniform-noise, constant, cifar10], epsilon: [2/255, 4/255, 8/255]';
const fitsOf = (yaml: string) =>
  planOf(yaml).stages.flatMap(({ recipe, ...stage }) =>
    recipe.kind === 'fit' ? [{ ...stage, recipe }] : [],
  );
const measurementsOf = (yaml: string) =>
  planOf(yaml).stages.flatMap(({ recipe }): RecipeOf<'evaluate'>[] =>
    recipe.kind === 'evaluate' && recipe.evaluation.kind === 'open-world' ? [recipe] : [],
  );

describe('planning fits', () => {
  it('fits a detector once for all measurements of a network, and each of them names it', () => {
    const yaml = study(`[{ ${many}, detectors: [msp, knn] }]`);
    const [fit, ...others] = fitsOf(yaml);
    expect(others).toEqual([]);
    expect(fit!.label).toBe('fit knn (natural) seed 0');
    const measurements = measurementsOf(yaml);
    expect(measurements).toHaveLength(16);
    for (const { inputs } of measurements) expect(inputs.fits).toEqual({ knn: fit!.key });
  });

  it('fits anew for another network, seed or setting, and for nothing else', () => {
    const detectors = '[{ kind: magnet, epochs: 2 }, { kind: magnet, epochs: 3 }]';
    const pruned = 'prune: [none, { kind: magnitude, density: 0.1 }]\nseeds: [0, 1]';
    expect(fitsOf(study(`[{ ${many}, detectors: ${detectors} }]`, pruned))).toHaveLength(2 * 2 * 2);
    const often = `[{ ${many}, detectors: [knn] }, { ${many}, detectors: [knn], steps: 3 }]`;
    expect(fitsOf(study(often))).toHaveLength(1);
  });

  it('lets an attack that adapts to a detector share the fit, and name no other', () => {
    const yaml = study(
      `[{ ${many}, detectors: [mahalanobis, knn], adaptTo: detector }, { ${many}, detectors: [mahalanobis, knn] }]`,
    );
    expect(fitsOf(yaml).map(({ recipe }) => recipe.detector.kind)).toEqual(['mahalanobis', 'knn']);
    for (const { evaluation, inputs } of measurementsOf(yaml)) {
      if (evaluation.kind !== 'open-world') throw new Error('Only measurements were asked for.');
      expect(Object.keys(inputs.fits!)).toEqual(evaluation.openWorld.detectors.map(detectorName));
    }
  });

  it('plans none for detectors that learn nothing, and leaves the keys of their measurements as they were', () => {
    const yaml = study('[{ source: uniform-noise, epsilon: 8/255, detectors: [msp, energy, odin] }]');
    expect(fitsOf(yaml)).toEqual([]);
    for (const { inputs } of measurementsOf(yaml)) expect(inputs).not.toHaveProperty('fits');
  });

  it('lists fits after the network and before all evaluations, in plans and runs', () => {
    const plan = planOf(
      study(
        `[{ ${many}, detectors: [knn] }, { ${many}, detectors: [magnet] }]`,
        'prune: { kind: magnitude, density: 0.1 }',
      ),
    );
    for (const stages of [plan.stages, plan.runs[0]!.stages]) {
      const place = new Map(stages.map(({ key }, index) => [key, index]));
      for (const { key, recipe } of plan.stages)
        for (const input of Object.values(inputsOf(recipe)))
          expect(place.get(input)).toBeLessThan(place.get(key)!);
      const kinds = stages.map(({ kind }) => kind);
      expect(kinds.lastIndexOf('fit')).toBeLessThan(kinds.indexOf('evaluate'));
      expect(kinds.indexOf('fit')).toBeGreaterThan(kinds.indexOf('prune'));
    }
    const fit = fitsOf(study(`[{ ${many}, detectors: [knn] }]`))[0]!.recipe;
    expect(inputsOf(fit)).toEqual(fit.inputs);
  });

  it('expects of a fit work and room that grow with what it looks at', () => {
    const costs = (train: number) =>
      fitsOf(
        study(`[{ ${many}, detectors: [mahalanobis, knn, magnet, adversary-network] }]`).replace(
          '1000',
          String(train),
        ),
      );
    const [few, threefold] = [costs(400), costs(1200)];
    expect(few).toHaveLength(4);
    for (const [index, { work, bytes }] of few.entries()) {
      expect(bytes).toBeGreaterThan(0);
      expect(threefold[index]!.work / work).toBeCloseTo(3, 5);
    }
  });
});
