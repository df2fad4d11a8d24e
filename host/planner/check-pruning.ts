import { buildNetwork } from '#contract/network-catalogue.ts';
import type { ImageShape, NetworkSpec } from '#contract/network.ts';
import { carriesState } from '#contract/objective.ts';
import type { Cell, StudyIssue } from '#contract/study.ts';

type Pruned = Pick<Cell, 'network' | 'prune' | 'pretrain' | 'finetune'>;

/**
 * Says of a cell whether its network lacks the batch-norm that its pruning ranks, or that its training penalises, and
 * whether its pruning asks the gradient of an objective that has one only in the course of a training.
 */
export const checkPruning = (cell: Pruned): StudyIssue[] => [...normIssues(cell), ...gradientIssues(cell)];

function gradientIssues({ prune, pretrain }: Pruned): StudyIssue[] {
  if (prune.kind !== 'gradient') return [];
  const { objective } = prune;
  const { kind } = objective === 'matched' ? pretrain.objective : objective;
  if (!carriesState({ kind })) return [];
  const message = `Gradient scores look at a network that stands still, but ${kind} trains a GAN from step to step, which a few batches teach nothing. Give the pruning an objective of its own, such as objective: natural.`;
  return [{ path: ['prune', 'objective'], message }];
}

function normIssues({ network, prune, pretrain, finetune }: Pruned): StudyIssue[] {
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
