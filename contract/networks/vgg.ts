import type { ImageShape, NetworkNode } from '../network.ts';
import { draftNetwork, type Draft } from './draft.ts';

type Stage = number | 'pool';

/** VGG of Simonyan & Zisserman (2015): 3x3 convolutions with so many filters, and where the image is halved. */
const stages = {
  'vgg4-bn': [64, 64, 'pool', 128, 128, 'pool'],
  'vgg16-bn': [64, 64, 'pool', 128, 128, 'pool', 256, 256, 256, 'pool', 512, 512, 512, 'pool', 512, 512, 512],
  vgg13: [64, 64, 'pool', 128, 128, 'pool', 256, 256, 'pool', 512, 512, 'pool', 512, 512, 'pool'],
} as const satisfies Record<string, readonly Stage[]>;

/**
 * HYDRA's small-image form (Sehwag et al. 2020): batch-norm after every convolution, the last image averaged to 2x2,
 * dense 256, 256. Modules are called as in the authors' code: `features.0`, `classifier.0`.
 */
export function normalizedVgg(
  kind: 'vgg4-bn' | 'vgg16-bn',
  inputShape: ImageShape,
  classCount: number,
): readonly NetworkNode[] {
  const draft = draftNetwork(inputShape);
  let at = features(draft, stages[kind], { withBatchNorm: true });
  at = draft.append({ kind: 'flatten', id: 'flatten', input: draft.averageTo(2, 'avgpool', at) });
  at = denseRelu(draft, at, { index: 0, units: 256 });
  at = denseRelu(draft, at, { index: 2, units: 256 });
  draft.dense('classifier.4', at, classCount);
  return draft.nodes;
}

/** The classifier that Lee et al. (2018) calibrate: no batch-norm, dropout before each of two dense layers of 512. */
export function calibratedVgg(inputShape: ImageShape, classCount: number): readonly NetworkNode[] {
  const draft = draftNetwork(inputShape);
  let at = features(draft, stages.vgg13, { withBatchNorm: false });
  at = draft.append({ kind: 'flatten', id: 'flatten', input: at });
  at = draft.append({ kind: 'dropout', id: 'classifier.0', input: at, rate: 0.5 });
  at = denseRelu(draft, at, { index: 1, units: 512 });
  at = draft.append({ kind: 'dropout', id: 'classifier.3', input: at, rate: 0.5 });
  at = denseRelu(draft, at, { index: 4, units: 512 });
  draft.dense('classifier.6', at, classCount);
  return draft.nodes;
}

/** Modules are numbered as in a `Sequential`: convolution, batch-norm if any, ReLU, pool. */
function features(
  draft: Draft,
  layers: readonly Stage[],
  { withBatchNorm }: { readonly withBatchNorm: boolean },
): string {
  let at = 'input';
  let index = 0;
  const next = (): string => `features.${index++}`;
  for (const layer of layers)
    if (layer === 'pool')
      at = draft.append({ kind: 'max-pool', id: next(), input: at, window: [2, 2], stride: [2, 2] });
    else if (withBatchNorm) {
      const conv = draft.conv3(next(), at, { filters: layer });
      at = draft.normRelu(next(), next(), conv);
    } else {
      const conv = draft.conv(next(), at, { filters: layer, kernel: 3, stride: 1, padding: 1 });
      at = draft.append({ kind: 'relu', id: next(), input: conv });
    }
  return at;
}

function denseRelu(
  draft: Draft,
  input: string,
  { index, units }: { readonly index: number; readonly units: number },
): string {
  const dense = draft.dense(`classifier.${index}`, input, units);
  return draft.append({ kind: 'relu', id: `classifier.${index + 1}`, input: dense });
}
