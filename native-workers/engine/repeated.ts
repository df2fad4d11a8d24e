import { backend, engine, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** A computation that is asked for again and again, on other tensors of the same shapes. */
export type Computation<Outputs extends Readonly<Record<string, Tensor>>> = {
  /** `as` names it among the computations of `of`, with every number and choice that it depends on. */
  readonly of: object;
  readonly as: string;
  /** Every tensor that it depends on, by what it is there. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Reads no values and makes no tensors from values but single numbers that `as` names. Outputs are new tensors. */
  readonly compute: () => Outputs;
};
/** What a TensorFlow.js backend has that can repeat a computation without calling `compute` again. */
type RepeatingBackend = {
  repeat<Outputs extends Readonly<Record<string, Tensor>>>(computation: Computation<Outputs>): Outputs;
};

/**
 * `compute()`, tidied; the outputs are the caller's. Asking TensorFlow.js for a network's derivative takes longer than
 * computing that of a small network: an engine that can writes down what was asked for and repeats that instead.
 */
export function repeated<Outputs extends Readonly<Record<string, Tensor>>>(
  computation: Computation<Outputs>,
): Outputs {
  const current: object = backend();
  if (engine().state.gradientDepth > 0 || !canRepeat(current))
    return tidy(computation.compute as () => Record<string, Tensor>) as Outputs;
  return current.repeat(computation);
}

function canRepeat(current: object): current is RepeatingBackend {
  return 'repeat' in current;
}
