import type { GraphNode, PendingState, StoredState } from './graph.ts';
import { operationKey } from './operation.ts';

/** What a program has to compute: pending nodes in order, from leaves, for roots. Equal keys: equal programs. */
export type Plan = {
  readonly key: string;
  readonly nodes: readonly PendingNode[];
  readonly leaves: readonly StoredNode[];
  readonly roots: readonly PendingNode[];
};
type PendingNode = GraphNode & { readonly state: PendingState };
export type StoredNode = GraphNode & { readonly state: StoredState };

/** Leaves are numbered by first use and their values are no part of the key: a changed learning rate recompiles nothing. */
export function planPending(pending: readonly GraphNode[]): Plan {
  const nodes = neededNodes(pending);
  const numbers = new Map<GraphNode, number>();
  const leaves: StoredNode[] = [];
  const words: string[] = [];
  for (const node of nodes) {
    const inputs = node.state.inputs.map((input) => {
      let number = numbers.get(input);
      if (number === undefined) {
        if (!isStored(input))
          throw new Error('Expected every input of a pending node to be stored or pending before it.');
        number = numbers.size;
        numbers.set(input, number);
        leaves.push(input);
        words.push(leafKey(input));
      }
      return number;
    });
    numbers.set(node, numbers.size);
    words.push(
      `${node.holders > 0 ? '!' : ''}${operationKey(node.state.operation)}${inputs.join()}>${typeKey(node)}`,
    );
  }
  return { key: words.join('\n'), nodes, leaves, roots: nodes.filter((node) => node.holders > 0) };
}

export function isStored(node: GraphNode): node is StoredNode {
  return node.state.kind === 'stored';
}

function isPending(node: GraphNode): node is PendingNode {
  return node.state.kind === 'pending';
}

function neededNodes(pending: readonly GraphNode[]): PendingNode[] {
  const needed = new Set<GraphNode>();
  for (const node of pending.toReversed()) {
    if (!isPending(node) || (node.holders === 0 && !needed.has(node))) continue;
    needed.add(node);
    for (const input of node.state.inputs) needed.add(input);
  }
  return pending.filter(isPending).filter((node) => needed.has(node));
}

function leafKey(leaf: StoredNode): string {
  const { store, layout } = leaf.state;
  return `${typeKey(leaf)}@${layout?.join() ?? ''}#${store.frozen?.id ?? ''}`;
}

function typeKey({ dtype, shape }: GraphNode): string {
  return `${dtype}[${shape.join()}]`;
}
