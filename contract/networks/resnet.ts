import type { ImageShape, NetworkNode } from '../network.ts';
import { draftNetwork, type Draft } from './draft.ts';

/**
 * ResNet-18 for 32x32 images: He et al. (2016) with a 3x3 stem and no max-pool. Modules are called as in the
 * implementation that the field shares: `layer1.0.conv1`, `layer2.0.shortcut.0`, `linear`.
 */
export function resnet18(inputShape: ImageShape, classCount: number): readonly NetworkNode[] {
  const draft = draftNetwork(inputShape);
  let at = draft.normRelu('bn1', 'relu', draft.conv3('conv1', 'input', { filters: 64 }));
  for (const [stage, filters] of [64, 128, 256, 512].entries())
    for (const block of [0, 1]) {
      const isShrinking = stage > 0 && block === 0;
      at = basicBlock(draft, at, { id: `layer${stage + 1}.${block}`, filters, isShrinking });
    }
  const pooled = draft.averageTo(1, 'pool', at);
  draft.dense('linear', draft.append({ kind: 'flatten', id: 'flatten', input: pooled }), classCount);
  return draft.nodes;
}

type Block = { readonly id: string; readonly filters: number; readonly isShrinking: boolean };

/** A block that halves the image doubles its width; only there the shortcut is a convolution. */
function basicBlock(draft: Draft, input: string, { id, filters, isShrinking }: Block): string {
  const stride = isShrinking ? 2 : 1;
  const first = draft.conv3(`${id}.conv1`, input, { filters, stride });
  const middle = draft.normRelu(`${id}.bn1`, `${id}.relu1`, first);
  const second = draft.conv3(`${id}.conv2`, middle, { filters });
  const residual = draft.append({ kind: 'batch-norm', id: `${id}.bn2`, input: second });
  const shortcut = isShrinking ? projected(draft, input, { id: `${id}.shortcut`, filters, stride }) : input;
  const sum = draft.append({ kind: 'add', id: `${id}.add`, inputs: [residual, shortcut] });
  return draft.append({ kind: 'relu', id: `${id}.relu2`, input: sum });
}

function projected(
  draft: Draft,
  input: string,
  { id, filters, stride }: { readonly id: string; readonly filters: number; readonly stride: number },
): string {
  const settings = { filters, kernel: 1, stride, padding: 0, bias: false } as const;
  const conv = draft.conv(`${id}.0`, input, settings);
  return draft.append({ kind: 'batch-norm', id: `${id}.1`, input: conv });
}
