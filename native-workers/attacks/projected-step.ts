import {
  add,
  clipByValue,
  div,
  maximum,
  minimum,
  mul,
  sign,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { Ball } from '#contract/quantities.ts';

/** Guards a division by the length of a zero gradient or perturbation. */
const smallestLength = 1e-12;

/**
 * One step of `stepSize` along `ascent`, drawn back into the ball around `center` and into [0, 1]:
 * sign step (sign 0 = 0) for the max norm, normalised step for the Euclidean.
 */
export function projectedStep(
  points: Tensor4D,
  ascent: Tensor4D,
  { ball, center, stepSize }: { readonly ball: Ball; readonly center: Tensor4D; readonly stepSize: number },
): Tensor4D {
  const radius: number = ball.epsilon;
  switch (ball.norm) {
    case 'linf': {
      const moved = sub(add(points, mul(sign(ascent), stepSize)), center);
      return clipByValue(add(center, clipByValue(moved, -radius, radius)), 0, 1);
    }
    case 'l2': {
      const moved = sub(add(points, mul(div(ascent, lengths(ascent)), stepSize)), center);
      const shrink = minimum(div(radius, lengths(moved)), 1);
      return clipByValue(add(center, mul(moved, shrink)), 0, 1);
    }
  }
}

/** Euclidean length per example, [batch, 1, 1, 1]. */
const lengths = (tensor: Tensor): Tensor =>
  maximum(sqrt(sum(square(tensor), [1, 2, 3], true)), smallestLength);
