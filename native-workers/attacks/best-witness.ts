import { add, dispose, mul, sub, tensor4d, tidy, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import { forward } from '#workers/networks/forward.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { noTarget } from './targets.ts';

/** Per example, the point with the greatest lead of a wrong class (or of the target) among all points shown. */
export type BestWitness = {
  /** Takes over, row by row, the points whose logits beat the best so far. Both tensors stay the caller's. */
  readonly consider: (points: Tensor4D, logits: Tensor2D) => Promise<void>;
  /** As `consider`, evaluating the network itself. */
  readonly evaluate: (points: Tensor4D) => Promise<void>;
  readonly read: () => Promise<Float32Array>;
  readonly dispose: () => void;
};

/** Starts with the images themselves, which any point with a score beats. */
export function createBestWitness(input: {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterTensors;
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly targets: Int32Array;
}): BestWitness {
  const { graph, parameters, labels, targets } = input;
  const scores = new Float64Array(labels.length).fill(-Infinity);
  let best = imageTensor(graph, input.images);

  const consider = async (points: Tensor4D, logits: Tensor2D): Promise<void> => {
    const values = (await logits.data()) as Float32Array;
    const improved = scores.map((score, row) => {
      const fresh = leadOf(values.subarray(row * graph.classCount, (row + 1) * graph.classCount), {
        label: labels[row]!,
        target: targets[row]!,
      });
      if (!(fresh > score)) return 0;
      scores[row] = fresh;
      return 1;
    });
    if (!improved.includes(1)) return;
    const chosen = takeRows(improved, points, best);
    best.dispose();
    best = chosen;
  };

  return {
    consider,
    evaluate: async (points) => {
      const logits = tidy(() => forward(graph, parameters, points));
      await consider(points, logits);
      dispose(logits);
    },
    read: async () => (await best.data()) as Float32Array,
    dispose: () => {
      best.dispose();
    },
  };
}

/** Untargeted: greatest other logit minus the label's. Targeted: the target's minus the greatest other. */
function leadOf(logits: Float32Array, aim: { readonly label: number; readonly target: number }): number {
  const isTargeted = aim.target !== noTarget;
  const watched = isTargeted ? aim.target : aim.label;
  let greatestOther = -Infinity;
  for (let i = 0; i < logits.length; i += 1)
    if (i !== watched) greatestOther = Math.max(greatestOther, logits[i]!);
  return isTargeted ? logits[watched]! - greatestOther : greatestOther - logits[watched]!;
}

/**
 * Rows of `points` where `improved` is 1, of `otherwise` where it is 0: exact, since every value is finite.
 * (A `Select` by rows is no common ground: TensorFlow.js's own backends repeat each row's first value.)
 */
function takeRows(improved: Float64Array, points: Tensor4D, otherwise: Tensor4D): Tensor4D {
  return tidy(() => {
    const chosen = tensor4d(Float32Array.from(improved), [improved.length, 1, 1, 1]);
    return add(mul(points, chosen), mul(otherwise, sub(1, chosen)));
  });
}
