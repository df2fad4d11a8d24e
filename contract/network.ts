import { z } from 'zod';

/** Height, width and channels of one input. */
export type ImageShape = readonly [height: number, width: number, channels: number];

const named = <Kind extends string>(kind: Kind) => z.strictObject({ kind: z.literal(kind) });

/** A network by name, as a study gives it. `cnn-small` is short for `{kind: cnn-small}`. */
const networkUnion = z.discriminatedUnion('kind', [
  named('cnn-small'),
  named('cnn-large'),
  named('mnist-small'),
  named('mnist-large'),
  named('mnist-madry'),
  named('vgg4-bn'),
  named('vgg16-bn'),
  named('vgg13'),
  named('resnet18-cifar'),
  named('wrn-28-1'),
  named('wrn-28-4'),
  named('wrn-28-10'),
  named('densenet-40-12'),
  named('all-cnn'),
  z.strictObject({
    kind: z.literal('mlp'),
    widths: z.array(z.int().positive()).min(1).max(16).default([256, 256]),
  }),
]);
export const networkSchema = z.preprocess(
  (value) => (typeof value === 'string' ? { kind: value } : value),
  networkUnion,
);
export type NetworkSpec = z.output<typeof networkSchema>;
export type NetworkKind = NetworkSpec['kind'];
export const networkKinds: readonly NetworkKind[] = networkUnion.options.map(({ shape }) => shape.kind.value);

/** Ids are the names of PyTorch's modules, `layer1.0.conv1`: parameters are called `<id>.weight` and so on. */
const nodeId = z.string().regex(/^[a-z]\w*(\.\w+)*$/);
const merged = z.array(nodeId).min(2);
const rowsAndColumns = z.tuple([z.int().positive(), z.int().positive()]);
const pooling = { id: nodeId, input: nodeId, window: rowsAndColumns, stride: rowsAndColumns };

/**
 * One node of a network graph. Activations are NHWC; `flatten` turns [h, w, c] into PyTorch's (c, h, w) order,
 * so that a dense weight means the same here and in a checkpoint that PyTorch loads.
 */
const networkNodeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('input'), id: nodeId }),
  z.strictObject({
    kind: z.literal('conv'),
    id: nodeId,
    input: nodeId,
    filters: z.int().positive(),
    kernel: z.int().positive(),
    stride: z.int().positive(),
    padding: z.int().min(0),
    /** Only where there is none; batch-norm after it has its own. */
    bias: z.literal(false).optional(),
  }),
  z.strictObject({ kind: z.literal('dense'), id: nodeId, input: nodeId, units: z.int().positive() }),
  z.strictObject({ kind: z.literal('relu'), id: nodeId, input: nodeId }),
  z.strictObject({ kind: z.literal('flatten'), id: nodeId, input: nodeId }),
  /** Per channel, with PyTorch's defaults (`batchNorm` below); its parameters are called as in PyTorch. */
  z.strictObject({ kind: z.literal('batch-norm'), id: nodeId, input: nodeId }),
  /** Neither pads: the last rows and columns that fill no window are left out. */
  z.strictObject({ kind: z.literal('max-pool'), ...pooling }),
  z.strictObject({ kind: z.literal('average-pool'), ...pooling }),
  /** The sum of activations of one shape. */
  z.strictObject({ kind: z.literal('add'), id: nodeId, inputs: merged }),
  /** Along the channels, in the order given. */
  z.strictObject({ kind: z.literal('concat'), id: nodeId, inputs: merged }),
  /** In training, zero with probability `rate`, else divided by 1 - rate; in evaluation nothing. */
  z.strictObject({
    kind: z.literal('dropout'),
    id: nodeId,
    input: nodeId,
    rate: z.number().gt(0).lt(1),
  }),
]);
export type NetworkNode = z.output<typeof networkNodeSchema>;

/** Added to the variance; weight of a new batch in the running statistics. */
export const batchNorm = { stabilizer: 1e-5, momentum: 0.1 } as const;

/** Ids of the nodes that a node reads, in order. */
export function sourcesOf(node: NetworkNode): readonly string[] {
  if (node.kind === 'input') return [];
  return 'inputs' in node ? node.inputs : [node.input];
}

/** A network as data, in topological order; the last node gives the logits [batch, classes]. */
export const networkGraphSchema = z.strictObject({
  spec: networkSchema,
  inputShape: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]),
  classCount: z.int().min(2),
  /** The last class is none of the task's: inputs of no class. */
  background: z.literal(true).optional(),
  nodes: z.array(networkNodeSchema).min(2),
});
export type NetworkGraph = z.output<typeof networkGraphSchema>;

/** How many classes the task has: those of the network without the background class. */
export const taskClassCount = ({ classCount, background }: NetworkGraph): number =>
  background === true ? classCount - 1 : classCount;
