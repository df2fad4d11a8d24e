import { mul, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import { cloneCarried } from '#workers/objectives/carried.ts';
import type { TrainingState } from '#workers/objectives/train-step.ts';

/** The same state with zeros, in weights and in what the optimizer holds of them, where weights are pruned. New tensors. */
export function maskState(
  { parameters, optimizer, carried }: TrainingState,
  masks: ParameterTensors,
): TrainingState {
  const masked = (tensor: Tensor, name: string): Tensor => {
    const mask = masks[name];
    return mask === undefined ? tensor.clone() : mul(tensor, mask);
  };
  const state = tidy(() => ({
    parameters: mapTensors(parameters, masked),
    optimizer: {
      step: optimizer.step,
      slots: mapTensors(optimizer.slots, (tensor, key) => masked(tensor, key.slice(key.indexOf('/') + 1))),
    },
  }));
  return { ...state, carried: carried && cloneCarried(carried) };
}

const mapTensors = (
  tensors: ParameterTensors,
  change: (tensor: Tensor, name: string) => Tensor,
): ParameterTensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor, name)]));
