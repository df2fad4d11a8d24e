import { describe, expect, it } from 'vitest';
import {
  countEvaluations,
  countCells,
  expandCells,
  flattenSettings,
  listFactors,
  sourcePath,
} from './factors.ts';

const draft = {
  name: 'study',
  seeds: [0, 1],
  dataset: ['glyphs', 'cifar10'],
  network: { kind: 'mlp', widths: [64, 64] },
  pretrain: { objective: ['natural', { kind: 'adversarial', epsilon: ['4/255', '8/255'] }], epochs: 3 },
  prune: { kind: 'magnitude', density: [1, 0.1] },
  evaluate: {
    attacks: [
      { kind: 'fgsm', epsilon: 0.1 },
      { kind: 'pgd', epsilon: [0, 0.5], steps: [7, 9] },
    ],
  },
};

describe('listFactors', () => {
  it('finds every list that is no list by nature, and none in the header or the evaluation', () => {
    expect(listFactors(draft).map(({ path }) => path.join('.'))).toEqual([
      'dataset',
      'pretrain.objective',
      'prune.density',
    ]);
  });

  it('takes a list of lists of widths for a factor', () => {
    const widths = { network: { kind: 'mlp', widths: [[64], [64, 64]] } };
    expect(listFactors(widths)).toEqual([{ path: ['network', 'widths'], values: [[64], [64, 64]] }]);
  });
});

describe('expandCells', () => {
  it('makes the product, as many cells as counted before', () => {
    expect(expandCells(draft)).toHaveLength(12);
    expect(countCells(draft)).toBe(12);
  });

  it('varies the last factor fastest', () => {
    const densities = expandCells(draft).map(({ value }) => (value['prune'] as { density: number }).density);
    expect(densities).toEqual([1, 0.1, 1, 0.1, 1, 0.1, 1, 0.1, 1, 0.1, 1, 0.1]);
  });

  it('multiplies out lists inside an entry of a list', () => {
    const objectives = expandCells(draft).map(
      ({ value }) => (value['pretrain'] as { objective: unknown }).objective,
    );
    const adversarial = (epsilon: string) => ({ kind: 'adversarial', epsilon });
    expect(objectives.filter((_, index) => index % 2 === 0).slice(0, 3)).toEqual([
      'natural',
      adversarial('4/255'),
      adversarial('8/255'),
    ]);
  });

  it('keeps an evaluation that is no group of fields for the schema to refuse', () => {
    expect(expandCells({ evaluate: 5 })).toEqual([{ value: { evaluate: 5 }, choices: [], evaluations: {} }]);
  });

  it('turns lists inside an attack into more attacks, as many as counted before', () => {
    const evaluate = expandCells(draft)[0]!.value['evaluate'] as { attacks: unknown[] };
    expect(evaluate.attacks).toEqual([
      { kind: 'fgsm', epsilon: 0.1 },
      { kind: 'pgd', epsilon: 0, steps: 7 },
      { kind: 'pgd', epsilon: 0, steps: 9 },
      { kind: 'pgd', epsilon: 0.5, steps: 7 },
      { kind: 'pgd', epsilon: 0.5, steps: 9 },
    ]);
    expect(countEvaluations(draft, 'attacks')).toBe(5);
  });
});

describe('sourcePath', () => {
  const last = expandCells(draft).at(-1)!;

  it('puts the index of the value taken after the path of its factor', () => {
    expect(sourcePath(last, ['prune', 'density'])).toEqual(['prune', 'density', 1]);
    expect(sourcePath(last, ['pretrain', 'objective', 'kind'])).toEqual(['pretrain', 'objective', 1, 'kind']);
    expect(sourcePath(last, ['pretrain', 'objective', 'epsilon'])).toEqual([
      'pretrain',
      'objective',
      1,
      'epsilon',
      1,
    ]);
    expect(sourcePath(last, ['pretrain', 'epochs'])).toEqual(['pretrain', 'epochs']);
  });

  it('leads an expanded attack back to its entry and to the value in its list', () => {
    expect(sourcePath(last, ['evaluate', 'attacks', 3, 'epsilon'])).toEqual([
      'evaluate',
      'attacks',
      1,
      'epsilon',
      1,
    ]);
    expect(sourcePath(last, ['evaluate', 'attacks', 4])).toEqual(['evaluate', 'attacks', 1]);
  });
});

describe('flattenSettings', () => {
  it("gives an alternative's own path its kind, and the rest dotted paths", () => {
    expect(
      flattenSettings({
        pretrain: { objective: { kind: 'adversarial', steps: 7 }, epochs: 2 },
        finetune: undefined,
      }),
    ).toEqual({ 'pretrain.objective': 'adversarial', 'pretrain.objective.steps': 7, 'pretrain.epochs': 2 });
  });

  it('writes a list as one text', () => {
    expect(flattenSettings({ network: { kind: 'mlp', widths: [64, 32] } })).toEqual({
      network: 'mlp',
      'network.widths': '64, 32',
    });
  });
});
