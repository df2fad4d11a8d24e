import {
  datasetChoiceSchema,
  type DatasetChoice,
  type DatasetFacts,
  type ResolvedDataset,
} from '#contract/dataset.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { outliersOf, type Objective, type Training } from '#contract/objective.ts';
import type { OpenWorld } from '#contract/open-world.ts';
import { objectiveOf, pruningName, type Pruning } from '#contract/pruning.ts';
import { algorithmVersions } from '#contract/stage.ts';
import { costOfImport, costOfPruning, costOfTraining } from './estimate-work.ts';
import { measureSize, type NetworkSize } from './network-size.ts';
import { planEvaluations, type Model } from './plan-evaluations.ts';
import { planned } from './planned.ts';
import type { PlannedStage } from '#contract/plan.ts';
import type { ResolvedCell } from './run-settings.ts';
import { needsBackground, trainedOutliers, type Overlaps } from './settle-outliers.ts';

/** What all cells with the same dataset, network and pre-training share: made once, not once per run. */
export type Trunk = {
  readonly data: PlannedStage;
  readonly images: number;
  readonly testCount: number;
  readonly size: NetworkSize;
  readonly pretrained: (seed: number) => PlannedStage;
  /** The import of the dataset that a source takes its images from; none where they are made, or the task's own. */
  readonly sourceData: (source: OpenWorld['source']) => PlannedStage | undefined;
  readonly overlaps: Overlaps;
};

export function planTrunk(cell: ResolvedCell, datasets: ReadonlyMap<string, DatasetFacts>): Trunk {
  const { dataset: choice, pretrain } = cell;
  const facts = datasets.get(choice.name)!;
  const dataset = resolveDataset(choice, facts);
  const data = importStage(dataset, facts);
  const network = networkOf(cell, facts);
  const size = measureSize(network);
  const bySeed = new Map<number, PlannedStage>();
  const sourceData: Trunk['sourceData'] = (source) => {
    if (source === 'in-distribution' || source.kind !== 'dataset') return undefined;
    const other = datasets.get(source.name)!;
    const all = datasetChoiceSchema.parse({ name: source.name, validation: 0 });
    return importStage(resolveDataset(all, other), other);
  };
  return {
    data,
    images: dataset.train,
    testCount: dataset.kind === 'glyphs' ? dataset.test : facts.testCount,
    size,
    pretrained: (seed) => {
      const known = bySeed.get(seed);
      if (known !== undefined) return known;
      const made = pretrainStage(pretrain, network, { data, images: dataset.train, size, sourceData, seed });
      bySeed.set(seed, made);
      return made;
    },
    sourceData,
    overlaps: facts.overlaps ?? {},
  };
}

function networkOf(cell: ResolvedCell, { shape, classes }: DatasetFacts): NetworkGraph {
  const known = classes.length - (cell.dataset.heldOut?.length ?? 0);
  return needsBackground(cell)
    ? { ...buildNetwork(cell.network, shape, known + 1), background: true }
    : buildNetwork(cell.network, shape, known);
}

/** The stages of one run, each after those whose results it takes. The dense twin is fine-tuned too: equal budgets. */
export function planPath(cell: ResolvedCell, trunk: Trunk, seed: number): PlannedStage[] {
  const context = { ...trunk, seed };
  const pretrained = trunk.pretrained(seed);
  const dense: Model = { stage: pretrained, path: cell.pretrain.objective.kind };
  const kept: Model =
    cell.prune.kind === 'none'
      ? dense
      : following(dense, pruneStage(cell.prune, dense, context), pruningName(cell.prune));
  const model: Model =
    cell.finetune === undefined
      ? kept
      : following(kept, finetuneStage(cell.finetune, kept, context), cell.finetune.objective.kind);

  const evaluated = planEvaluations(cell.evaluate, { ...context, model });
  const outliers = trainedOutliers(cell).flatMap((source) => trunk.sourceData(source) ?? []);
  return distinct([trunk.data, ...outliers, pretrained, kept.stage, model.stage, ...evaluated]);
}

const following = (before: Model, stage: PlannedStage, step: string): Model => ({
  stage,
  path: `${before.path}, ${step}`,
});

type Context = Pick<Trunk, 'data' | 'images' | 'size' | 'sourceData'> & { readonly seed: number };

/** The input that a training takes its outliers from; none without, or where they are made. */
function outlierInput(objective: Objective | undefined, { sourceData }: Pick<Trunk, 'sourceData'>) {
  const outliers = objective && outliersOf(objective);
  const stage = outliers && sourceData(outliers);
  return stage === undefined ? {} : { outliers: stage.key };
}

function resolveDataset(choice: DatasetChoice, facts: DatasetFacts): ResolvedDataset {
  const heldOut = choice.heldOut && { heldOut: choice.heldOut };
  if ('test' in choice) {
    const { train, validation, test, seed } = choice;
    return { kind: 'glyphs', train, validation, test, seed, ...heldOut };
  }
  const { name, validation } = choice;
  const train = choice.train ?? facts.trainCount - validation;
  return { kind: 'library', name, checksum: facts.checksum, train, validation, ...heldOut };
}

const importStage = (dataset: ResolvedDataset, facts: DatasetFacts): PlannedStage =>
  planned({ kind: 'import', version: algorithmVersions.import, dataset }, `import ${facts.name}`, {
    ...costOfImport(dataset, facts.shape),
  });

function pretrainStage(training: Training, network: NetworkGraph, context: Context): PlannedStage {
  const { data, seed, images, size } = context;
  const version = algorithmVersions.pretrain;
  const inputs = { data: data.key, ...outlierInput(training.objective, context) };
  return planned(
    { kind: 'pretrain', version, network, training, inputs, seed },
    `pretrain ${network.spec.kind} ${training.objective.kind} seed ${seed}`,
    costOfTraining(training, images, size),
  );
}

function pruneStage(
  pruning: Exclude<Pruning, { kind: 'none' }>,
  model: Model,
  context: Context,
): PlannedStage {
  const { data, seed, images, size } = context;
  const version = algorithmVersions.prune;
  const inputs = {
    data: data.key,
    model: model.stage.key,
    ...outlierInput(objectiveOf(pruning), context),
  };
  return planned(
    { kind: 'prune', version, pruning, inputs, seed },
    `prune ${pruningName(pruning)} (${model.path}) seed ${seed}`,
    costOfPruning(pruning, images, size),
  );
}

function finetuneStage(training: Training, model: Model, context: Context): PlannedStage {
  const { data, seed, images, size } = context;
  const version = algorithmVersions.finetune;
  const inputs = { data: data.key, model: model.stage.key, ...outlierInput(training.objective, context) };
  return planned(
    { kind: 'finetune', version, training, inputs, seed },
    `finetune ${training.objective.kind} (${model.path}) seed ${seed}`,
    costOfTraining(training, images, size),
  );
}

/** The same attack given twice is one stage. */
const distinct = (stages: readonly PlannedStage[]): PlannedStage[] => [
  ...new Map(stages.map((stage) => [stage.key, stage])).values(),
];
