import { dispose, type Tensor4D } from '@tensorflow/tfjs-core';
import { attackStep, type Stride } from './attack-step.ts';

/** A climb of projected gradient steps inside a ball (Madry et al. 2018, equation 2), with nobody watching. */
export type Climb = Stride & {
  readonly steps: number;
  readonly start: Tensor4D;
};

/** The last iterate, owned by the caller. Every tensor given stays the caller's. */
export function climb(settings: Climb): Promise<Tensor4D> {
  let points = settings.start.clone();
  for (let step = 0; step < settings.steps; step += 1) {
    const { next, shown } = attackStep(points, settings);
    dispose([points, shown]);
    points = next;
  }
  return Promise.resolve(points);
}
