import { createPortableEmitter } from './devices/portable-emitter.ts';
import type { GraphNode } from './graph.ts';
import { physicalShape, type Layout } from './layout.ts';
import { createEmitter, type Emitter } from './lower/emitter.ts';
import { lower } from './lower/lower.ts';
import {
  inLayout,
  layoutOf,
  array,
  type Lowered,
  type LowerSettings,
  type Operand,
} from './lower/lowered.ts';
import type { Plan, StoredNode } from './plan.ts';
import { writeModel, type OnnxNode, type OnnxValueType } from './writer.ts';

/** A model for a plan: which of the plan's leaves it is fed, and how its outputs, one per root, lie in memory. */
export type Assembled = {
  readonly model: Uint8Array;
  readonly feeds: readonly Feed[];
  readonly outputs: readonly string[];
  readonly outputLayouts: readonly Layout[];
};
/** Position of a leaf in the plan, and its name in the model. */
type Feed = { readonly leaf: number; readonly name: string };

export function assemble(plan: Plan, given: LowerSettings): Assembled {
  // Where filters are baked, onnxruntime arranges convolutions, and what lies between them, better than we could.
  const settings = { ...given, keepsBlocks: plan.baked.size === 0 };
  const emitter = settings.isPortable ? createPortableEmitter() : createEmitter();
  const lowered = new Map<GraphNode, Lowered>();
  const operand = (node: GraphNode): Operand => ({ node, lowered: lowered.get(node)! });
  const inputs: OnnxValueType[] = [];
  const feeds: Feed[] = [];
  for (const [position, leaf] of plan.leaves.entries()) {
    if (plan.baked.has(leaf)) lowered.set(leaf, baked(emitter, leaf));
    else {
      const name = `leaf_${position}`;
      inputs.push({ name, dtype: leaf.dtype, shape: physicalShape(leaf.shape, leaf.state.layout) });
      feeds.push({ leaf: position, name });
      lowered.set(leaf, array(name, leaf.state.layout));
    }
  }
  for (const node of plan.nodes) {
    const context = { emitter, node, inputs: node.state.inputs.map(operand), settings };
    lowered.set(node, lower(node.state.operation, context));
  }
  const taken = new Set<string>();
  const outputs = plan.roots.map((root) => output(emitter, operand(root), taken));
  const nodes = neededNodes(emitter.nodes, outputs);
  const model = writeModel({ nodes, constants: emitter.constants, inputs, outputs });
  return {
    model,
    feeds,
    outputs: outputs.map(({ name }) => name),
    outputLayouts: plan.roots.map((root) => layoutOf(operand(root))),
  };
}

/** Without what was only asked for in a form that nobody took. */
function neededNodes(nodes: readonly OnnxNode[], outputs: readonly OnnxValueType[]): OnnxNode[] {
  const needed = new Set(outputs.map(({ name }) => name));
  const kept = nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    for (const input of node.inputs) needed.add(input);
    return true;
  });
  return kept.toReversed();
}

function baked(emitter: Emitter, { shape, dtype, state }: StoredNode): Lowered {
  const { contents } = state.store;
  if (contents.kind === 'device') throw new Error('Expected baked values to have been brought to memory.');
  const { buffer, byteOffset, byteLength } = contents.values;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return array(emitter.constant({ dtype, shape: physicalShape(shape, state.layout), bytes }), state.layout);
}

/** Outputs are values of their own: a root that is an input, a constant or another root's value is copied. */
function output(emitter: Emitter, { node, lowered }: Operand, taken: Set<string>): OnnxValueType {
  const layout = layoutOf({ node, lowered });
  const computed = inLayout(emitter, { node, lowered }, layout);
  const own = !taken.has(computed) && emitter.producer(computed) !== undefined;
  const name = own ? computed : emitter.copy(computed);
  taken.add(name);
  return { name, dtype: node.dtype, shape: physicalShape(node.shape, layout) };
}
