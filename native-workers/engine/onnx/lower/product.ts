import { sizeOf } from '#contract/network-shapes.ts';
import type { Emitter } from './emitter.ts';
import {
  array,
  inLayout,
  layoutOf,
  plain,
  reshaped,
  transposed,
  type LowerRule,
  type Operand,
} from './lowered.ts';

/** [batch, m, k] times [batch, k, n]; a batch of one is a Gemm, which adds the bias and takes transposed operands. */
export const lowerProduct: LowerRule<'product'> = (operation, { emitter, node, inputs }) => {
  const [a, b, bias] = inputs as [Operand, Operand, Operand | undefined];
  const left = factor(emitter, a, operation.transposeA);
  const right = factor(emitter, b, operation.transposeB);
  const result =
    left.batch === 1 && right.batch === 1
      ? reshaped(emitter, gemm(emitter, left, right, bias), node.shape)
      : reshaped(emitter, withBias(emitter, batched(emitter, left, right), bias), node.shape);
  return array(operation.activation === 'relu' ? emitter.emit('Relu', [result]) : result);
};

type Factor = {
  readonly name: string;
  readonly batch: number;
  /** Rows and columns as they lie in memory, before transposing. */
  readonly matrix: readonly [number, number];
  readonly transposed: boolean;
};

/** Takes memory as it lies when only rows and columns have changed places. */
function factor(emitter: Emitter, operand: Operand, transposed: boolean): Factor {
  const { shape } = operand.node;
  const rank = shape.length;
  const batch = sizeOf(shape.slice(0, -2));
  const rows = shape[rank - 2]!;
  const columns = shape[rank - 1]!;
  const swapped = [...shape.keys()].slice(0, -2).concat(rank - 1, rank - 2);
  if (layoutOf(operand)?.join() === swapped.join())
    return {
      name: inLayout(emitter, operand, swapped),
      batch,
      matrix: [columns, rows],
      transposed: !transposed,
    };
  return { name: plain(emitter, operand), batch, matrix: [rows, columns], transposed };
}

function gemm(emitter: Emitter, a: Factor, b: Factor, bias: Operand | undefined): string {
  const factors = [a, b].map(({ name, matrix }) => reshaped(emitter, name, matrix));
  const attributes = { transA: a.transposed ? 1 : 0, transB: b.transposed ? 1 : 0 };
  return emitter.emit('Gemm', bias ? [...factors, plain(emitter, bias)] : factors, { attributes });
}

function batched(emitter: Emitter, a: Factor, b: Factor): string {
  const names = [a, b].map(({ name, batch, matrix, transposed: flip }) => {
    const stacked = reshaped(emitter, name, [batch, ...matrix]);
    return flip ? transposed(emitter, stacked, [0, 2, 1]) : stacked;
  });
  return emitter.emit('MatMul', names);
}

function withBias(emitter: Emitter, product: string, bias: Operand | undefined): string {
  return bias ? emitter.emit('Add', [product, plain(emitter, bias)]) : product;
}
