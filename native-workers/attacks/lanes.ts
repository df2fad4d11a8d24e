import { add, mul, sub, tensor4d, tidy, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { batchWidth, padRows } from './batch-width.ts';
import { imageSize, pickRows } from './image-rows.ts';
import type { Witnesses } from './witnesses.ts';

/** The batch in which open examples go through the network together; as wide as batchWidth says. */
export type Lanes = {
  /** The example of each lane; lanes from `count` on repeat the first one and find nothing of their own. */
  readonly rows: readonly number[];
  readonly count: number;
  /** Has the witnesses weigh the points and keeps the better ones. Both tensors stay the caller's. */
  readonly consider: (points: Tensor4D, shown: Tensor2D) => Promise<void>;
  /** Whether so many examples have been left that narrower lanes hold the others. */
  readonly areTooWide: () => boolean;
  /** Writes the kept points to the witnesses. */
  readonly handOver: () => Promise<void>;
  readonly dispose: () => void;
};

export function openLanes(graph: NetworkGraph, witnesses: Witnesses, examples: readonly number[]): Lanes {
  const rows = padRows(examples);
  const size = imageSize(graph);
  let best = imageTensor(graph, pickRows(witnesses.points, rows, size));
  return {
    rows,
    count: examples.length,
    consider: async (points, shown) => {
      const improved = witnesses.weigh(rows, (await shown.data()) as Float32Array);
      const chosen = takeLanes(improved, points, best);
      best.dispose();
      best = chosen;
    },
    areTooWide: () => batchWidth(witnesses.open().length) < rows.length,
    handOver: async () => {
      const values = (await best.data()) as Float32Array;
      for (const [lane, row] of examples.entries())
        witnesses.points.set(values.subarray(lane * size, (lane + 1) * size), row * size);
    },
    dispose: () => {
      best.dispose();
    },
  };
}

/**
 * Lanes of `points` where `improved` is 1, of `otherwise` where it is 0: exact, since every value is finite.
 * (A `Select` by rows is no common ground: TensorFlow.js's own backends repeat each row's first value.)
 * Always the same operations, even where nothing improved: an engine that compiles what it is asked for sees one program.
 */
function takeLanes(improved: Float32Array, points: Tensor4D, otherwise: Tensor4D): Tensor4D {
  return tidy(() => {
    const chosen = tensor4d(improved, [improved.length, 1, 1, 1]);
    return add(mul(points, chosen), mul(otherwise, sub(1, chosen)));
  });
}
