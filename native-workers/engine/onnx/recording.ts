import type { Graph, GraphNode, NodeType } from './graph.ts';
import type { Operation } from './operation.ts';

/** What a computation asked for, in order, as numbers instead of nodes: it can be asked for again on other inputs. */
export type Recording = {
  readonly inputCount: number;
  readonly steps: readonly Step[];
  readonly constants: readonly GraphNode[];
  readonly outputs: ReadonlyMap<string, number>;
  /** Whether it began with a derivative. */
  readonly beginsTaping: boolean;
};
/** Inputs are numbered from 0, steps go on from there; -1, -2, … are the constants. */
type Step = { readonly operation: Operation; readonly inputs: readonly number[]; readonly result: NodeType };

export type Recorder = {
  readonly isEmpty: boolean;
  take(operation: Operation, inputs: readonly GraphNode[], node: GraphNode, isTaping: boolean): void;
  /** A value that the computation brought itself. */
  takeConstant(node: GraphNode): void;
  finish(outputs: readonly (readonly [name: string, node: GraphNode])[]): Recording;
};

export function startRecording(inputs: readonly GraphNode[]): Recorder {
  const numbers = new Map<GraphNode, number>();
  for (const [i, input] of inputs.entries()) if (!numbers.has(input)) numbers.set(input, i);
  const steps: Step[] = [];
  const constants: GraphNode[] = [];
  let beginsTaping = false;
  const numberOf = (node: GraphNode): number => {
    const number = numbers.get(node);
    if (number === undefined)
      throw new Error('A repeated computation may only depend on the tensors that it names as its inputs.');
    return number;
  };
  return {
    get isEmpty() {
      return steps.length === 0;
    },
    take: (operation, from, node, isTaping) => {
      if (steps.length === 0) beginsTaping = isTaping;
      steps.push({
        operation,
        inputs: from.map(numberOf),
        result: { shape: node.shape, dtype: node.dtype },
      });
      numbers.set(node, inputs.length + steps.length - 1);
    },
    takeConstant: (node) => {
      if (node.shape.some((size) => size > 1))
        throw new Error(
          `A repeated computation may bring single numbers only, got values of shape [${node.shape.join(', ')}]. Make the tensor outside and name it as an input.`,
        );
      constants.push(node);
      numbers.set(node, -constants.length);
    },
    finish: (outputs) => ({
      inputCount: inputs.length,
      steps,
      constants,
      outputs: new Map(outputs.map(([name, node]) => [name, numberOf(node)])),
      beginsTaping,
    }),
  };
}

export type Replay = {
  readonly outputs: ReadonlyMap<string, GraphNode>;
  /** What the steps gave, in order: the outputs, and what no tensor will ever hold. */
  readonly made: readonly GraphNode[];
};

/** Asks for the same on other inputs. */
export function replay(recording: Recording, inputs: readonly GraphNode[], graph: Graph): Replay {
  const { inputCount, steps, constants, outputs } = recording;
  const nodes = inputs.slice(0, inputCount);
  const nodeAt = (number: number): GraphNode => (number < 0 ? constants[-1 - number]! : nodes[number]!);
  for (const { operation, inputs: from, result } of steps)
    nodes.push(graph.record(operation, from.map(nodeAt), result));
  return {
    outputs: new Map([...outputs].map(([name, number]) => [name, nodeAt(number)])),
    made: nodes.slice(inputCount),
  };
}

/** Equal where a recording fits: what its steps look like follows from types, and from which inputs are the same. */
export function signatureOf(names: readonly string[], inputs: readonly GraphNode[]): string {
  const first = new Map<GraphNode, number>();
  const words = inputs.map((input, i) => {
    if (!first.has(input)) first.set(input, i);
    return `${names[i]}=${first.get(input)}${input.dtype}${input.shape.join()}`;
  });
  return words.join(';');
}
