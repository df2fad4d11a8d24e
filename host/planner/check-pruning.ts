import { buildNetwork } from '#contract/network-catalogue.ts';
import type { ImageShape, NetworkSpec } from '#contract/network.ts';
import type { Cell, StudyIssue } from '#contract/study.ts';

/** Says of a cell whether its network lacks the batch-norm that its pruning ranks, or that its training penalises. */
export function checkPruning({
  network,
  prune,
  pretrain,
  finetune,
}: Pick<Cell, 'network' | 'prune' | 'pretrain' | 'finetune'>): StudyIssue[] {
  if (hasBatchNorm(network)) return [];
  const penalties = Object.entries({ pretrain, finetune }).flatMap(([stage, training]): StudyIssue[] =>
    training?.scalePenalty === undefined
      ? []
      : [
          {
            path: [stage, 'scalePenalty'],
            message: `A penalty on batch-norm scales does nothing here: ${network.kind} has no batch-norm. Leave it out, or choose a network with batch-norm, such as vgg4-bn.`,
          },
        ],
  );
  if (prune.kind !== 'batchnorm-scale') return penalties;
  return [
    ...penalties,
    {
      path: ['prune', 'kind'],
      message: `batchnorm-scale ranks channels by their batch-norm scales, but ${network.kind} has no batch-norm. Choose a network with batch-norm, such as vgg4-bn, or prune by filter-l1.`,
    },
  ];
}

/** No network has batch-norm for some images only; these are large enough for each. */
const anyShape: ImageShape = [32, 32, 3];

const hasBatchNorm = (network: NetworkSpec): boolean =>
  buildNetwork(network, anyShape, 10).nodes.some(({ kind }) => kind === 'batch-norm');
