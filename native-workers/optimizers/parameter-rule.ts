import type { Tensor } from '@tensorflow/tfjs-core';

/** What an optimizer does to one parameter; its slots are keyed by their names alone. */
export type ParameterRule = {
  readonly slots: readonly string[];
  update(parameter: Tensor, gradient: Tensor, context: ParameterContext): ParameterUpdate;
};
type ParameterContext = {
  readonly slots: Readonly<Record<string, Tensor>>;
  readonly learningRate: number;
  /** This update's number, from 1. */
  readonly step: number;
};
type ParameterUpdate = {
  readonly parameter: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
};
