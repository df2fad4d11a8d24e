import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/** What an optimizer does to one parameter; its slots are keyed by their names alone. */
export type ParameterRule<Rate extends string = string> = {
  readonly slots: readonly string[];
  /** The numbers that change from update to update. */
  rates(progress: Progress): Readonly<Record<Rate, number>>;
  /** Depends on tensors and on the optimizer's settings alone, so that an engine may repeat it. */
  update(parameter: Tensor, gradient: Tensor, context: ParameterContext<Rate>): ParameterUpdate;
};
type Progress = {
  readonly learningRate: number;
  /** This update's number, from 1. */
  readonly step: number;
};
type ParameterContext<Rate extends string> = {
  readonly slots: Readonly<Record<string, Tensor>>;
  readonly rates: Readonly<Record<Rate, Scalar>>;
};
type ParameterUpdate = {
  readonly parameter: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
};
