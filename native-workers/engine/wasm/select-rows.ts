import type { TensorInfo } from '@tensorflow/tfjs-core';
import { heapView, type Kernel } from './stock-kernel.ts';

/**
 * `Select` with a condition [batch]: whole rows of `t` or of `e`. The stock kernel repeats each row's first value
 * instead; it stays in charge of every other shape of condition.
 */
export function selectingRows(stock: Kernel): Kernel {
  return (call) => {
    const { inputs, backend } = call;
    const { condition, t, e } = inputs as { condition: TensorInfo; t: TensorInfo; e: TensorInfo };
    if (condition.shape.length !== 1 || t.shape.length < 2 || t.dtype !== 'float32') return stock(call);
    const result = backend.makeOutput(t.shape, t.dtype);
    const to = heapView(backend, result);
    const sources = [heapView(backend, e), heapView(backend, t)] as const;
    const row = to.length / t.shape[0]!;
    for (const [i, chosen] of (backend.typedArrayFromHeap(condition) as Uint8Array).entries())
      to.set(sources[chosen === 0 ? 0 : 1].subarray(i * row, (i + 1) * row), i * row);
    return result;
  };
}
