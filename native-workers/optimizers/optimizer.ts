import type { Tensor } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import type { Optimizer } from '#contract/objective.ts';
import type { ParameterArray, ParameterTensors } from '#workers/networks/parameters.ts';

/** `slots` are keyed `momentum/conv1.weight`; `step` counts updates made. */
export type OptimizerState = { readonly step: number; readonly slots: Readonly<Record<string, Tensor>> };

export type Update = {
  readonly parameters: ParameterTensors;
  readonly gradients: ParameterTensors;
  readonly state: OptimizerState;
  readonly learningRate: number;
  /** Applied to weight, gradient and slots: a pruned weight stays exactly zero. */
  readonly masks?: ParameterTensors;
};
export type Updated = { readonly parameters: ParameterTensors; readonly state: OptimizerState };

/** `update` returns new tensors for everything and disposes nothing: who holds the old ones disposes them. */
export type OptimizerRule = {
  init(parameters: ParameterTensors): OptimizerState;
  update(update: Update): Updated;
};

export function createOptimizer(settings: Optimizer): OptimizerRule {
  throw new Error(`Not yet written (${settings.kind}).`);
}

/** Slots in PyTorch layout for a checkpoint: `momentum/conv1.weight` -> array. `step` is stored beside by the caller. */
export async function exportSlots(
  graph: NetworkGraph,
  state: OptimizerState,
): Promise<ReadonlyMap<string, ParameterArray>> {
  throw new Error(`Not yet written (${graph.nodes.length}, ${state.step}).`);
}

/** The inverse of {@link exportSlots}, to the bit. */
export function importSlots(
  graph: NetworkGraph,
  step: number,
  slots: ReadonlyMap<string, ParameterArray>,
): OptimizerState {
  throw new Error(`Not yet written (${graph.nodes.length}, ${step}, ${slots.size}).`);
}
