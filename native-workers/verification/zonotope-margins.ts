import { dispose, matMul, reshape, tidy, transpose, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { sourcesOf } from '#contract/network.ts';
import type { Interval } from './interval.ts';
import { marginRows } from './margin-rows.ts';
import { contextOf, innerNodes, inputNode, outputNode, type BoundedNetwork } from './network.ts';
import { ruleOf, type InnerNode } from './rules/rules.ts';
import { boxAround, zonotopeOf, type Zonotope } from './zonotope.ts';

/** Lower margins [1, classes] of one example by a zonotope pushed forward from its box (DeepZ); owned by the caller. */
export async function zonotopeMargins(
  network: BoundedNetwork,
  box: Interval,
  label: Int32Array,
): Promise<Tensor> {
  const logits = await pushForward(network, box);
  const margins = marginsOf(logits, label);
  await margins.data();
  disposeZonotope(logits);
  return margins;
}

/** Lower margins [1, classes] of logits [1, classes]. */
export const marginsOf = (logits: Zonotope, label: Int32Array): Tensor2D =>
  tidy(() => {
    const classCount = logits.center.shape[1]!;
    const rows = reshape(marginRows(label, classCount), [-1, classCount]);
    const along = (values: Tensor): Tensor => matMul(values, transpose(rows));
    const terms = Object.entries(logits.terms).map(([origin, term]) => [origin, along(term)] as const);
    return boxAround({ center: along(logits.center), terms: Object.fromEntries(terms) }).lower as Tensor2D;
  });

/**
 * The zonotope of the network's output, owned by the caller; each node's own goes when its last reader has it. Before
 * a node reads its inputs, `watch` may.
 */
export async function pushForward(
  network: BoundedNetwork,
  box: Interval,
  watch?: (node: InnerNode, inputs: readonly Zonotope[]) => Promise<void>,
): Promise<Zonotope> {
  const context = contextOf(network);
  const nodes = innerNodes(network.graph);
  const output = outputNode(network.graph).id;
  const zonotopes: Record<string, Zonotope> = {
    [inputNode(network.graph)]: zonotopeOf(inputNode(network.graph), box),
  };
  for (const [position, node] of nodes.entries()) {
    const inputs = sourcesOf(node).map((id) => zonotopes[id]!);
    await watch?.(node, inputs);
    zonotopes[node.id] = await ruleOf(node).pushForward(node, inputs, context);
    const laterReads = new Set(nodes.slice(position + 1).flatMap(sourcesOf));
    for (const id of new Set(sourcesOf(node))) if (!laterReads.has(id)) disposeZonotope(zonotopes[id]!);
  }
  return zonotopes[output]!;
}

export const disposeZonotope = ({ center, terms }: Zonotope): void => {
  dispose([center, ...Object.values(terms)]);
};
