import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { DerivedData } from './derived-data.ts';
import { heapView, type Kernel } from './stock-kernel.ts';

/**
 * A matrix product whose transpose flags are honoured by transposing first: the stock kernel falls back to a
 * scalar loop for them, ten times slower. The right operand is a weight, so its transpose is kept.
 */
export function transposingFirst(stock: Kernel, derived: DerivedData): Kernel {
  return ({ inputs, attrs, backend }) => {
    const a = inputs['a']!;
    const b = inputs['b']!;
    const left = attrs['transposeA'] === true ? transposed(backend, a) : a;
    const right =
      attrs['transposeB'] === true
        ? derived.get(backend, b.dataId, `transposed ${b.shape.join()}`, () => transposed(backend, b))
        : b;
    const product = stock({
      inputs: { ...inputs, a: left, b: right },
      attrs: { ...attrs, transposeA: false, transposeB: false },
      backend,
    });
    if (left !== a) backend.disposeData(left.dataId);
    return product;
  };
}

const block = 16;

/** Swaps the last two axes, block by block so that both sides stay in the cache. */
function transposed(backend: BackendWasm, matrix: TensorInfo): TensorInfo {
  const [rows, columns] = matrix.shape.slice(-2) as [number, number];
  const result = backend.makeOutput([...matrix.shape.slice(0, -2), columns, rows], matrix.dtype);
  const from = heapView(backend, matrix);
  const to = heapView(backend, result);
  for (let start = 0; start < from.length; start += rows * columns)
    for (let top = 0; top < rows; top += block)
      for (let left = 0; left < columns; left += block) {
        const bottom = Math.min(top + block, rows);
        const right = Math.min(left + block, columns);
        for (let column = left; column < right; column += 1)
          for (let row = top; row < bottom; row += 1)
            to[start + column * rows + row] = from[start + row * columns + column]!;
      }
  return result;
}
