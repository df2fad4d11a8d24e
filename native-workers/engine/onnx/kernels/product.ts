import type { GraphNode } from '../graph.ts';
import type { FusedActivation } from '../operation.ts';
import { broadcastShape, type KernelCall, type KernelTable } from './kernel.ts';

export const productKernels: KernelTable = {
  BatchMatMul: (call) => product(call, 'linear'),
  _FusedMatMul: (call) => product(call, fusedActivation(call)),
};

export function fusedActivation(call: KernelCall): FusedActivation {
  const activation = call.attributes.activation;
  if (activation === 'linear' || activation === 'relu') return activation;
  throw new Error(`The onnx engine fuses the activations linear and relu, got ${activation}.`);
}

function product(call: KernelCall, activation: FusedActivation): GraphNode {
  const a = call.inputs['a']!;
  const b = call.inputs['b']!;
  const bias = call.inputs['bias'];
  const transposeA = call.attributes.transposeA;
  const transposeB = call.attributes.transposeB;
  const [m, k] = matrixShape(a, transposeA);
  const [k2, n] = matrixShape(b, transposeB);
  if (k !== k2)
    throw new Error(
      `Expected inner sizes to agree, got [${a.shape.join(', ')}] times [${b.shape.join(', ')}].`,
    );
  const batch = broadcastShape([outer(a), outer(b)]);
  return call.record({ kind: 'product', transposeA, transposeB, activation }, bias ? [a, b, bias] : [a, b], [
    ...batch,
    m,
    n,
  ]);
}

function matrixShape({ shape }: GraphNode, transposed: boolean): readonly [number, number] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

function outer(node: GraphNode): GraphNode {
  return { ...node, shape: node.shape.slice(0, -2) };
}
