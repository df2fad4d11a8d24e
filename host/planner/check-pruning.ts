import { buildNetwork } from '#contract/network-catalogue.ts';
import type { ImageShape, NetworkSpec } from '#contract/network.ts';
import type { Cell, StudyIssue } from '#contract/study.ts';

/** Says of a cell whether its network has nothing that its pruning could rank. */
export function checkPruning({ network, prune }: Pick<Cell, 'network' | 'prune'>): StudyIssue[] {
  if (prune.kind !== 'batchnorm-scale' || hasBatchNorm(network)) return [];
  return [
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
