import type { NetworkGraph } from '#contract/network.ts';
import { gatherExamples, positionRange, type ExampleSet } from '#workers/data/example-set.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';

const batchSize = 250;

/** Fraction of a set's examples that the network classifies correctly. */
export async function measureCleanAccuracy(
  graph: NetworkGraph,
  parameters: ParameterTensors,
  set: ExampleSet,
): Promise<number> {
  const count = set.indices.length;
  let correct = 0;
  for (let first = 0; first < count; first += batchSize) {
    const { images, labels } = gatherExamples(set, positionRange(first, Math.min(count, first + batchSize)));
    const { classes } = await predict({ graph, parameters, images });
    correct += classes.reduce((sum, label, row) => sum + (label === labels[row] ? 1 : 0), 0);
  }
  return correct / count;
}
