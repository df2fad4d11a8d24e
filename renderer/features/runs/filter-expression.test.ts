import { describe, expect, it } from 'vitest';
import type { RunRow } from '#contract/views.ts';
import { listColumns } from './columns.ts';
import { parseFilter } from './filter-expression.ts';

const base = {
  state: 'done' as const,
  studies: [{ id: 1, name: 'Sweep' }],
  createdAt: 0,
  finishedAt: undefined,
};
const runs: RunRow[] = [
  {
    ...base,
    key: 'a',
    name: 'a',
    seed: 0,
    settings: {
      network: 'cnn-small',
      'prune.density': 0.1,
      'pretrain.objective': 'adversarial',
      'pretrain.objective.epsilon': 8 / 255,
    },
    metrics: {
      density: 0.098,
      clean: 0.7,
      'attacked.pgd-50 linf 8/255': 0.45,
      'attacked.fgsm linf 8/255': 0.5,
    },
  },
  {
    ...base,
    key: 'b',
    name: 'b',
    seed: 1,
    settings: { network: 'mlp', 'pretrain.objective': 'natural', 'finetune.objective': 'natural' },
    metrics: { clean: 0.8, 'attacked.pgd-50 linf 8/255': 0 },
  },
];
const columns = listColumns(runs);

function keys(text: string): string {
  const result = parseFilter(text, columns);
  if (result.kind === 'mistake') throw new Error(result.message);
  return runs
    .filter(result.accepts)
    .map((run) => run.key)
    .join('');
}

describe('parseFilter', () => {
  it.each([
    ['', 'ab'],
    ['density <= 0.1 and attacked.pgd-50 > 0.4 and network ~ "cnn"', 'a'],
    ['clean >= 0.8', 'b'],
    ['density = 0.1', 'a'],
    ['metric:density < 0.1', 'a'],
    ['pgd-50 < 0.1', 'b'],
    ['epsilon = 8/255', 'a'],
    ['network = MLP', 'b'],
    ['network in (mlp, "cnn-small")', 'ab'],
    ['not (seed = 0 or seed = 1)', ''],
    ['seed = 0 or seed = 1 and clean > 0.9', 'a'],
    ['(seed = 0 or seed = 1) and clean > 0.75', 'b'],
    ['"attacked.fgsm linf 8/255" > 0', 'a'],
    ['pretrain.objective != natural', 'a'],
    ['network !~ cnn', 'b'],
  ])('reads %s', (text, expected) => expect(keys(text)).toBe(expected));

  it('lets a run without the value pass only what excludes', () => {
    expect(keys('density < 1')).toBe('a');
    expect(keys('density != 0.1')).toBe('b');
  });

  it.each([
    ['clean >', 'Expected a value', 7, 7],
    ['clean > 0.5 seed = 1', 'Expected “and” or “or”', 12, 16],
    ['sparsity < 0.1', 'No column is called “sparsity”', 0, 8],
    ['objective = natural', 'could be', 0, 9],
    ['attacked > 0.1', 'Write one of them', 0, 8],
    ['(clean > 0.5', 'Expected “)”', 12, 12],
    ['clean 0.5', 'Expected =', 6, 9],
    ['network ~ "cnn', 'Expected a value', 10, 11],
    ['and', 'No column is called', 0, 3],
  ])('points at the mistake in %s', (text, message, from, to) => {
    const result = parseFilter(text, columns);
    expect(result).toMatchObject({ kind: 'mistake', from, to });
    expect(result.kind === 'mistake' && result.message).toContain(message);
  });
});
