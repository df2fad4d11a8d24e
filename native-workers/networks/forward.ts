import {
  add,
  avgPool,
  concat,
  conv2d,
  engine,
  maxPool,
  relu,
  reshape,
  type NamedAttrMap,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { sourcesOf, type NetworkGraph, type NetworkNode } from '#contract/network.ts';
import type { Random } from '#workers/array/random.ts';
import { normalizeByBatch, normalizeByRunning, type BatchStatistics } from './batch-norm.ts';
import { dropValues } from './dropout.ts';
import { requireParameter, type ParameterTensors } from './parameters.ts';
import type { SeenStatistics } from './running-statistics.ts';

/**
 * Logits [batch, classes] of images [batch, height, width, channels] in [0, 1], in evaluation: batch-norm by running
 * statistics, no dropout. Differentiable.
 */
export function forward(graph: NetworkGraph, parameters: ParameterTensors, images: Tensor4D): Tensor2D {
  return run(graph, images, { parameters, mode: { kind: 'evaluation' } });
}

/** As `forward`, with the activations of the nodes asked for; where a kernel rectifies in the same pass, rectified. */
export function forwardThrough(
  graph: NetworkGraph,
  parameters: ParameterTensors,
  { images, reads }: { readonly images: Tensor4D; readonly reads: readonly string[] },
): { readonly logits: Tensor2D; readonly activations: ReadonlyMap<string, Tensor> } {
  const all = activate(graph, images, { parameters, mode: { kind: 'evaluation' } });
  return { logits: logitsOf(graph, all), activations: new Map(reads.map((id) => [id, all.get(id)!])) };
}

/**
 * The same in training: batch-norm by the batch itself, dropout by each example's stream. What batch-norm saw outlives
 * any tidy around this and is the caller's, to be passed on to `updatedStatistics`; `normalized` is what batch-norm
 * nodes read, by node id.
 */
export function forwardInTraining(
  graph: NetworkGraph,
  parameters: ParameterTensors,
  { images, chance }: { readonly images: Tensor4D; readonly chance: DropoutChance },
): TrainingPass {
  const seen = new Map<string, BatchStatistics>();
  const normalized = new Map<string, Tensor>();
  const mode = { kind: 'training', seen, normalized, chance } as const;
  return { logits: run(graph, images, { parameters, mode }), seen, normalized };
}

export type TrainingPass = {
  readonly logits: Tensor2D;
  readonly seen: SeenStatistics;
  readonly normalized: ReadonlyMap<string, Tensor>;
};

/** The stream of one dropout node for the example in one row of the batch. */
export type DropoutChance = (row: number, node: string) => Random;

type Mode =
  | { readonly kind: 'evaluation' }
  | {
      readonly kind: 'training';
      readonly seen: Map<string, BatchStatistics>;
      readonly normalized: Map<string, Tensor>;
      readonly chance: DropoutChance;
    };
type Setting = { readonly parameters: ParameterTensors; readonly mode: Mode };
type LayerContext = Setting & { readonly rectified: ReadonlySet<string> };

const run = (graph: NetworkGraph, images: Tensor4D, setting: Setting): Tensor2D =>
  logitsOf(graph, activate(graph, images, setting));

const logitsOf = ({ nodes }: NetworkGraph, activations: ReadonlyMap<string, Tensor>): Tensor2D =>
  activations.get(nodes[nodes.length - 1]!.id) as Tensor2D;

function activate(graph: NetworkGraph, images: Tensor4D, setting: Setting): ReadonlyMap<string, Tensor> {
  const activations = new Map<string, Tensor>();
  const context = { ...setting, rectified: rectifiedLayers(graph) };
  for (const node of graph.nodes) {
    const sources = sourcesOf(node).map((id) => activations.get(id)!);
    activations.set(node.id, node.kind === 'input' ? images : evaluate(node, sources, context));
  }
  return activations;
}

function evaluate(
  node: Exclude<NetworkNode, { kind: 'input' }>,
  sources: readonly Tensor[],
  context: LayerContext,
): Tensor {
  const x = sources[0]!;
  switch (node.kind) {
    case 'conv':
      return convolve(node, x, context);
    case 'dense':
      return multiply(node, x, context);
    case 'relu':
      return context.rectified.has(node.input) ? x : relu(x);
    case 'flatten':
      return reshape(x, [x.shape[0], -1]);
    case 'batch-norm':
      return normalize(node, x, context);
    case 'max-pool':
      return maxPool(x as Tensor4D, node.window, node.stride, 'valid');
    case 'average-pool':
      return avgPool(x as Tensor4D, node.window, node.stride, 'valid');
    case 'add':
      return sources.reduce((sum, addend) => add(sum, addend));
    case 'concat':
      return concat([...sources], -1);
    case 'dropout':
      return context.mode.kind === 'training' ? drop(node, x, context.mode.chance) : x;
  }
}

type NodeOf<Kind extends NetworkNode['kind']> = Extract<NetworkNode, { kind: Kind }>;

function convolve(node: NodeOf<'conv'>, x: Tensor, context: LayerContext): Tensor {
  const { padding, stride } = node;
  const around: [number, number] = [padding, padding];
  const filter = parameter(node, 'weight', context);
  if (node.bias === false)
    return conv2d(x as Tensor4D, filter as Tensor4D, stride, padding, 'NHWC', 1, 'floor');
  return runFused(
    'FusedConv2D',
    { x, filter, bias: parameter(node, 'bias', context) },
    {
      strides: [stride, stride],
      pad: [[0, 0], around, around, [0, 0]],
      dilations: [1, 1],
      dataFormat: 'NHWC',
      dimRoundingMode: 'floor',
      activation: activationOf(node.id, context),
    },
  );
}

function multiply(node: NodeOf<'dense'>, x: Tensor, context: LayerContext): Tensor {
  const matrix = parameter(node, 'weight', context);
  const product = runFused(
    '_FusedMatMul',
    {
      a: reshape(x, [1, ...x.shape]),
      b: reshape(matrix, [1, ...matrix.shape]),
      bias: parameter(node, 'bias', context),
    },
    { transposeA: false, transposeB: false, activation: activationOf(node.id, context) },
  );
  return reshape(product, [x.shape[0], node.units]);
}

function normalize(node: NodeOf<'batch-norm'>, x: Tensor, context: LayerContext): Tensor {
  const affine = { scale: parameter(node, 'weight', context), shift: parameter(node, 'bias', context) };
  if (context.mode.kind === 'training') {
    const { y, statistics } = normalizeByBatch(x, affine);
    context.mode.seen.set(node.id, statistics);
    context.mode.normalized.set(node.id, x);
    return y;
  }
  const mean = parameter(node, 'running_mean', context);
  return normalizeByRunning(x, affine, { mean, variance: parameter(node, 'running_var', context) });
}

const drop = ({ id, rate }: NodeOf<'dropout'>, x: Tensor, chance: DropoutChance): Tensor =>
  dropValues(x, rate, (row) => chance(row, id));

/** Layers with a bias that only a ReLU reads: their kernel rectifies in the same pass. */
function rectifiedLayers({ nodes }: NetworkGraph): ReadonlySet<string> {
  const readers = new Map<string, NetworkNode[]>();
  for (const node of nodes)
    for (const id of sourcesOf(node)) readers.set(id, [...(readers.get(id) ?? []), node]);
  const isRectified = (node: NetworkNode): boolean => {
    const [reader, ...others] = readers.get(node.id) ?? [];
    return reader?.kind === 'relu' && others.length === 0;
  };
  const fusing = nodes.filter(
    (node) => node.kind === 'dense' || (node.kind === 'conv' && node.bias !== false),
  );
  return new Set(fusing.filter(isRectified).map((node) => node.id));
}

const activationOf = (id: string, { rectified }: LayerContext): string =>
  rectified.has(id) ? 'relu' : 'linear';
const parameter = ({ id }: NetworkNode, part: string, { parameters }: LayerContext): Tensor =>
  requireParameter(parameters, `${id}.${part}`);

/** Straight to the kernel: tfjs-core's fused operations compute every gradient even where only one is asked for. */
function runFused(
  kernel: string,
  inputs: Record<string, Tensor>,
  attributes: Record<string, unknown>,
): Tensor {
  return engine().runKernel<Tensor>(kernel, inputs, attributes as NamedAttrMap);
}
