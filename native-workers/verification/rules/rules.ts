import type { NetworkGraph, NetworkNode } from '#contract/network.ts';
import { convRule } from './conv.ts';
import { denseRule } from './dense.ts';
import { flattenRule } from './flatten.ts';
import { reluRule } from './relu.ts';
import type { NodeKind, NodeRule } from './rule.ts';

/** How each kind of node is bounded: one entry per kind. A kind without an entry cannot be certified yet. */
const rules: { readonly [Kind in NodeKind]?: NodeRule<Kind> } = {
  conv: convRule,
  dense: denseRule,
  relu: reluRule,
  flatten: flattenRule,
};

export type InnerNode = Exclude<NetworkNode, { kind: 'input' }>;

export function ruleOf(node: InnerNode): NodeRule<NodeKind> {
  const rule = (rules as Readonly<Record<string, NodeRule<NodeKind> | undefined>>)[node.kind];
  if (rule === undefined) throw new UnsupportedNode(node);
  return rule;
}

/** A network with a node that no certificate knows a bound for. */
export class UnsupportedNode extends Error {
  constructor(node: InnerNode) {
    super(
      `Certificates cannot bound ${node.kind} nodes yet, and the network has one (${node.id}). They know ${Object.keys(rules).join(', ')}.`,
    );
    this.name = 'UnsupportedNode';
  }
}

/** Throws {@link UnsupportedNode} before any work is done. */
export function expectBoundable({ nodes }: NetworkGraph): void {
  for (const node of nodes) if (node.kind !== 'input') ruleOf(node);
}

/** The nodes that a node reads, by id. */
export const readsOf = (node: InnerNode): readonly string[] =>
  'inputs' in node ? node.inputs : [node.input];
