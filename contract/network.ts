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

const nodeId = z.string().regex(/^[a-z][a-z0-9_]*$/);

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
  }),
  z.strictObject({ kind: z.literal('dense'), id: nodeId, input: nodeId, units: z.int().positive() }),
  z.strictObject({ kind: z.literal('relu'), id: nodeId, input: nodeId }),
  z.strictObject({ kind: z.literal('flatten'), id: nodeId, input: nodeId }),
]);
export type NetworkNode = z.output<typeof networkNodeSchema>;

/** A network as data, in topological order; the last node gives the logits [batch, classes]. */
export const networkGraphSchema = z.strictObject({
  spec: networkSchema,
  inputShape: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]),
  classCount: z.int().min(2),
  nodes: z.array(networkNodeSchema).min(2),
});
export type NetworkGraph = z.output<typeof networkGraphSchema>;
