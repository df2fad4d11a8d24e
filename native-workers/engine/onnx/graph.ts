import { isTrivial, transposedLayout, type Layout } from './layout.ts';
import type { Operation } from './operation.ts';

/** Data types that this engine computes with, by tfjs's names. */
export type Dtype = 'float32' | 'int32' | 'bool';
export type Values = Float32Array | Int32Array | Uint8Array;

/**
 * A tensor's value: pending (an operation on other nodes), stored, or lost because computing it failed.
 * tfjs-core knows a node as the tensor's dataId.
 */
export type GraphNode = {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  state: NodeState;
  /** How many tensors hold it; a pending node that no tensor holds is computed only on the way to another. */
  holders: number;
};
type NodeState = PendingState | StoredState | { readonly kind: 'lost'; readonly reason: string };
export type PendingState = {
  readonly kind: 'pending';
  readonly operation: Operation;
  readonly inputs: readonly GraphNode[];
};
export type StoredState = { readonly kind: 'stored'; readonly store: Store; readonly layout: Layout };

/** Values in a device's memory, which only programs of that device see. */
export type DeviceBuffer = { readonly gpuBuffer: object; dispose(): void };
export type Contents =
  | { readonly kind: 'memory'; readonly values: Values }
  | { readonly kind: 'device'; readonly buffer: DeviceBuffer };

/** Values; several nodes may look at one store under different shapes and layouts. */
export type Store = {
  contents: Contents;
  frozen: Frozen | undefined;
  /** How many nodes look at it. */
  viewers: number;
  /** Whether someone outside has the very array, so that it must outlive every tensor. */
  isShared: boolean;
};
/** Programs may carry a copy of frozen values inside; they are told apart by this number. */
type Frozen = { readonly id: number; readonly holder: GraphNode };

/** What has been asked for since the last barrier, in the order in which it was asked. */
export type Graph = {
  readonly pending: readonly GraphNode[];
  record(operation: Operation, inputs: readonly GraphNode[], result: NodeType): GraphNode;
  /** Starts anew; the nodes so far are the caller's to settle. */
  takePending(): readonly GraphNode[];
};
export type NodeType = { readonly shape: readonly number[]; readonly dtype: Dtype };

export function createGraph(): Graph {
  let pending: GraphNode[] = [];
  return {
    get pending() {
      return pending;
    },
    record(operation, inputs, result) {
      const lost = inputs.find((input) => input.state.kind === 'lost');
      const view = lost?.state ?? viewOf(operation, inputs[0], result);
      const node: GraphNode = {
        ...result,
        state: view ?? { kind: 'pending', operation, inputs },
        holders: 0,
      };
      if (!view) pending.push(node);
      return node;
    },
    takePending() {
      const taken = pending;
      pending = [];
      return taken;
    },
  };
}

export function storedNode(values: Values, type: NodeType, layout?: Layout): GraphNode {
  return {
    shape: type.shape,
    dtype: type.dtype,
    state: stored({ kind: 'memory', values }, layout),
    holders: 0,
  };
}

export function stored(contents: Contents, layout: Layout): StoredState {
  return { kind: 'stored', store: { contents, frozen: undefined, viewers: 1, isShared: false }, layout };
}

/**
 * Gives memory back at once instead of when garbage is collected: large arrays outside the JavaScript heap would
 * otherwise force a collection every few steps.
 */
export function giveBack({ contents }: Store): void {
  switch (contents.kind) {
    case 'memory':
      (contents.values.buffer as ArrayBuffer).transfer(0);
      break;
    case 'device':
      contents.buffer.dispose();
  }
}

/** A reshape or transpose of stored values needs no computing: the same memory, looked at in another way. */
function viewOf(operation: Operation, input: GraphNode | undefined, result: NodeType): NodeState | undefined {
  if (input?.state.kind !== 'stored') return undefined;
  const { store, layout } = input.state;
  const seenAs = (shown: Layout): NodeState => {
    store.viewers += 1;
    return { kind: 'stored', store, layout: shown };
  };
  if (operation.kind === 'transpose') return seenAs(transposedLayout(layout, operation.permutation));
  if (operation.kind !== 'reshape') return undefined;
  if (input.shape.join() === result.shape.join()) return seenAs(layout);
  return isTrivial(layout, input.shape) ? seenAs(undefined) : undefined;
}
