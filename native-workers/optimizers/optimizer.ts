import { dispose, mul, scalar, zerosLike, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import type { Optimizer } from '#contract/objective.ts';
import { repeated } from '#workers/engine/repeated.ts';
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

/** One update of everything, which an engine may repeat for the next step: only the tensors are others then. */
function updateAll(
  rule: ParameterRule,
  { parameters, gradients, state, learningRate, masks = {} }: Update,
): Updated {
  const step = state.step + 1;
  const names = Object.keys(parameters).filter(isTrained);
  const rates = mapValues(rule.rates({ learningRate, step }), (rate) => scalar(rate));
  const given = { parameters, gradients, state, masks, rates };
  const named = (kind: string, tensors: ParameterTensors) =>
    names.flatMap((name) => (tensors[name] ? [[`${kind} ${name}`, tensors[name]] as const] : []));
  const updated = repeated({
    of: rule,
    as: 'update',
    inputs: {
      ...Object.fromEntries([
        ...named('parameter', parameters),
        ...named('gradient', gradients),
        ...named('mask', masks),
      ]),
      ...state.slots,
      ...rates,
    },
    compute: () =>
      Object.assign({}, ...names.map((name) => updateOne(rule, name, given))) as ParameterTensors,
  });
  dispose(rates);
  const of = (isWanted: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(updated).filter(([name]) => isWanted(name)));
  return {
    parameters: of((name) => name in parameters),
    state: { step, slots: of((name) => name in state.slots) },
  };
}

/** The parameter by its name, its slots by theirs. */
function updateOne(
  rule: ParameterRule,
  name: string,
  given: {
    readonly parameters: ParameterTensors;
    readonly gradients: ParameterTensors;
    readonly state: OptimizerState;
    readonly masks: ParameterTensors;
    readonly rates: Readonly<Record<string, Scalar>>;
  },
): ParameterTensors {
  const { parameters, gradients, state, masks, rates } = given;
  const mask = masks[name];
  const masked = (tensor: Tensor): Tensor => (mask ? mul(tensor, mask) : tensor);
  const slots = Object.fromEntries(rule.slots.map((slot) => [slot, state.slots[`${slot}/${name}`]!]));
  const after = rule.update(masked(parameters[name]!), masked(gradients[name]!), { slots, rates });
  return {
    [name]: masked(after.parameter),
    ...Object.fromEntries(rule.slots.map((slot) => [`${slot}/${name}`, masked(after.slots[slot]!)])),
  };
}

const mapValues = <Value, Result>(values: Readonly<Record<string, Value>>, map: (value: Value) => Result) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));

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
