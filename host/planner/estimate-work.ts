import type { Attack } from '#contract/attack.ts';
import type { Certificate } from '#contract/certificate.ts';
import type { Training } from '#contract/objective.ts';
import { trainingOf, type Pruning } from '#contract/pruning.ts';
import type { ResolvedDataset } from '#contract/dataset.ts';
import type { ImageShape } from '#contract/network.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import type { RecipeOf } from '#contract/stage.ts';
import type { NetworkSize } from './network-size.ts';

export type Cost = { readonly work: number; readonly bytes: number };

/** A gradient costs two more passes than the forward pass alone. */
export const gradientPasses = 3;
export const bytesPerParameter = 4;
/** Predictions, labels, verdict and distance of one example, with its index. */
const bytesPerOutcome = 15;

export function costOfImport(dataset: ResolvedDataset, shape: ImageShape): Cost {
  const indices = dataset.train + dataset.validation;
  const pixels = shape[0] * shape[1] * shape[2];
  switch (dataset.kind) {
    case 'glyphs': {
      const bytes = (indices + dataset.test) * pixels;
      return { work: bytes, bytes };
    }
    case 'library':
      return { work: indices * pixels, bytes: indices * 4 };
  }
}

export function costOfTraining(training: Training, images: number, size: NetworkSize): Cost {
  const perImage = gradientPasses * trainingPasses(training) * size.macs + workBeside(training, size);
  return {
    work: training.epochs * images * perImage,
    // The network, and the optimizer's state beside it in the last checkpoint.
    bytes: 3 * size.parameters * bytesPerParameter,
  };
}

export function costOfPruning(pruning: Pruning, images: number, size: NetworkSize): Cost {
  const training = trainingOf(pruning);
  return {
    work: size.parameters + (training === undefined ? 0 : costOfTraining(training, images, size).work),
    bytes: size.parameters * (bytesPerParameter + 1),
  };
}

export function costOfEvaluation(
  evaluation: RecipeOf<'evaluate'>['evaluation'],
  examples: number,
  size: NetworkSize,
): Cost {
  const kept = evaluation.kind === 'clean' ? 0 : sizeOf(size.inputShape);
  return {
    work: examples * (1 + evaluationPasses(evaluation, size)) * size.macs,
    bytes: examples * (bytesPerOutcome + kept),
  };
}

function evaluationPasses(evaluation: RecipeOf<'evaluate'>['evaluation'], size: NetworkSize): number {
  switch (evaluation.kind) {
    case 'clean':
      return 0;
    case 'attack':
      return attackPasses(evaluation.attack);
    case 'certificate':
      return certificatePasses(evaluation.certificate, size);
    case 'open-world': {
      const { epsilon, steps, restarts, detectors } = evaluation.openWorld;
      return (epsilon === 0 ? 0 : restarts * steps * gradientPasses) + detectors.length;
    }
  }
}

/** The search for witnesses, and the bounds: two passes for intervals, one for each class or error term pulled along. */
function certificatePasses(certificate: Certificate, size: NetworkSize): number {
  const pixels = sizeOf(size.inputShape);
  const classes = 10;
  // Every pre-activation is bounded on its own; there are about as many as multiply-accumulates over pixels.
  const neurons = Math.min(size.macs / pixels, 20_000);
  switch (certificate.kind) {
    case 'interval':
      return witnessPasses + 2;
    case 'crown':
      return witnessPasses + 2 + classes + (certificate.intermediate === 'full' ? neurons : 0);
    case 'forward-linear':
      return witnessPasses + 2 * pixels;
    case 'smoothing':
      return certificate.selectionDraws + certificate.estimationDraws;
  }
}
const witnessPasses = 20 * gradientPasses;

/** How many passes with a gradient an objective makes per image; a bound costs about two, a backward bound ten classes. */
function trainingPasses({ objective, batch }: Training): number {
  switch (objective.kind) {
    case 'natural':
    case 'gaussian':
      return 1;
    case 'adversarial':
      return 1 + objective.steps;
    case 'trades':
      return 2 + objective.steps;
    case 'stability':
    case 'outlier-exposure':
    case 'energy-tuned':
    case 'background-class':
      return 2;
    case 'outlier-adversarial':
      return 2 * (1 + objective.steps);
    case 'interval':
    case 'calibrated':
      return 3;
    case 'crown-interval':
      return 3 + 10;
    case 'mixed-symbolic':
      return 1 + (objective.probability * objective.examples * 3000) / batch;
  }
}

/** What an objective's own networks cost per image: five passes of a generator, nine of a discriminator of its size. */
function workBeside({ objective }: Training, { inputShape: [height, width, depth] }: NetworkSize): number {
  if (objective.kind !== 'calibrated') return 0;
  const { channels, latent } = objective;
  const perPlace = 4 * depth * channels + 2 * channels ** 2 + (latent * channels) / 8;
  return 14 * height * width * perPlace;
}

function attackPasses(attack: Attack): number {
  switch (attack.kind) {
    case 'fgsm':
      return gradientPasses + 1;
    case 'noise':
      return attack.draws;
    case 'pgd':
      return attack.restarts * attack.steps * gradientPasses + 1;
  }
}
