import { backend_util } from '@tensorflow/tfjs-core';
import { heapView, type Kernel } from './stock-kernel.ts';

/**
 * Gradient of a max-pool by its input [n, h, w, c]: each window's goes whole to the first of its greatest values, as
 * in PyTorch. The stock kernel gives it to the last.
 */
export const maxPoolGradient: Kernel = ({ inputs, attrs, backend }) => {
  const [dy, input] = [inputs['dy']!, inputs['input']!];
  const pool = poolOf(input.shape, attrs);
  const result = backend.makeOutput(input.shape, 'float32');
  const from = heapView(backend, dy);
  const values = heapView(backend, input);
  const to = heapView(backend, result).fill(0);
  let at = 0;
  for (let n = 0; n < pool.batchSize; n += 1)
    for (let row = 0; row < pool.outHeight; row += 1)
      for (let column = 0; column < pool.outWidth; column += 1) {
        const window = windowAt(pool, n, row, column);
        for (let channel = 0; channel < pool.inChannels; channel += 1, at += 1)
          to[greatestIn(values, window, channel)]! += from[at]!;
      }
  return result;
};

type Pool = backend_util.Conv2DInfo;

const poolOf = (shape: readonly number[], attrs: Readonly<Record<string, unknown>>): Pool =>
  backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    attrs['filterSize'] as [number, number],
    attrs['strides'] as [number, number],
    1,
    attrs['pad'] as number,
    attrs['dimRoundingMode'] as undefined,
  );

/** The places of a window inside the image: its first value of channel 0, and how far rows and columns go from there. */
type Window = {
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowStep: number;
  readonly columnStep: number;
};

function windowAt(pool: Pool, n: number, row: number, column: number): Window {
  const top = row * pool.strideHeight - pool.padInfo.top;
  const left = column * pool.strideWidth - pool.padInfo.left;
  const [firstRow, firstColumn] = [Math.max(0, top), Math.max(0, left)];
  return {
    start: ((n * pool.inHeight + firstRow) * pool.inWidth + firstColumn) * pool.inChannels,
    rows: Math.min(pool.inHeight, top + pool.filterHeight) - firstRow,
    columns: Math.min(pool.inWidth, left + pool.filterWidth) - firstColumn,
    rowStep: pool.inWidth * pool.inChannels,
    columnStep: pool.inChannels,
  };
}

function greatestIn(
  values: Float32Array,
  { start, rows, columns, rowStep, columnStep }: Window,
  channel: number,
): number {
  let greatest = start + channel;
  for (let y = 0; y < rows; y += 1)
    for (let x = 0; x < columns; x += 1) {
      const place = start + channel + y * rowStep + x * columnStep;
      if (values[place]! > values[greatest]!) greatest = place;
    }
  return greatest;
}
