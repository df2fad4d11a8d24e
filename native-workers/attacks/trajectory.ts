import { dispose, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Ball } from '#contract/quantities.ts';
import { ascentAt, type Slope } from './ascent.ts';
import { projectedStep } from './projected-step.ts';

/** A climb of projected gradient steps inside a ball (Madry et al. 2018, equation 2), with nobody watching. */
export type Climb = Slope & {
  readonly ball: Ball;
  readonly stepSize: number;
  readonly steps: number;
  /** The middle of each ball. */
  readonly center: Tensor4D;
  readonly start: Tensor4D;
};

/** The last iterate, owned by the caller. Every tensor given stays the caller's. */
export function climb(settings: Climb): Promise<Tensor4D> {
  let points = settings.start.clone();
  for (let step = 0; step < settings.steps; step += 1) {
    const { ascent, logits } = ascentAt(points, settings);
    const next = tidy(() => projectedStep(points, ascent, settings));
    dispose([points, ascent, logits]);
    points = next;
  }
  return Promise.resolve(points);
}
