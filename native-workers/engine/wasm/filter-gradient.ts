import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { geometryOf, type Geometry } from './convolution-geometry.ts';
import { heapView, type Kernel } from './stock-kernel.ts';

/** Values of one slice of patches: about what the second-level cache holds. */
const patchBudget = 2 ** 18;

/**
 * Gradient with respect to the filter: patches [kh * kw * c, positions] times dy [positions, o], a few output
 * rows at a time. Positions run with the batch innermost, so that patches are filled by copying whole batches.
 * (The other composition, a dilated convolution with dy as the filter, loses its time in rearranging that filter.)
 */
export function filterGradient(matMul: Kernel): Kernel {
  return ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    const dy = inputs['dy']!;
    const filterShape = attrs['filterShape'] as number[];
    const geometry = geometryOf(x.shape, filterShape, attrs);
    const batchLast = withBatchLast(backend, x);
    const result = backend.makeOutput(filterShape, 'float32');
    heapView(backend, result).fill(0);
    for (const rows of slicesOf(geometry)) {
      const a = patches(backend, batchLast, geometry, rows);
      const b = positions(backend, dy, rows);
      const product = matMul({ inputs: { a, b }, attrs: { transposeA: false, transposeB: false }, backend });
      accumulate(heapView(backend, result), heapView(backend, product));
      for (const { dataId } of [a, b, product]) backend.disposeData(dataId);
    }
    backend.disposeData(batchLast.dataId);
    return result;
  };
}

/** Output rows from `first` up to, not including, `end`. */
type Rows = { readonly first: number; readonly end: number };

function slicesOf(geometry: Geometry): Rows[] {
  const { outHeight, outWidth, batchSize, filterHeight, filterWidth, inChannels } = geometry;
  const valuesPerRow = filterHeight * filterWidth * inChannels * outWidth * batchSize;
  const height = Math.max(1, Math.floor(patchBudget / valuesPerRow));
  const count = Math.ceil(outHeight / height);
  return Array.from({ length: count }, (_, i) => ({
    first: i * height,
    end: Math.min(outHeight, (i + 1) * height),
  }));
}

const block = 16;

/** [n, h, w, c] -> [c, h, w, n], block by block so that both sides stay in the cache. */
function withBatchLast(backend: BackendWasm, x: TensorInfo): TensorInfo {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const result = backend.makeOutput([channels, height, width, batch], 'float32');
  const from = heapView(backend, x);
  const to = heapView(backend, result);
  const pixels = height * width;
  const values = pixels * channels;
  for (let n = 0; n < batch; n += block)
    for (let first = 0; first < values; first += block) {
      const lastImage = Math.min(n + block, batch);
      const lastValue = Math.min(first + block, values);
      for (let value = first; value < lastValue; value += 1) {
        const pixel = Math.floor(value / channels);
        const start = ((value - pixel * channels) * pixels + pixel) * batch;
        for (let image = n; image < lastImage; image += 1) to[start + image] = from[image * values + value]!;
      }
    }
  return result;
}

/** [1, kh * kw * c, rows * ow * n] of x [c, h, w, n]; zero where a window hangs over the edge. */
function patches(backend: BackendWasm, batchLast: TensorInfo, geometry: Geometry, rows: Rows): TensorInfo {
  const { batchSize, filterHeight, filterWidth, inChannels, outWidth } = geometry;
  const depth = filterHeight * filterWidth * inChannels;
  const result = backend.makeOutput([1, depth, (rows.end - rows.first) * outWidth * batchSize], 'float32');
  const heap = new Float32Array(heapView(backend, result).buffer);
  const source = backend.getMemoryOffset(batchLast.dataId) / 4;
  let at = backend.getMemoryOffset(result.dataId) / 4;
  for (let ky = 0; ky < filterHeight; ky += 1)
    for (let kx = 0; kx < filterWidth; kx += 1)
      for (let channel = 0; channel < inChannels; channel += 1)
        at = copyWindowPosition(heap, at, { source, geometry, rows, ky, kx, channel });
  return result;
}

/** What one place of the window sees of one channel, at every output position; returns where the next one goes. */
function copyWindowPosition(
  heap: Float32Array,
  start: number,
  place: { source: number; geometry: Geometry; rows: Rows; ky: number; kx: number; channel: number },
): number {
  const { source, geometry, rows, ky, kx, channel } = place;
  const { batchSize, inHeight, inWidth, outWidth, strideHeight, strideWidth, padInfo } = geometry;
  let at = start;
  for (let oy = rows.first; oy < rows.end; oy += 1) {
    const y = oy * strideHeight + ky - padInfo.top;
    const row = source + (channel * inHeight + y) * inWidth * batchSize;
    for (let ox = 0; ox < outWidth; ox += 1, at += batchSize) {
      const x = ox * strideWidth + kx - padInfo.left;
      if (y < 0 || y >= inHeight || x < 0 || x >= inWidth) heap.fill(0, at, at + batchSize);
      else heap.copyWithin(at, row + x * batchSize, row + (x + 1) * batchSize);
    }
  }
  return at;
}

/** [1, rows * ow * n, o] of dy [n, oh, ow, o]. */
function positions(backend: BackendWasm, dy: TensorInfo, rows: Rows): TensorInfo {
  const [batch, outHeight, outWidth, outputs] = dy.shape as [number, number, number, number];
  const result = backend.makeOutput([1, (rows.end - rows.first) * outWidth * batch, outputs], 'float32');
  const from = heapView(backend, dy);
  const to = heapView(backend, result);
  let at = 0;
  for (let oy = rows.first; oy < rows.end; oy += 1)
    for (let ox = 0; ox < outWidth; ox += 1)
      for (let image = 0; image < batch; image += 1) {
        const start = ((image * outHeight + oy) * outWidth + ox) * outputs;
        for (let output = 0; output < outputs; output += 1) to[at++] = from[start + output]!;
      }
  return result;
}

function accumulate(sum: Float32Array, addend: Float32Array): void {
  for (let i = 0; i < sum.length; i += 1) sum[i] = sum[i]! + addend[i]!;
}
