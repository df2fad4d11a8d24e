import {
  grad,
  keep,
  mul,
  sum,
  tidy,
  dispose,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { PgdAttack } from '#contract/attack.ts';
import type { NetworkGraph } from '#contract/network.ts';
import type { Ball } from '#contract/quantities.ts';
import { forward } from '#workers/networks/forward.ts';
import { crossEntropy, margin } from '#workers/networks/losses.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import { projectedStep } from './projected-step.ts';

/** A climb of projected gradient steps inside a ball (Madry et al. 2018, equation 2). */
export type Climb = {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterTensors;
  readonly loss: PgdAttack['loss'];
  /** One-hot [batch, classes]: the labels to leave, or the targets to reach. */
  readonly watched: Tensor2D;
  readonly goal: 'leave' | 'reach';
  readonly ball: Ball;
  readonly stepSize: number;
  readonly steps: number;
  /** The middle of each ball. */
  readonly center: Tensor4D;
  readonly start: Tensor4D;
  /** Shown every iterate from the start on, the last included, with its logits; neither is to be kept. */
  readonly visit?: (points: Tensor4D, logits: Tensor2D) => Promise<void>;
};

/** The last iterate, owned by the caller. Every tensor given stays the caller's. */
export async function climb(settings: Climb): Promise<Tensor4D> {
  let points = settings.start.clone();
  for (let step = 0; step < settings.steps; step += 1) {
    const { ascent, logits } = ascentAt(points, settings);
    await settings.visit?.(points, logits);
    const next = tidy(() => projectedStep(points, ascent, settings));
    dispose([points, ascent, logits]);
    points = next;
  }
  if (settings.visit) {
    const logits = tidy(() => forward(settings.graph, settings.parameters, points));
    await settings.visit(points, logits);
    dispose(logits);
  }
  return points;
}

/** The direction that raises the loss on `watched` (or lowers it, to reach a target), and the logits on the way. */
function ascentAt(points: Tensor4D, settings: Climb): { ascent: Tensor4D; logits: Tensor2D } {
  const { graph, parameters, loss, watched, goal } = settings;
  const perExample = loss === 'margin' ? margin : crossEntropy;
  return tidy(() => {
    let logits: Tensor2D | undefined;
    const ascend = grad((x: Tensor) => {
      logits = keep(forward(graph, parameters, x as Tensor4D));
      const total = sum(perExample(logits, watched));
      return goal === 'leave' ? total : mul(total, -1);
    });
    const ascent = ascend(points) as Tensor4D;
    return { ascent, logits: logits! };
  });
}
