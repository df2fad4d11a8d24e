import type { ImageShape, NetworkNode } from '../network.ts';
import { draftNetwork } from './draft.ts';

/** The MNIST network of Madry et al. (2018): two 5x5 convolutions, each pooled, and one hidden dense layer. */
export function madryNetwork(inputShape: ImageShape, classCount: number): readonly NetworkNode[] {
  const draft = draftNetwork(inputShape);
  let at = 'input';
  for (const [index, filters] of [32, 64].entries()) {
    const place = index + 1;
    const conv = draft.conv(`conv${place}`, at, { filters, kernel: 5, stride: 1, padding: 2 });
    const input = draft.append({ kind: 'relu', id: `relu${place}`, input: conv });
    at = draft.append({ kind: 'max-pool', id: `pool${place}`, input, window: [2, 2], stride: [2, 2] });
  }
  at = draft.append({ kind: 'flatten', id: 'flatten', input: at });
  at = draft.append({ kind: 'relu', id: 'relu3', input: draft.dense('fc1', at, 1024) });
  draft.dense('fc2', at, classCount);
  return draft.nodes;
}
