import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Ball } from '#contract/quantities.ts';
import { repeated } from '#workers/engine/repeated.ts';
import { prefixed, type ParameterTensors } from '#workers/networks/parameters.ts';
import { ascentAt, type Slope } from './ascent.ts';
import type { Companion } from './companion.ts';
import { projectedStep } from './projected-step.ts';

/** How an attack goes from one iterate to the next. */
export type Stride = Slope & {
  readonly ball: Ball;
  readonly stepSize: number;
  /** The middle of each ball. */
  readonly center: Tensor4D;
};

/** The next iterate, and what the network shows at this one; both are the caller's. */
export function attackStep(
  points: Tensor4D,
  stride: Stride,
): { readonly next: Tensor4D; readonly shown: Tensor2D } {
  const { graph, parameters, watched, center, ball, stepSize, loss, goal, companion } = stride;
  return repeated({
    of: graph,
    as: `attack step ${loss} ${goal} ${ball.norm} ${ball.epsilon} ${stepSize}${nameOf(companion)}`,
    inputs: { points, center, watched, ...parameters, ...tensorsOf(companion) },
    compute: () => {
      const { ascent, shown } = ascentAt(points, stride);
      return { next: projectedStep(points, ascent, stride), shown };
    },
  });
}

const nameOf = (companion: Companion | undefined): string =>
  companion === undefined ? '' : ` with ${companion.weight} ${companion.as}`;

const tensorsOf = (companion: Companion | undefined): ParameterTensors =>
  prefixed('companion ', companion?.inputs ?? {});
