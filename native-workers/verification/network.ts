import { sourcesOf, type NetworkGraph } from '#contract/network.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import { activationShapes } from '#contract/network-shapes.ts';
import { ruleOf, type InnerNode } from './rules/rules.ts';
import type { RuleContext } from './rules/rule.ts';

/** A network whose outputs are to be bounded. */
export type BoundedNetwork = { readonly graph: NetworkGraph; readonly parameters: ParameterTensors };

export const contextOf = ({ graph, parameters }: BoundedNetwork): RuleContext => ({
  parameters,
  shapes: activationShapes(graph),
});

export const innerNodes = ({ nodes }: NetworkGraph): readonly InnerNode[] =>
  nodes.filter((node): node is InnerNode => node.kind !== 'input');

export const inputNode = ({ nodes }: NetworkGraph): string => nodes[0]!.id;
export const outputNode = ({ nodes }: NetworkGraph): InnerNode => nodes[nodes.length - 1] as InnerNode;

/** Nodes that bounds must be known of before functionals can be pulled back through their readers. */
export const boundedBeforeActivation = (graph: NetworkGraph): readonly string[] => [
  ...new Set(innerNodes(graph).flatMap((node) => (ruleOf(node).isAffine ? [] : sourcesOf(node)))),
];

/** Nodes that are affine functions of the network's input. */
export function affineInInput(graph: NetworkGraph): ReadonlySet<string> {
  const found = new Set(graph.nodes.flatMap((node) => (node.kind === 'input' ? [node.id] : [])));
  for (const node of innerNodes(graph))
    if (ruleOf(node).isAffine && sourcesOf(node).every((id) => found.has(id))) found.add(node.id);
  return found;
}
