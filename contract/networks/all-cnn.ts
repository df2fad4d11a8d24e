import type { ImageShape, NetworkNode } from '../network.ts';
import { draftNetwork } from './draft.ts';

/** Filters, window and stride of every convolution but the last, and where dropout of 0.5 follows. */
const layers = [
  { filters: 96, kernel: 3, stride: 1, padding: 1 },
  { filters: 96, kernel: 3, stride: 1, padding: 1 },
  { filters: 96, kernel: 3, stride: 2, padding: 1, thenDropout: true },
  { filters: 192, kernel: 3, stride: 1, padding: 1 },
  { filters: 192, kernel: 3, stride: 1, padding: 1 },
  { filters: 192, kernel: 3, stride: 2, padding: 1, thenDropout: true },
  { filters: 192, kernel: 3, stride: 1, padding: 0 },
  { filters: 192, kernel: 1, stride: 1, padding: 0 },
];

/**
 * All-CNN-C (Springenberg et al. 2015, table 2): strides in place of pooling, an average in place of dense layers,
 * dropout 0.2 on the image and 0.5 after each stride. The paper's ReLU on the class scores is left out: a class whose
 * score it holds at zero would give attacks no gradient.
 */
export function allConvolutional(inputShape: ImageShape, classCount: number): readonly NetworkNode[] {
  const draft = draftNetwork(inputShape);
  let at = draft.append({ kind: 'dropout', id: 'dropout0', input: 'input', rate: 0.2 });
  for (const [index, { thenDropout = false, ...settings }] of layers.entries()) {
    const place = index + 1;
    const conv = draft.conv(`conv${place}`, at, settings);
    at = draft.append({ kind: 'relu', id: `relu${place}`, input: conv });
    if (thenDropout) at = draft.append({ kind: 'dropout', id: `dropout${place}`, input: at, rate: 0.5 });
  }
  const scores = draft.conv('conv9', at, { filters: classCount, kernel: 1, stride: 1, padding: 0 });
  draft.append({ kind: 'flatten', id: 'flatten', input: draft.averageTo(1, 'pool', scores) });
  return draft.nodes;
}
