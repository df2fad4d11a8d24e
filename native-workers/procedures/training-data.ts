import { taskClassCount, type NetworkGraph } from '#contract/network.ts';
import { outliersOf, type Training } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import { epochOrder } from '#workers/data/epoch-order.ts';
import { gatherExamples, type ExampleSet } from '#workers/data/example-set.ts';
import { intensities } from '#workers/data/intensities.ts';
import { openDataset, type OpenDataset } from '#workers/data/load-examples.ts';
import type { Batch } from '#workers/objectives/batch.ts';
import { openOutliers, type DrawOutlier } from '#workers/ood/sources/training-outliers.ts';

/** The batches of a training stage, any of which can be made at any time. Steps count from 0 over the whole stage. */
export type TrainingData = {
  readonly examplesPerEpoch: number;
  readonly stepsPerEpoch: number;
  readonly validation: ExampleSet;
  batchAt(step: number): Batch;
};

type TrainingRequest = {
  readonly workspace: string;
  readonly splitFile: string;
  /** Of the dataset that outliers come from, where the objective takes them from one. */
  readonly outlierFile: string | undefined;
  readonly graph: NetworkGraph;
  readonly training: Training;
  readonly seed: number;
};

export async function openTrainingData(request: TrainingRequest): Promise<TrainingData> {
  const { training, seed, graph } = request;
  const dataset = await openDataset(request.workspace, request.splitFile);
  expectFitting(graph, dataset);
  const { train, validation } = await dataset.loadAll(['train', 'validation']);
  const stepsPerEpoch = Math.ceil(train.indices.length / training.batch);
  const kind = training.augmentation === 'dataset' ? dataset.manifest.augmentation : 'none';
  const orderOf = rememberingLast((epoch) => epochOrder(seed, epoch, train.indices.length));
  const drawOutlier = await openDrawing(request, train);
  return {
    examplesPerEpoch: train.indices.length,
    stepsPerEpoch,
    validation,
    batchAt(step) {
      const epoch = Math.floor(step / stepsPerEpoch);
      const first = (step % stepsPerEpoch) * training.batch;
      const positions = orderOf(epoch).subarray(first, first + training.batch);
      const batch = gatherExamples(train, positions, kind === 'none' ? undefined : { kind, seed, epoch });
      return drawOutlier === undefined ? batch : besideOutliers(batch, drawOutlier, { seed, epoch });
    },
  };
}

/** Draws outliers for an objective that has some. */
async function openDrawing(
  { training, workspace, outlierFile }: TrainingRequest,
  train: ExampleSet,
): Promise<DrawOutlier | undefined> {
  const source = outliersOf(training.objective);
  if (source === undefined) return undefined;
  const dataset = outlierFile === undefined ? undefined : await openDataset(workspace, outlierFile);
  const other = dataset && { set: await dataset.load('train'), classes: dataset.manifest.classes };
  return openOutliers({ source, train, other });
}

/** An example's outlier is another one in every epoch, and the same whatever its batch. */
function besideOutliers(
  batch: Batch,
  draw: DrawOutlier,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): Batch {
  const { images, exampleIds } = batch;
  const size = images.length / exampleIds.length;
  const outliers = new Float32Array(images.length);
  for (const [row, id] of exampleIds.entries()) {
    const pixels = draw(createRandom(seed, 'outlier', epoch, id));
    for (let i = 0; i < size; i += 1) outliers[row * size + i] = intensities[pixels[i]!]!;
  }
  return { ...batch, outliers };
}

/** A network is built for one task; another dataset's images or labels mean nothing to it. */
export function expectFitting(graph: NetworkGraph, { manifest }: Pick<OpenDataset, 'manifest'>): void {
  const fits =
    graph.inputShape.every((size, axis) => size === manifest.shape[axis]) &&
    taskClassCount(graph) === manifest.classes.length;
  if (!fits)
    throw new BadInput(
      `The network takes ${graph.inputShape.join(' x ')} images of ${taskClassCount(graph)} classes, but ${manifest.name} has ${manifest.shape.join(' x ')} images of ${manifest.classes.length} classes.`,
      'Choose a network that fits the dataset.',
    );
}

function rememberingLast<Value>(make: (key: number) => Value): (key: number) => Value {
  let last: { key: number; value: Value } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, value: make(key) };
    return last.value;
  };
}
