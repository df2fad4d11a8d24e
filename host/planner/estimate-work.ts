import type { Attack } from '#contract/attack.ts';
import type { Objective, Training } from '#contract/objective.ts';
import type { ResolvedDataset } from '#contract/dataset.ts';
import type { ImageShape } from '#contract/network.ts';
import type { NetworkSize } from './network-size.ts';

export type Cost = { readonly work: number; readonly bytes: number };

/** A gradient costs two more passes than the forward pass alone. */
const gradientPasses = 3;
const bytesPerParameter = 4;
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
  const passes = gradientPasses * (1 + attackSteps(training.objective));
  return {
    work: training.epochs * images * passes * size.macs,
    // The network, and the optimizer's state beside it in the last checkpoint.
    bytes: 3 * size.parameters * bytesPerParameter,
  };
}

export const costOfPruning = (size: NetworkSize): Cost => ({
  work: size.parameters,
  bytes: size.parameters * (bytesPerParameter + 1),
});

export function costOfEvaluation(attack: Attack | undefined, examples: number, scale: Scale): Cost {
  const passes = 1 + (attack === undefined ? 0 : attackPasses(attack));
  const kept = attack === undefined ? 0 : scale.pixels;
  return { work: examples * passes * scale.size.macs, bytes: examples * (bytesPerOutcome + kept) };
}
type Scale = { readonly size: NetworkSize; readonly pixels: number };

function attackSteps(objective: Objective): number {
  switch (objective.kind) {
    case 'natural':
      return 0;
    case 'adversarial':
      return objective.steps;
  }
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
