import { describe, expect, it } from 'vitest';
import { estimatePlan, estimateSeconds } from './estimate-plan.ts';
import { planOf, sampleStudy } from '../../tests/fixture/plans.ts';

const plan = planOf(sampleStudy);

describe('estimatePlan', () => {
  it('counts runs, stages by kind, factors and what is shared', () => {
    expect(estimatePlan(plan, {}, new Set())).toMatchObject({
      name: 'Sharing',
      runCount: 36,
      stageCount: 148,
      unsharedStageCount: 216,
      doneStageCount: 0,
      byKind: { import: 1, pretrain: 3, prune: 36, finetune: 36, evaluate: 72 },
      factors: [
        { path: 'prune.kind', values: ['random', 'magnitude'] },
        { path: 'prune.density', values: [0.5, 0.2, 0.1, 0.05] },
        { path: 'prune.scope', values: ['network', 'layer'] },
      ],
      excludedCellCount: 4,
    });
  });

  it('asks for no time and no space once everything is done', () => {
    const done = new Set(plan.stages.map((stage) => stage.key));
    expect(estimatePlan(plan, { pretrain: 1e9 }, done)).toMatchObject({
      doneStageCount: 148,
      estimatedSeconds: 0,
      estimatedBytes: 0,
    });
  });

  it('halves the time when the machine is twice as fast', () => {
    const secondsAt = (speed: number) => estimatePlan(plan, { pretrain: speed }, new Set()).estimatedSeconds!;
    expect(secondsAt(2e9)).toBeCloseTo(secondsAt(1e9) / 2, 6);
  });

  it('shows a factor of groups by kind and settings', () => {
    const objectives = planOf(`
name: Groups
dataset: glyphs
network: cnn-small
pretrain: { objective: [natural, { kind: adversarial, epsilon: [4/255, 8/255] }], epochs: 1 }`);
    expect(estimatePlan(objectives, {}, new Set()).factors).toEqual([
      {
        path: 'pretrain.objective',
        values: ['natural', 'adversarial, epsilon 4/255', 'adversarial, epsilon 8/255'],
      },
    ]);
  });
});

describe('estimateSeconds', () => {
  it('adds up the work of each kind at its own speed', () => {
    expect(estimateSeconds({ pretrain: 100, evaluate: 30 }, { pretrain: 10, evaluate: 3 })).toBe(20);
  });

  it('lets training stand in for evaluating, which counts the same work', () => {
    expect(estimateSeconds({ evaluate: 30 }, { pretrain: 10 })).toBe(3);
  });

  it('knows nothing before anything comparable was measured', () => {
    expect(estimateSeconds({ pretrain: 1 }, { import: 5 })).toBeUndefined();
    expect(estimateSeconds({ pretrain: 0, import: 5 }, {})).toBe(0);
  });
});

describe('the work of a plan', () => {
  const workOf = (objective: string, epochs: number) =>
    planOf(`name: Work
dataset: glyphs
network: cnn-small
pretrain: { objective: ${objective}, epochs: ${epochs} }`).stages[1]!.work;

  it('grows with epochs, and by one gradient for every attack step of adversarial training', () => {
    expect(workOf('natural', 4) / workOf('natural', 1)).toBe(4);
    expect(workOf('{ kind: adversarial, steps: 7 }', 1) / workOf('natural', 1)).toBe(8);
  });

  it('takes the pace of training for the training inside pruning, however slow choosing masks was', () => {
    const work = { prune: 1e12 };
    expect(estimateSeconds(work, { prune: 1, finetune: 1e10, pretrain: 1e9 })).toBe(100);
    expect(estimateSeconds(work, { prune: 1, pretrain: 1e9 })).toBe(1000);
  });
});
