import { describe, expect, it } from 'vitest';
import type { PlannedStage } from '#contract/plan.ts';
import type { RecipeOf } from '#contract/stage.ts';
import { planOf, sampleDatasets } from '../../tests/fixture/plans.ts';
import { parseStudy } from './parse-study.ts';
import { planStudy } from './plan-study.ts';

const study = (pretrain: string, rest = '', network = 'cnn-small') => `
name: Outliers
dataset: glyphs
network: ${network}
pretrain: { objective: ${pretrain}, epochs: 1 }
${rest}`;
const exposure = '{ kind: outlier-exposure, outliers: cifar10 }';
const stagesOf = (yaml: string): readonly PlannedStage[] => planOf(yaml).stages;
const pretrainOf = (yaml: string) =>
  stagesOf(yaml).find(({ kind }) => kind === 'pretrain')!.recipe as RecipeOf<'pretrain'>;
function issuesOf(yaml: string) {
  const parsed = parseStudy(yaml);
  if (parsed.kind === 'invalid') return parsed.issues;
  const planned = planStudy(parsed, sampleDatasets);
  return planned.kind === 'invalid' ? planned.issues : [];
}

describe('planning outliers of training', () => {
  it('imports their dataset before all training, and names it as an input of the stages that train with it', () => {
    const stages = stagesOf(
      study(
        exposure,
        `prune: { kind: learned-scores, density: 0.5, training: { epochs: 1 } }
finetune: { objective: natural, epochs: 1 }`,
      ),
    );
    expect(stages.map(({ kind }) => kind)).toEqual([
      'import',
      'import',
      'pretrain',
      'prune',
      'finetune',
      'evaluate',
    ]);
    expect(stages[1]!.label).toBe('import cifar10');
    const outliers = stages.map(({ recipe }) =>
      'inputs' in recipe && 'outliers' in recipe.inputs ? recipe.inputs.outliers : undefined,
    );
    const { key } = stages[1]!;
    expect(outliers).toEqual([undefined, undefined, key, key, undefined, undefined]);
  });

  it('asks for no import where outliers are made', () => {
    const recipe = pretrainOf(study('{ kind: energy-tuned, outliers: uniform-noise }'));
    expect(recipe.inputs).not.toHaveProperty('outliers');
    expect(recipe.training.objective).toMatchObject({ outliers: { kind: 'uniform-noise' }, weight: 0.1 });
  });

  it('writes the classes that count as the task into the recipe, but not into the settings', () => {
    const glyphs = { ...sampleDatasets.get('glyphs')!, overlaps: { cifar10: ['class 4'] } };
    const parsed = parseStudy(study(exposure));
    if (parsed.kind === 'invalid') throw new Error('The study is sound.');
    const planned = planStudy(parsed, new Map([...sampleDatasets, ['glyphs', glyphs]]));
    if (planned.kind === 'invalid') throw new Error('The study fits its datasets.');
    const { recipe } = planned.plan.stages.find(({ kind }) => kind === 'pretrain')!;
    expect(recipe).toMatchObject({ training: { objective: { outliers: { exclude: ['class 4'] } } } });
    expect(planned.plan.runs[0]!.settings).toMatchObject({ 'pretrain.objective.outliers': 'cifar10' });
    expect(Object.keys(planned.plan.runs[0]!.settings)).not.toContain('pretrain.objective.outliers.exclude');
  });

  it('gives the network a background class from the start where any training of the run asks for one', () => {
    const background = '{ kind: background-class, outliers: constant }';
    const both = '{ kind: outlier-adversarial, outliers: constant, background: true }';
    const plain = pretrainOf(study('natural'));
    expect([plain.network.classCount, plain.network.background]).toEqual([10, undefined]);
    for (const yaml of [
      study(background),
      study(both),
      study('natural', `finetune: { objective: ${background}, epochs: 1 }`),
      study('natural', `prune: { kind: gradient, density: 0.5, objective: ${background} }`),
    ]) {
      const { network } = pretrainOf(yaml);
      expect([network.classCount, network.background]).toEqual([11, true]);
      expect(network.nodes.at(-1)).toMatchObject({ units: 11 });
    }
    expect(pretrainOf(study(both.replace('true', 'false'))).network.classCount).toBe(10);
  });

  it('refuses outliers that are the task, are not there, or have no training images, where they are asked for', () => {
    const refused = (outliers: string) =>
      issuesOf(study(`{ kind: outlier-exposure, outliers: ${outliers} }`));
    expect(refused('glyphs')[0]!.message).toMatch(/is the task itself/);
    expect(refused('cifar100')[0]!.message).toMatch(/Did you mean cifar10/);
    expect(refused('test-only')[0]!.message).toMatch(/only test images/);
    expect(refused('held-out-classes')[0]!.message).toMatch(/never trained on/);
    expect(
      issuesOf(study('{ kind: outlier-exposure, outliers: glyphs }', 'finetune: { epochs: 1 }')),
    ).toHaveLength(1);
  });
});
