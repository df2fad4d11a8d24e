import { grad, mul, sign, sum, tidy, add, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import { imageTensor } from '#workers/networks/predict.ts';

/**
 * Images moved by `magnitude` per value along the sign of a score's gradient, laid out as they were; the score is
 * [batch], each entry of its own image. Not clipped to the range: the step is part of the detector's formula.
 */
export async function steppedImages(
  graph: NetworkGraph,
  images: Float32Array,
  { magnitude, score }: { readonly magnitude: number; readonly score: (points: Tensor4D) => Tensor },
): Promise<Float32Array> {
  if (magnitude === 0) return images;
  const points = imageTensor(graph, images);
  const stepped = tidy(() => {
    const rise = grad((x: Tensor) => sum(score(x as Tensor4D)));
    return add(points, mul(sign(rise(points)), magnitude));
  });
  try {
    return (await stepped.data()) as Float32Array;
  } finally {
    points.dispose();
    stepped.dispose();
  }
}
