import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { trainingOf } from '#contract/pruning.ts';
import type { Plan } from '#contract/plan.ts';
import type { RecipeOf } from '#contract/stage.ts';
import { installation } from '../installation.ts';
import { sampleDatasets } from '../../tests/fixture/plans.ts';
import { parseStudy } from './parse-study.ts';
import { planStudy } from './plan-study.ts';

const files = readdirSync(installation.presets).filter((file) => file.endsWith('.yaml'));

function planPreset(file: string): Plan {
  const study = parseStudy(readFileSync(`${installation.presets}/${file}`, 'utf8'));
  if (study.kind === 'invalid') throw new Error(JSON.stringify(study.issues));
  const planned = planStudy(study, sampleDatasets);
  if (planned.kind === 'invalid') throw new Error(JSON.stringify(planned.issues));
  return planned.plan;
}

/** Epochs after pre-training of every pruned run: inside pruning and in fine-tuning. */
function budgetsOf({ runs, stages }: Plan): Set<number> {
  const recipes = new Map(stages.map(({ key, recipe }) => [key, recipe]));
  const budgets = runs.flatMap((run) => {
    const own = run.stages.map(({ key }) => recipes.get(key)!);
    const prune = own.find((recipe): recipe is RecipeOf<'prune'> => recipe.kind === 'prune');
    const finetune = own.find((recipe): recipe is RecipeOf<'finetune'> => recipe.kind === 'finetune');
    if (prune === undefined) return [];
    return [(trainingOf(prune.pruning)?.epochs ?? 0) + (finetune?.training.epochs ?? 0)];
  });
  return new Set(budgets);
}

describe.each(files)('the preset %s', (file) => {
  it('plans without an issue', () => {
    expect(planPreset(file).runs.length).toBeGreaterThan(1);
  });

  it('says what it claims and what would refute it', () => {
    expect(planPreset(file).header.description).toMatch(/refuted/i);
  });

  it('comes in a small and in a published size, or stands for itself', () => {
    const id = file.replace(/(?:-small)?\.yaml$/, '');
    const standsAlone = ['quickstart', 'cifar10-compact'].includes(id);
    expect([`${id}-small.yaml`, `${id}.yaml`].filter((each) => files.includes(each))).toHaveLength(
      standsAlone ? 1 : 2,
    );
  });
});

describe('presets that compare strategies', () => {
  it.each(['strategy-comparison', 'iterative-pruning', 'learned-scores'])(
    'give every pruned run of %s the same number of epochs',
    (id) => {
      expect(budgetsOf(planPreset(`${id}.yaml`)).size).toBe(1);
      expect(budgetsOf(planPreset(`${id}-small.yaml`)).size).toBe(1);
    },
  );
});
