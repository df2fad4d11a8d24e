import { taskClassCount, type NetworkGraph } from '#contract/network.ts';
import type { Training } from '#contract/objective.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import { epochOrder } from '#workers/data/epoch-order.ts';
import { gatherExamples, type ExampleBatch, type ExampleSet } from '#workers/data/example-set.ts';
import { openDataset, type OpenDataset } from '#workers/data/load-examples.ts';

/** The batches of a training stage, any of which can be made at any time. Steps count from 0 over the whole stage. */
export type TrainingData = {
  readonly examplesPerEpoch: number;
  readonly stepsPerEpoch: number;
  readonly validation: ExampleSet;
  batchAt(step: number): ExampleBatch;
};

export async function openTrainingData(input: {
  readonly workspace: string;
  readonly splitFile: string;
  readonly graph: NetworkGraph;
  readonly training: Training;
  readonly seed: number;
}): Promise<TrainingData> {
  const { training, seed, graph } = input;
  const dataset = await openDataset(input.workspace, input.splitFile);
  expectFitting(graph, dataset);
  const { train, validation } = await dataset.loadAll(['train', 'validation']);
  const stepsPerEpoch = Math.ceil(train.indices.length / training.batch);
  const kind = training.augmentation === 'dataset' ? dataset.manifest.augmentation : 'none';
  const orderOf = rememberingLast((epoch) => epochOrder(seed, epoch, train.indices.length));
  return {
    examplesPerEpoch: train.indices.length,
    stepsPerEpoch,
    validation,
    batchAt(step) {
      const epoch = Math.floor(step / stepsPerEpoch);
      const first = (step % stepsPerEpoch) * training.batch;
      const positions = orderOf(epoch).subarray(first, first + training.batch);
      return gatherExamples(train, positions, kind === 'none' ? undefined : { kind, seed, epoch });
    },
  };
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
