import type { Tensor } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';

/** Parameters outside an engine, in PyTorch's names and layouts: conv [out, in, row, column], dense [out, in]. */
export type ParameterSet = ReadonlyMap<string, ParameterArray>;
export type ParameterArray = { readonly shape: readonly number[]; readonly values: Float32Array };

/** Which weights are kept (1): one entry per prunable parameter, in the same layout as the parameter. */
export type MaskSet = ReadonlyMap<string, MaskArray>;
export type MaskArray = { readonly shape: readonly number[]; readonly values: Uint8Array };

/** Parameters (or gradients, masks, optimizer slots) inside an engine, under the same names, in its layouts. */
export type ParameterTensors = Readonly<Record<string, Tensor>>;

/** New tensors, owned by the caller, from parameters in PyTorch's layout. */
export function toTensors(graph: NetworkGraph, parameters: ParameterSet): ParameterTensors {
  throw new Error(`Not yet written (${graph.nodes.length}, ${parameters.size}).`);
}

/** Float32 0/1 tensors, owned by the caller. */
export function toMaskTensors(graph: NetworkGraph, masks: MaskSet): ParameterTensors {
  throw new Error(`Not yet written (${graph.nodes.length}, ${masks.size}).`);
}

/** Reads tensors back into PyTorch's layout; the tensors stay the caller's. */
export async function fromTensors(graph: NetworkGraph, tensors: ParameterTensors): Promise<ParameterSet> {
  throw new Error(`Not yet written (${graph.nodes.length}, ${Object.keys(tensors).length}).`);
}

export function disposeTensors(tensors: ParameterTensors): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}

/** Weights of conv and dense layers may be pruned, biases never. */
export function isPrunable(name: string): boolean {
  return name.endsWith('.weight');
}
