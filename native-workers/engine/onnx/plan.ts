import { sizeOf } from '#contract/network-shapes.ts';
import type { GraphNode, PendingState, StoredState } from './graph.ts';
import { operationKey } from './operation.ts';

/** What a program has to compute: pending nodes in order, from leaves, for roots. Equal keys: equal programs. */
export type Plan = {
  readonly key: string;
  readonly nodes: readonly PendingNode[];
  readonly leaves: readonly StoredNode[];
  readonly roots: readonly PendingNode[];
  /** Leaves whose values the program carries inside; it is fed the others. */
  readonly baked: ReadonlySet<StoredNode>;
};
type PendingNode = GraphNode & { readonly state: PendingState };
export type StoredNode = GraphNode & { readonly state: StoredState };

/**
 * Leaves are numbered by first use and their values are no part of the key: a changed learning rate recompiles nothing.
 * Baked are frozen ones, and single numbers that meet nothing else, whose values are part of the key: what is computed
 * of both, such as the slope of a batch-norm, is known when the program is compiled.
 */
export function planPending(pending: readonly GraphNode[]): Plan {
  const nodes = neededNodes(pending);
  const baked = bakedLeaves(nodes);
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
        words.push(leafKey(input, baked));
      }
      return number;
    });
    numbers.set(node, numbers.size);
    words.push(
      `${node.holders > 0 ? '!' : ''}${operationKey(node.state.operation)}${inputs.join()}>${typeKey(node)}`,
    );
  }
  return { key: words.join('\n'), nodes, leaves, roots: nodes.filter((node) => node.holders > 0), baked };
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

function bakedLeaves(nodes: readonly PendingNode[]): ReadonlySet<StoredNode> {
  const known = new Set<GraphNode>();
  const baked = new Set<StoredNode>();
  const fed = new Set<StoredNode>();
  for (const node of nodes) {
    const { inputs } = node.state;
    for (const input of inputs) if (isFrozen(input)) known.add(input);
    const isKnown =
      inputs.some((input) => known.has(input)) &&
      inputs.every((input) => known.has(input) || isNumber(input));
    if (isKnown) known.add(node);
    for (const input of inputs) if (isStored(input)) (isKnown || isFrozen(input) ? baked : fed).add(input);
  }
  return new Set([...baked].filter((leaf) => !fed.has(leaf)));
}

function isFrozen(node: GraphNode): boolean {
  return isStored(node) && node.state.store.frozen !== undefined;
}

function isNumber(node: GraphNode): boolean {
  return isStored(node) && sizeOf(node.shape) === 1 && node.state.store.contents.kind === 'memory';
}

function leafKey(leaf: StoredNode, baked: ReadonlySet<StoredNode>): string {
  const { store, layout } = leaf.state;
  const { contents, frozen } = store;
  const value =
    baked.has(leaf) && !frozen && contents.kind === 'memory' ? `=${exactly(contents.values[0]!)}` : '';
  return `${typeKey(leaf)}@${layout?.join() ?? ''}#${frozen?.id ?? ''}${value}`;
}

/** Written as text, the two zeros would be one. */
const exactly = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

function typeKey({ dtype, shape }: GraphNode): string {
  return `${dtype}[${shape.join()}]`;
}
