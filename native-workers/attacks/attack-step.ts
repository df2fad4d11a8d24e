import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Ball } from '#contract/quantities.ts';
import { repeated } from '#workers/engine/repeated.ts';
import { ascentAt, type Slope } from './ascent.ts';
import { projectedStep } from './projected-step.ts';

/** How an attack goes from one iterate to the next. */
export type Stride = Slope & {
  readonly ball: Ball;
  readonly stepSize: number;
  /** The middle of each ball. */
  readonly center: Tensor4D;
};

/** The next iterate, and the logits at this one; both are the caller's. */
export function attackStep(
  points: Tensor4D,
  stride: Stride,
): { readonly next: Tensor4D; readonly logits: Tensor2D } {
  const { graph, parameters, watched, center, ball, stepSize, loss, goal } = stride;
  return repeated({
    of: graph,
    as: `attack step ${loss} ${goal} ${ball.norm} ${ball.epsilon} ${stepSize}`,
    inputs: { points, center, watched, ...parameters },
    compute: () => {
      const { ascent, logits } = ascentAt(points, stride);
      return { next: projectedStep(points, ascent, stride), logits };
    },
  });
}
