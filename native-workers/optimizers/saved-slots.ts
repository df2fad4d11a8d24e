import type { Tensor } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import { fromTensors, toTensors, type ParameterArray } from '#workers/networks/parameters.ts';
import type { OptimizerState } from './optimizer.ts';

/** Slots in PyTorch layout for a checkpoint: `momentum/conv1.weight` -> array. The caller stores `step` beside them. */
export async function exportSlots(
  graph: NetworkGraph,
  state: OptimizerState,
): Promise<ReadonlyMap<string, ParameterArray>> {
  const saved = new Map<string, ParameterArray>();
  for (const [slot, tensors] of bySlot(state.slots))
    for (const [name, array] of await fromTensors(graph, Object.fromEntries(tensors)))
      saved.set(`${slot}/${name}`, array);
  return saved;
}

/** The inverse of {@link exportSlots}, to the bit. The tensors are the caller's. */
export function importSlots(
  graph: NetworkGraph,
  step: number,
  slots: ReadonlyMap<string, ParameterArray>,
): OptimizerState {
  const loaded: Record<string, Tensor> = {};
  for (const [slot, arrays] of bySlot(Object.fromEntries(slots)))
    for (const [name, tensor] of Object.entries(toTensors(graph, arrays))) loaded[`${slot}/${name}`] = tensor;
  return { step, slots: loaded };
}

/** `momentum/conv1.weight` is the slot `momentum` of the parameter `conv1.weight`. */
function bySlot<Value>(
  keyed: Readonly<Record<string, Value>>,
): ReadonlyMap<string, ReadonlyMap<string, Value>> {
  const slots = new Map<string, Map<string, Value>>();
  for (const [key, value] of Object.entries(keyed)) {
    const [slot, name] = key.split('/') as [string, string];
    if (!slots.has(slot)) slots.set(slot, new Map());
    slots.get(slot)!.set(name, value);
  }
  return slots;
}
