import type { FittedDetector } from '#contract/detector.ts';
import { bytesPerParameter, gradientPasses, type Cost } from './estimate-work.ts';
import type { NetworkSize } from './network-size.ts';

/** What fitting a detector on so many training images costs. */
export function costOfFit(detector: FittedDetector, images: number, size: NetworkSize): Cost {
  switch (detector.kind) {
    case 'mahalanobis': {
      const covariances = layers * size.features ** 2;
      return { work: images * (size.macs + covariances), bytes: covariances * bytesPerDouble };
    }
    case 'knn': {
      const remembered = Math.min(images, mostRemembered);
      return { work: remembered * size.macs, bytes: remembered * size.features * bytesPerParameter };
    }
    case 'magnet': {
      const [height, width, channels] = size.inputShape;
      const weights = encoderWeights(channels);
      return {
        work: detector.epochs * images * gradientPasses * height * width * weights,
        bytes: weights * bytesPerParameter,
      };
    }
    case 'adversary-network': {
      const attacked = Math.min(images, mostAttacked);
      const passes = attackSteps * gradientPasses + detector.epochs * 2 * judgingPasses;
      return { work: attacked * passes * size.macs, bytes: judgeWeights * bytesPerParameter };
    }
  }
}

const bytesPerDouble = 8;
/** As many as the Mahalanobis detector looks at in a deep network. */
const layers = 8;
const mostRemembered = 10_000;

/** Three layers of 3x3 convolutions with 16 channels between them. */
const encoderWeights = (channels: number): number => 9 * 16 * (channels + 16 + channels);

const mostAttacked = 2000;
const attackSteps = 10;
/** Clean and attacked images go through half of the network, and then through the judge and back. */
const judgingPasses = 1;
/** Of the order of: it depends on the layer that is judged. */
const judgeWeights = 20_000;
