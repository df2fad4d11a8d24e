import { mul, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import type { Optimizer } from '#contract/objective.ts';
import {
  fromTensors,
  isTrained,
  toTrainedTensors,
  type ParameterArray,
  type ParameterTensors,
} from '#workers/networks/parameters.ts';
import { adamRule } from './adam.ts';
import type { ParameterRule } from './parameter-rule.ts';
import { sgdRule } from './sgd.ts';

/** `slots` are keyed `momentum/conv1.weight`; `step` counts the updates made. */
export type OptimizerState = { readonly step: number; readonly slots: Readonly<Record<string, Tensor>> };

type Update = {
  readonly parameters: ParameterTensors;
  readonly gradients: ParameterTensors;
  readonly state: OptimizerState;
  readonly learningRate: number;
  /** Applied to weight, gradient and slots: a pruned weight stays exactly zero. */
  readonly masks?: ParameterTensors;
};
export type Updated = { readonly parameters: ParameterTensors; readonly state: OptimizerState };

/**
 * `update` returns new tensors for everything that is trained and disposes nothing: who holds the old ones disposes
 * them. Running statistics among the parameters are passed over.
 */
export type OptimizerRule = {
  init(parameters: ParameterTensors): OptimizerState;
  update(update: Update): Updated;
};

export function createOptimizer(settings: Optimizer): OptimizerRule {
  const rule = ruleFor(settings);
  return {
    init: (parameters) => ({
      step: 0,
      slots: eachSlot(rule, parameters, (name) => zerosLike(parameters[name]!)),
    }),
    update: (update) => updateAll(rule, update),
  };
}

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
    for (const [name, tensor] of Object.entries(toTrainedTensors(graph, arrays)))
      loaded[`${slot}/${name}`] = tensor;
  return { step, slots: loaded };
}

function ruleFor(settings: Optimizer): ParameterRule {
  switch (settings.kind) {
    case 'sgd':
      return sgdRule(settings);
    case 'adam':
      return adamRule(settings);
  }
}

function updateAll(
  rule: ParameterRule,
  { parameters, gradients, state, learningRate, masks }: Update,
): Updated {
  const updated: Record<string, Tensor> = {};
  const slots: Record<string, Tensor> = {};
  const step = state.step + 1;
  for (const [name, parameter] of Object.entries(parameters)) {
    if (!isTrained(name)) continue;
    const mask = masks?.[name];
    const masked = (tensor: Tensor): Tensor => (mask ? mul(tensor, mask) : tensor);
    const own = Object.fromEntries(rule.slots.map((slot) => [slot, state.slots[`${slot}/${name}`]!]));
    const after = rule.update(masked(parameter), masked(gradients[name]!), {
      slots: own,
      learningRate,
      step,
    });
    updated[name] = masked(after.parameter);
    for (const slot of rule.slots) slots[`${slot}/${name}`] = masked(after.slots[slot]!);
  }
  return { parameters: updated, state: { step, slots } };
}

function eachSlot<Value>(
  rule: ParameterRule,
  parameters: ParameterTensors,
  make: (name: string) => Value,
): Record<string, Value> {
  const keyed = rule.slots.flatMap((slot) =>
    Object.keys(parameters)
      .filter(isTrained)
      .map((name) => [`${slot}/${name}`, make(name)] as const),
  );
  return Object.fromEntries(keyed);
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
