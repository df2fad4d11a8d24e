import type { Tensor } from '@tensorflow/tfjs-core';

/** One operation on made numbers; what an engine gives is compared with tfjs in plain JavaScript. */
export type OperationCase = {
  readonly name: string;
  /** May differ by this much, absolutely or relative to the greatest value; whole numbers and booleans by nothing. */
  readonly tolerance?: number;
  readonly compute: () => Tensor;
};
