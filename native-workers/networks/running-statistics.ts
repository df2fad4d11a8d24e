import { add, dispose, mul, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { batchNorm } from '#contract/network.ts';
import type { BatchStatistics } from './batch-norm.ts';
import { requireParameter, type ParameterTensors } from './parameters.ts';

/** What batch-norm nodes saw in one pass, by node id. */
export type SeenStatistics = ReadonlyMap<string, BatchStatistics>;

/**
 * The running statistics after a training batch, as PyTorch moves them: a tenth of the way to the batch's mean and to
 * its unbiased variance. New tensors under their parameters' names; what was seen is disposed.
 */
export function updatedStatistics(parameters: ParameterTensors, seen: SeenStatistics): ParameterTensors {
  const updated = tidy(() =>
    Object.fromEntries(
      [...seen].flatMap(([id, { mean, variance, count }]) => {
        const names = { mean: `${id}.running_mean`, variance: `${id}.running_var` };
        const unbiased = mul(variance, count / (count - 1));
        return [
          [names.mean, moved(requireParameter(parameters, names.mean), mean)],
          [names.variance, moved(requireParameter(parameters, names.variance), unbiased)],
        ] as const;
      }),
    ),
  );
  disposeStatistics(seen);
  return updated;
}

export function disposeStatistics(seen: SeenStatistics): void {
  for (const { mean, variance } of seen.values()) dispose([mean, variance]);
}

const moved = (running: Tensor, fresh: Tensor): Tensor =>
  add(mul(running, 1 - batchNorm.momentum), mul(fresh, batchNorm.momentum));
