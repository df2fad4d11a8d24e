import type { ImageShape, NetworkNode } from '../network.ts';
import { draftNetwork } from './draft.ts';

const growth = 12;
const layersPerBlock = 12;

/**
 * DenseNet-40 with growth rate 12 (Huang et al. 2017), without bottlenecks, compression or dropout (which the authors
 * use only without data augmentation): every layer reads everything before it in its block.
 */
export function densenet40(inputShape: ImageShape, classCount: number): readonly NetworkNode[] {
  const draft = draftNetwork(inputShape);
  let channels = 16;
  let at = draft.conv3('conv1', 'input', { filters: channels });
  for (const block of [1, 2, 3]) {
    for (let layer = 0; layer < layersPerBlock; layer += 1) {
      const id = `block${block}.layer.${layer}`;
      const rectified = draft.normRelu(`${id}.bn1`, `${id}.relu`, at);
      const grown = draft.conv3(`${id}.conv1`, rectified, { filters: growth });
      at = draft.append({ kind: 'concat', id: `${id}.concat`, inputs: [at, grown] });
      channels += growth;
    }
    if (block === 3) break;
    const id = `trans${block}`;
    const rectified = draft.normRelu(`${id}.bn1`, `${id}.relu`, at);
    const settings = { filters: channels, kernel: 1, stride: 1, padding: 0, bias: false } as const;
    const input = draft.conv(`${id}.conv1`, rectified, settings);
    at = draft.append({ kind: 'average-pool', id: `${id}.pool`, input, window: [2, 2], stride: [2, 2] });
  }
  const pooled = draft.averageTo(1, 'pool', draft.normRelu('bn1', 'relu', at));
  draft.dense('fc', draft.append({ kind: 'flatten', id: 'flatten', input: pooled }), classCount);
  return draft.nodes;
}
