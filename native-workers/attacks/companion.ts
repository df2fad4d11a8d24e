import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { ParameterTensors } from '#workers/networks/parameters.ts';

/**
 * A score that an attack climbs beside its own loss, from the same pass through the network: the adaptive attack on a
 * detector. The walk shows its witnesses the score after the logits.
 */
export type Companion = {
  /** Names it among computations, with every number and choice that it depends on. */
  readonly as: string;
  /** Of the score, beside the loss. */
  readonly weight: number;
  /** Ids of the nodes whose activations it needs. */
  readonly reads: readonly string[];
  /** Every tensor that it depends on, by what it is there. */
  readonly inputs: ParameterTensors;
  /** [batch], differentiable; reads no values and makes no tensors from values but single numbers that `as` names. */
  readonly score: (pass: WatchedPass) => Tensor1D;
  /** On target, an example with at least this score is left; nothing: it is walked with to the end. */
  readonly enough: number | undefined;
};

type WatchedPass = {
  readonly logits: Tensor2D;
  readonly activations: ReadonlyMap<string, Tensor>;
  /** One-hot [batch, classes] of what the attack aims at. */
  readonly watched: Tensor2D;
};
