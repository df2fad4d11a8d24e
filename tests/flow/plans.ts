import { createHash } from 'node:crypto';
import { recipeSchema, recipeText, type Recipe } from '#contract/stage.ts';
import { studyHeaderSchema } from '#contract/study.ts';
import type { Plan, PlannedStage } from '#contract/plan.ts';

const planned = (draft: unknown): PlannedStage => {
  const recipe: Recipe = recipeSchema.parse(draft);
  const key = createHash('sha256').update(recipeText(recipe)).digest('hex');
  return {
    key,
    kind: recipe.kind,
    recipe,
    label: `${recipe.kind} ${key.slice(0, 6)}`,
    work: 1000,
    bytes: 100,
  };
};

/** Import, then a dense model, pruned and evaluated: one run per seed over a shared import. */
export function chainPlan(seeds: readonly number[]): Plan {
  const dataset = { kind: 'glyphs', train: 10, validation: 0, test: 10, seed: 0 };
  const data = planned({ kind: 'import', version: 1, dataset });
  const chains = seeds.map((seed) => chainOf(data, seed));
  return {
    header: studyHeaderSchema.parse({ name: 'flow', seeds }),
    runs: chains.map(({ seed, stages }) => ({
      key: createHash('sha256').update(`run ${seed}`).digest('hex'),
      name: `run ${seed}`,
      seed,
      settings: {},
      stages: stages.map(({ key, kind, label }) => ({ key, kind, label })),
    })),
    stages: [data, ...chains.flatMap((chain) => chain.stages.slice(1))],
    factors: [],
    excludedCellCount: 0,
    unsharedStageCount: seeds.length * 4,
  };
}

function chainOf(data: PlannedStage, seed: number) {
  const network = {
    spec: { kind: 'mlp', widths: [4] },
    inputShape: [32, 32, 3],
    classCount: 10,
    nodes: [
      { kind: 'input', id: 'input' },
      { kind: 'flatten', id: 'flat', input: 'input' },
      { kind: 'dense', id: 'logits', input: 'flat', units: 10 },
    ],
  };
  const pretrain = planned({
    kind: 'pretrain',
    version: 1,
    network,
    training: { objective: 'natural', epochs: 1 },
    inputs: { data: data.key },
    seed,
  });
  const inputs = (model: PlannedStage) => ({ data: data.key, model: model.key });
  const pruning = { kind: 'magnitude', density: 0.1 };
  const prune = planned({ kind: 'prune', version: 1, pruning, inputs: inputs(pretrain), seed });
  const evaluate = planned({
    kind: 'evaluate',
    version: 1,
    examples: 10,
    evaluation: { kind: 'clean' },
    inputs: inputs(prune),
    seed,
  });
  return { seed, stages: [data, pretrain, prune, evaluate] };
}
