import { describe, expect, it } from 'vitest';
import { objectiveSchema } from './objective.ts';
import {
  densityOf,
  matchedPruningSchema,
  matchPruning,
  pruningName,
  pruningSchema,
  trainingOf,
} from './pruning.ts';

const pretraining = objectiveSchema.parse('trades');
const matched = (pruning: unknown) => matchPruning(matchedPruningSchema.parse(pruning), pretraining);

describe('pruningSchema', () => {
  it('keeps the recipe of one-shot magnitude pruning as it was before there were schedules', () => {
    expect(pruningSchema.parse({ kind: 'magnitude', density: 0.1 })).toEqual({
      kind: 'magnitude',
      density: 0.1,
      scope: 'network',
    });
  });

  it('takes one-shot for the schedule that there is without one', () => {
    const oneShot = matched({ kind: 'magnitude', density: 0.1, schedule: 'one-shot' });
    expect(Object.keys(oneShot)).toEqual(Object.keys(matched({ kind: 'magnitude', density: 0.1 })));
  });

  it.each([
    { kind: 'learned-scores', density: 0.1, training: { epochs: 2 } },
    { kind: 'filter-l1', density: 0.1, training: { epochs: 2 } },
    { kind: 'magnitude', density: 0.1, schedule: { kind: 'iterative', training: { epochs: 2 } } },
    { kind: 'magnitude', density: 0.1, schedule: { kind: 'gradual', training: { epochs: 2 } } },
  ])('trains $kind with the objective of pre-training unless it names another', (pruning) => {
    expect(trainingOf(matched(pruning))?.objective).toEqual(pretraining);
  });

  it('ranks gradients of the objective of pre-training', () => {
    expect(matched({ kind: 'gradient', density: 0.5 })).toMatchObject({ objective: pretraining, batches: 1 });
  });

  it('lets a study name another objective than that of pre-training', () => {
    const training = { epochs: 1, objective: 'natural' };
    const pruning = matched({ kind: 'learned-scores', density: 0.5, training });
    expect(trainingOf(pruning)?.objective).toEqual({ kind: 'natural' });
  });

  it.each(['random', 'magnitude', 'filter-l1', 'batchnorm-scale', 'gradient'])(
    'is the same for %s whether trained weights are asked for or nothing is said',
    (kind) => {
      expect(matched({ kind, density: 0.5, weights: 'trained' })).toEqual(matched({ kind, density: 0.5 }));
      expect(matched({ kind, density: 0.5, weights: 'new' })).toMatchObject({ weights: 'new' });
    },
  );

  it('names a pruning by what departs from the defaults', () => {
    const iterative = { kind: 'iterative', training: { objective: 'natural', epochs: 1 } };
    const pruning = pruningSchema.parse({
      kind: 'magnitude',
      density: 0.1,
      schedule: iterative,
      weights: 'new',
    });
    expect(pruning.kind === 'none' ? '' : pruningName(pruning)).toBe(
      'magnitude 0.1 network iterative new weights',
    );
    expect(densityOf(pruning)).toBe(0.1);
  });
});
