import { attackSchema } from '#contract/attack.ts';
import type { OpenWorld } from '#contract/open-world.ts';
import { attackInSteps } from '#workers/attacks/attack-batch.ts';
import type { Companion } from '#workers/attacks/companion.ts';
import type { Effort } from '#workers/attacks/search.ts';
import type { ExampleBatch } from '#workers/data/example-set.ts';
import { predict } from '#workers/networks/predict.ts';
import { chooseBlindTargets } from './choose-targets.ts';
import type { WatchedNetwork } from './detectors/detector-rule.ts';

export type PushRequest = {
  readonly network: WatchedNetwork;
  readonly setting: OpenWorld;
  readonly batch: ExampleBatch;
  /** Classes of the task: none beyond them is a target. */
  readonly classCount: number;
  readonly seed: number;
  /** The score that the adaptive attack climbs. */
  readonly companion?: Companion;
};

/** What became of a batch of inputs, as the judge saw it. */
export type Pushed = {
  readonly targets: Int32Array;
  readonly cleanPredictions: Int32Array;
  /** Class and largest softmax at the witness. */
  readonly predictions: Int32Array;
  readonly confidences: Float32Array;
  /** Length of the perturbation in the attack's norm. */
  readonly distances: Float32Array;
  /** The witnesses, laid out as the batch's images. */
  readonly witnesses: Float32Array;
};

/**
 * Pushes every input to its target inside the ball, from wherever it is predicted: the input itself counts as a point
 * of the path, so that what is on target unperturbed stays so. Without a ball each input is its own witness.
 */
export async function* pushToTargets(request: PushRequest): AsyncGenerator<Effort, Pushed, void> {
  const { network, setting, batch, seed, companion } = request;
  const clean = await predict({ ...network, ...batch });
  const targets = chooseBlindTargets({ ...request, exampleIds: batch.exampleIds });
  if (setting.epsilon === 0)
    return {
      targets,
      cleanPredictions: clean.classes,
      predictions: clean.classes,
      confidences: clean.confidences,
      distances: new Float32Array(clean.classes.length),
      witnesses: batch.images,
    };
  const outcome = yield* attackInSteps({
    ...network,
    ...batch,
    attack: attackOf(setting),
    labels: clean.classes,
    targets,
    incumbents: batch.images,
    seed,
    // how sure the network gets is part of what is measured; an adaptive attack has what it wants once it is accepted
    until: companion === undefined ? 'end' : 'broken',
    ...(companion && { companion }),
  });
  const { cleanPredictions, predictions, confidences, distances, adversarial } = outcome;
  return { targets, cleanPredictions, predictions, confidences, distances, witnesses: adversarial };
}

const attackOf = ({ norm, epsilon, steps, stepSize, restarts, randomStart, loss }: OpenWorld) =>
  attackSchema.parse({
    kind: 'pgd',
    norm,
    epsilon,
    steps,
    stepSize,
    restarts,
    randomStart,
    loss,
    target: 'random',
  });
