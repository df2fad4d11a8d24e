import type { ImageShape, NetworkNode } from '../network.ts';
import { draftNetwork, type Draft } from './draft.ts';

const blocksPerGroup = 4;

/**
 * WRN-28-k (Zagoruyko & Komodakis 2016): pre-activation blocks in three groups 16k, 32k and 64k wide, no dropout.
 * Modules are called as in the code of TRADES and HYDRA: `block1.layer.0.conv1`.
 */
export function wideResnet(
  widening: number,
  inputShape: ImageShape,
  classCount: number,
): readonly NetworkNode[] {
  const draft = draftNetwork(inputShape);
  let at = draft.conv3('conv1', 'input', { filters: 16 });
  let channels = 16;
  for (const [group, width] of [16, 32, 64].entries())
    for (let block = 0; block < blocksPerGroup; block += 1) {
      const filters = width * widening;
      const stride = group > 0 && block === 0 ? 2 : 1;
      at = residualBlock(draft, at, {
        id: `block${group + 1}.layer.${block}`,
        filters,
        stride,
        changesWidth: filters !== channels,
      });
      channels = filters;
    }
  const pooled = draft.averageTo(1, 'pool', draft.normRelu('bn1', 'relu', at));
  draft.dense('fc', draft.append({ kind: 'flatten', id: 'flatten', input: pooled }), classCount);
  return draft.nodes;
}

type Block = {
  readonly id: string;
  readonly filters: number;
  readonly stride: number;
  readonly changesWidth: boolean;
};

/** Where the width changes, both ways start behind the first batch-norm and ReLU. */
function residualBlock(draft: Draft, input: string, { id, filters, stride, changesWidth }: Block): string {
  const first = draft.normRelu(`${id}.bn1`, `${id}.relu1`, input);
  const middle = draft.conv3(`${id}.conv1`, first, { filters, stride });
  const second = draft.normRelu(`${id}.bn2`, `${id}.relu2`, middle);
  const residual = draft.conv3(`${id}.conv2`, second, { filters });
  const shortcut = changesWidth
    ? draft.conv(`${id}.convShortcut`, first, { filters, kernel: 1, stride, padding: 0, bias: false })
    : input;
  return draft.append({ kind: 'add', id: `${id}.add`, inputs: [shortcut, residual] });
}
