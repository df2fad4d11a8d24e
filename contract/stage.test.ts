import { describe, expect, it } from 'vitest';
import { inputsOf, recipeSchema, recipeText, type Recipe } from './stage.ts';

const data = 'a'.repeat(64);
const model = 'b'.repeat(64);
const evaluation = (attack: object): unknown => ({
  kind: 'evaluate',
  version: 1,
  examples: 100,
  evaluation: { kind: 'attack', attack },
  inputs: { data, model },
  seed: 0,
});

describe('recipeText', () => {
  it('says a default and its being written out in the same words', () => {
    const short = recipeSchema.parse(evaluation({ kind: 'pgd', epsilon: '8/255' }));
    const long = recipeSchema.parse(
      evaluation({
        target: 'none',
        loss: 'cross-entropy',
        randomStart: true,
        restarts: 1,
        stepSize: 8 / 255 / 10,
        steps: 50,
        epsilon: 8 / 255,
        norm: 'linf',
        kind: 'pgd',
      }),
    );
    expect(recipeText(short)).toBe(recipeText(long));
  });

  it('changes with every setting that a result depends on', () => {
    const texts = [
      { kind: 'pgd', epsilon: '8/255' },
      { kind: 'pgd', epsilon: '8/255', norm: 'l2' },
      { kind: 'pgd', epsilon: '4/255' },
      { kind: 'pgd', epsilon: '8/255', steps: 49 },
      { kind: 'pgd', epsilon: '8/255', restarts: 2 },
      { kind: 'pgd', epsilon: '8/255', loss: 'margin' },
      { kind: 'pgd', epsilon: '8/255', randomStart: false },
      { kind: 'pgd', epsilon: '8/255', stepSize: '1/255' },
      { kind: 'pgd', epsilon: '8/255', target: 3 },
      { kind: 'pgd', epsilon: '8/255', target: 'random' },
      { kind: 'fgsm', epsilon: '8/255' },
      { kind: 'noise', epsilon: '8/255' },
    ].map((attack) => recipeText(recipeSchema.parse(evaluation(attack))));
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('is unchanged by reading a stored recipe back', () => {
    const recipe = recipeSchema.parse(evaluation({ kind: 'pgd', epsilon: '8/255', steps: 7 }));
    const text = recipeText(recipe);
    expect(recipeText(recipeSchema.parse(JSON.parse(text)))).toBe(text);
  });
});

describe('inputsOf', () => {
  it('names the stages that a recipe takes, none for an import', () => {
    const dataset = { kind: 'glyphs', train: 1, validation: 0, test: 1, seed: 0 } as const;
    const recipe: Recipe = { kind: 'import', version: 1, dataset };
    expect(inputsOf(recipe)).toEqual({});
    expect(inputsOf(recipeSchema.parse(evaluation({ kind: 'fgsm', epsilon: 0 })))).toEqual({ data, model });
  });

  it('names the fits that an evaluation takes by their detectors, each in a role of its own', () => {
    const fits = { knn: 'c'.repeat(64), 'magnet epochs 2': 'd'.repeat(64) };
    const parsed = recipeSchema.parse({
      ...(evaluation({ kind: 'fgsm', epsilon: 0 }) as object),
      inputs: { data, model, fits },
    });
    const ofFits = { 'fit knn': fits.knn, 'fit magnet epochs 2': fits['magnet epochs 2'] };
    expect(inputsOf(parsed)).toEqual({ data, model, ...ofFits });
    const recipe = { kind: 'fit', version: 1, detector: { kind: 'knn' }, inputs: { data, model }, seed: 0 };
    expect(inputsOf(recipeSchema.parse(recipe))).toEqual({ data, model });
    expect(recipeSchema.safeParse({ ...recipe, detector: { kind: 'msp' } }).success).toBe(false);
  });
});
