import type { NetworkNode } from '#contract/network.ts';
import { averagePoolRule } from './average-pool.ts';
import { batchNormRule } from './batch-norm.ts';
import { convRule } from './conv.ts';
import { denseRule } from './dense.ts';
import { dropoutRule } from './dropout.ts';
import { flattenRule } from './flatten.ts';
import { maxPoolRule } from './max-pool.ts';
import { addRule, concatRule } from './merging.ts';
import { reluRule } from './relu.ts';
import type { NodeKind, NodeRule } from './rule.ts';

/** How each kind of node is bounded: one entry per kind. */
const rules: { readonly [Kind in NodeKind]: NodeRule<Kind> } = {
  conv: convRule,
  dense: denseRule,
  relu: reluRule,
  flatten: flattenRule,
  'batch-norm': batchNormRule,
  'max-pool': maxPoolRule,
  'average-pool': averagePoolRule,
  add: addRule,
  concat: concatRule,
  dropout: dropoutRule,
};

export type InnerNode = Exclude<NetworkNode, { kind: 'input' }>;

export const ruleOf = (node: InnerNode): NodeRule<NodeKind> => rules[node.kind] as NodeRule<NodeKind>;
