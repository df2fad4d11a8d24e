import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import { engineLayout, type EngineLayout } from './engine-layout.ts';
import { parameterSpecs, trainedSpecs, type ParameterSpec } from './parameter-specs.ts';

/** Parameters outside an engine, in PyTorch's names and layouts: conv [out, in, row, column], dense [out, in]. */
export type ParameterSet = ReadonlyMap<string, ParameterArray>;
export type ParameterArray = { readonly shape: readonly number[]; readonly values: Float32Array };

/**
 * What is kept (1), in the same layout as the parameter: one entry per prunable parameter, and where whole channels
 * are pruned one per bias, scale or shift that loses something.
 */
export type MaskSet = ReadonlyMap<string, MaskArray>;
export type MaskArray = { readonly shape: readonly number[]; readonly values: Uint8Array };

/** Parameters (or gradients, masks, optimizer slots) inside an engine, under the same names, in its layouts. */
export type ParameterTensors = Readonly<Record<string, Tensor>>;

/** New tensors, owned by the caller, from parameters in PyTorch's layout. Throws unless names and shapes are the graph's. */
export const toTensors = (graph: NetworkGraph, parameters: ParameterSet): ParameterTensors =>
  upload(graph, parameterSpecs(graph), parameters);

/** The same for as many trained parameters as there are arrays: gradients, optimizer slots. */
export const toTrainedTensors = (graph: NetworkGraph, arrays: ParameterSet): ParameterTensors =>
  upload(
    graph,
    trainedSpecs(graph).filter(({ name }) => arrays.has(name)),
    arrays,
  );

function upload(
  graph: NetworkGraph,
  specs: readonly ParameterSpec[],
  parameters: ParameterSet,
): ParameterTensors {
  const names = new Set(specs.map((spec) => spec.name));
  const foreign = [...parameters.keys()].find((name) => !names.has(name));
  if (foreign !== undefined) throw new Error(`The network ${graph.spec.kind} has no parameter ${foreign}.`);
  for (const spec of specs) expectShape(spec, parameters.get(spec.name));
  return Object.fromEntries(specs.map((spec) => [spec.name, uploaded(spec, parameters.get(spec.name)!)]));
}

/** Float32 0/1 tensors, owned by the caller. */
export function toMaskTensors(graph: NetworkGraph, masks: MaskSet): ParameterTensors {
  const specs = parameterSpecs(graph).filter((spec) => masks.has(spec.name));
  const floats = specs.map((spec) => {
    const { shape, values } = masks.get(spec.name)!;
    const mask = { shape, values: new Float32Array(values) };
    expectShape(spec, mask);
    return [spec, mask] as const;
  });
  return Object.fromEntries(floats.map(([spec, mask]) => [spec.name, uploaded(spec, mask)]));
}

/** Reads tensors back into PyTorch's layout; the tensors stay the caller's. */
export async function fromTensors(graph: NetworkGraph, tensors: ParameterTensors): Promise<ParameterSet> {
  const specs = parameterSpecs(graph).filter((spec) => tensors[spec.name] !== undefined);
  const read = specs.map(async (spec): Promise<readonly [string, ParameterArray]> => {
    const values = (await tensors[spec.name]!.data()) as Float32Array;
    return [spec.name, { shape: spec.shape, values: toStored(engineLayout(spec), values) }];
  });
  return new Map(await Promise.all(read));
}

/** The same tensors, each by `prefix` and its name. */
export const prefixed = (prefix: string, tensors: ParameterTensors): ParameterTensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, held]) => [`${prefix}${name}`, held]));

/** Those whose names begin with `prefix`, by the rest of their names. */
export const unprefixed = (prefix: string, tensors: ParameterTensors): ParameterTensors =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, held]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), held] as const] : [],
    ),
  );

export function disposeTensors(tensors: ParameterTensors): void {
  for (const held of Object.values(tensors)) held.dispose();
}

export function requireParameter(parameters: ParameterTensors, name: string): Tensor {
  const tensor = parameters[name];
  if (!tensor)
    throw new Error(`The parameter ${name} is missing. Were these parameters made for another network?`);
  return tensor;
}

/**
 * Weights of conv and dense layers may be pruned; biases and everything of batch-norm never. (A scale of batch-norm is
 * called `weight` too, but has one axis.)
 */
export function isPrunable(name: string, { shape }: { readonly shape: readonly number[] }): boolean {
  return name.endsWith('.weight') && shape.length > 1;
}

/** Whether a parameter is trained; the running statistics of batch-norm are measured. */
export function isTrained(name: string): boolean {
  return !/\.running_(mean|var)$/.test(name);
}

function expectShape(spec: ParameterSpec, array: ParameterArray | undefined): void {
  if (!array) throw new Error(`The parameter ${spec.name} is missing. Was it saved from another network?`);
  if (array.shape.join() !== spec.shape.join() || array.values.length !== sizeOf(spec.shape))
    throw new Error(
      `The parameter ${spec.name} should have shape [${spec.shape.join(', ')}], got [${array.shape.join(', ')}] with ${array.values.length} values.`,
    );
}

function uploaded(spec: ParameterSpec, { values }: ParameterArray): Tensor {
  const layout = engineLayout(spec);
  return tensor(toEngine(layout, values), [...layout.shape], 'float32');
}

/** Plain loops here and below: masks of large networks come this way at every step, and iterators cost ten times more. */
function toEngine({ storedIndex }: EngineLayout, stored: Float32Array): Float32Array {
  if (!storedIndex) return stored.slice();
  const values = new Float32Array(stored.length);
  for (let i = 0; i < values.length; i += 1) values[i] = stored[storedIndex[i]!]!;
  return values;
}

function toStored({ storedIndex }: EngineLayout, values: Float32Array): Float32Array {
  if (!storedIndex) return values.slice();
  const stored = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += 1) stored[storedIndex[i]!] = values[i]!;
  return stored;
}
