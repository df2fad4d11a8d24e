import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { recipeSchema } from '#contract/stage.ts';
import { contentKey, runKey } from './content-key.ts';

const recipe = (dataset: object) => recipeSchema.parse({ kind: 'import', version: 1, dataset });
const glyphs = { kind: 'glyphs', train: 10, validation: 0, test: 5, seed: 0 };

describe('contentKey', () => {
  it('is the sha256 of the canonical recipe, and stays so from release to release', () => {
    const text =
      '{"dataset":{"kind":"glyphs","seed":0,"test":5,"train":10,"validation":0},"kind":"import","version":1}';
    expect(contentKey(recipe(glyphs))).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('of a pre-training recipe is the one that workspaces already hold', () => {
    const recipe = recipeSchema.parse({
      kind: 'pretrain',
      version: 1,
      network: buildNetwork({ kind: 'cnn-small' }, [32, 32, 3], 10),
      training: { objective: 'adversarial', epochs: 40 },
      inputs: { data: 'd'.repeat(64) },
      seed: 1,
    });
    expect(contentKey(recipe)).toBe('05e63fdfa9235f15e660f4aa19d4643880cddf256696bb36add9e4e98d3159ed');
  });

  it('of evaluation recipes is the one that workspaces already hold', () => {
    const keyOf = (evaluation: object): string =>
      contentKey(
        recipeSchema.parse({
          kind: 'evaluate',
          version: 1,
          examples: 100,
          evaluation,
          inputs: { data: 'a'.repeat(64), model: 'b'.repeat(64) },
          seed: 0,
        }),
      );
    expect(keyOf({ kind: 'clean' })).toBe('444e4658bbf3cc779c44b33cc10c0c1788c9a89a4848d1883aa5ccb99573752b');
    expect(keyOf({ kind: 'attack', attack: { kind: 'pgd', epsilon: '8/255' } })).toBe(
      '3962e90cc99ca304f8e0619fb04c6df0d08518800d308f46672169ad285c2bf7',
    );
  });

  it('of an open-world recipe that takes no fit is the one that workspaces already hold', () => {
    const detectors = ['msp', 'energy', 'odin', 'feature-squeezing', 'background-class', 'max-logit'];
    const recipe = recipeSchema.parse({
      kind: 'evaluate',
      version: 2,
      examples: 100,
      evaluation: {
        kind: 'open-world',
        openWorld: { source: 'uniform-noise', epsilon: '8/255', detectors },
      },
      inputs: { data: 'a'.repeat(64), model: 'b'.repeat(64), source: 'c'.repeat(64) },
      seed: 0,
    });
    expect(contentKey(recipe)).toBe('175b18649a4df108e99fbb1aed41ef600bb79fbccd3d76a3b6535e1f2d59d463');
  });

  it('does not see the order in which a recipe was written', () => {
    const turned = Object.fromEntries(Object.entries(glyphs).reverse());
    expect(contentKey(recipe(turned))).toBe(contentKey(recipe(glyphs)));
  });

  it('sees every letter of a dataset name, accents and all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (left, right) => {
        const keyOf = (name: string) =>
          contentKey(recipe({ kind: 'library', name, checksum: 'a'.repeat(64), train: 1, validation: 0 }));
        expect(keyOf(left) === keyOf(right)).toBe(left === right);
      }),
    );
  });
});

describe('runKey', () => {
  it('is that of the set of stages', () => {
    expect(runKey(['a', 'b', 'c'])).toBe(runKey(['c', 'a', 'b']));
    expect(runKey(['a', 'b'])).not.toBe(runKey(['a', 'b', 'c']));
  });
});
