import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { geometryOf, type Geometry } from './convolution-geometry.ts';
import type { DerivedData } from './derived-data.ts';
import { heapView, type Kernel } from './stock-kernel.ts';

/**
 * Gradient with respect to the input, as one stride-1 convolution of dy that gives all stride² phases of the
 * input as channels; they are then interleaved. (Zero insertion would multiply by zeros, stride² times the work.)
 * Along one axis, with padded position u = stride * q + r and k = stride * t + r:
 * dx[u] = sum over t of dy[q - t] filter[k].
 */
export function inputGradient(conv2d: Kernel, derived: DerivedData): Kernel {
  return ({ inputs, attrs, backend }) => {
    const dy = inputs['dy']!;
    const filter = inputs['filter']!;
    const geometry = geometryOf(attrs['inputShape'] as number[], filter.shape, attrs);
    const rows = phasesOf(
      geometry.inHeight,
      geometry.outHeight,
      geometry.filterHeight,
      geometry.strideHeight,
      geometry.padInfo.top,
    );
    const columns = phasesOf(
      geometry.inWidth,
      geometry.outWidth,
      geometry.filterWidth,
      geometry.strideWidth,
      geometry.padInfo.left,
    );
    const form = `phases ${filter.shape.join()} ${geometry.strideHeight} ${geometry.strideWidth}`;
    const kernel = derived.get(backend, filter.dataId, form, () =>
      phaseFilter(backend, filter, rows, columns),
    );
    const source = cropped(backend, dy, rows, columns);
    const pad = [[0, 0], atLeastZero(rows.pad), atLeastZero(columns.pad), [0, 0]];
    const phases = conv2d({
      inputs: { x: source, filter: kernel },
      attrs: { strides: [1, 1], dilations: [1, 1], pad, dataFormat: 'NHWC' },
      backend,
    });
    if (source !== dy) backend.disposeData(source.dataId);
    if (rows.stride === 1 && columns.stride === 1) return phases;
    const dx = interleaved(backend, phases, geometry, rows, columns);
    backend.disposeData(phases.dataId);
    return dx;
  };
}

/** One axis of the phase convolution: taps per phase, blocks of `stride` positions, the first block's skipped positions. */
type Phases = {
  readonly stride: number;
  readonly taps: number;
  readonly skipped: number;
  /** Of dy before the convolution; a negative pad crops. */
  readonly pad: readonly [before: number, after: number];
};

function phasesOf(
  inputSize: number,
  outputSize: number,
  filterSize: number,
  stride: number,
  padBefore: number,
): Phases {
  const taps = Math.ceil(filterSize / stride);
  const firstBlock = Math.floor(padBefore / stride);
  const lastBlock = Math.floor((padBefore + inputSize - 1) / stride);
  return {
    stride,
    taps,
    skipped: padBefore - firstBlock * stride,
    pad: [taps - 1 - firstBlock, lastBlock - (outputSize - 1)],
  };
}

const atLeastZero = ([before, after]: readonly [number, number]): [number, number] => [
  Math.max(0, before),
  Math.max(0, after),
];

/** [kh, kw, c, o] -> [taps, taps, o, phases * c], flipped in its taps; zero where the filter ends inside a phase. */
function phaseFilter(backend: BackendWasm, filter: TensorInfo, rows: Phases, columns: Phases): TensorInfo {
  const [height, width, channels, outputs] = filter.shape as [number, number, number, number];
  const depth = rows.stride * columns.stride * channels;
  const result = backend.makeOutput([rows.taps, columns.taps, outputs, depth], 'float32');
  const from = heapView(backend, filter);
  const to = heapView(backend, result).fill(0);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const tapRow = rows.taps - 1 - Math.floor(y / rows.stride);
      const tapColumn = columns.taps - 1 - Math.floor(x / columns.stride);
      const phase = (y % rows.stride) * columns.stride + (x % columns.stride);
      for (let channel = 0; channel < channels; channel += 1)
        for (let output = 0; output < outputs; output += 1)
          to[((tapRow * columns.taps + tapColumn) * outputs + output) * depth + phase * channels + channel] =
            from[((y * width + x) * channels + channel) * outputs + output]!;
    }
  return result;
}

/** Takes off what a negative pad asks to; the usual case returns dy itself. */
function cropped(backend: BackendWasm, dy: TensorInfo, rows: Phases, columns: Phases): TensorInfo {
  const [top, bottom] = rows.pad.map((pad) => Math.max(0, -pad)) as [number, number];
  const [left, right] = columns.pad.map((pad) => Math.max(0, -pad)) as [number, number];
  if (top + bottom + left + right === 0) return dy;
  const [batch, height, width, channels] = dy.shape as [number, number, number, number];
  const shape = [batch, height - top - bottom, width - left - right, channels];
  const result = backend.makeOutput(shape, 'float32');
  const from = heapView(backend, dy);
  const to = heapView(backend, result);
  const run = shape[2]! * channels;
  for (let n = 0, at = 0; n < batch; n += 1)
    for (let y = top; y < height - bottom; y += 1, at += run) {
      const start = ((n * height + y) * width + left) * channels;
      to.set(from.subarray(start, start + run), at);
    }
  return result;
}

/** [n, blocks, blocks, phases * c] -> [n, h, w, c]: positions of a block side by side, padding left out. */
function interleaved(
  backend: BackendWasm,
  phases: TensorInfo,
  geometry: Geometry,
  rows: Phases,
  columns: Phases,
): TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels } = geometry;
  const [, blockRows, blockColumns, depth] = phases.shape as [number, number, number, number];
  const result = backend.makeOutput([batchSize, inHeight, inWidth, inChannels], 'float32');
  const from = heapView(backend, phases);
  const to = heapView(backend, result);
  const run = columns.stride * inChannels;
  const skippedValues = columns.skipped * inChannels;
  const rowValues = inWidth * inChannels;
  let at = 0;
  for (let n = 0; n < batchSize; n += 1)
    for (let y = rows.skipped; y < rows.skipped + inHeight; y += 1) {
      const blockRow = Math.floor(y / rows.stride);
      const phaseStart = (y % rows.stride) * run;
      const rowStart = (n * blockRows + blockRow) * blockColumns * depth + phaseStart;
      let within = skippedValues;
      let source = rowStart;
      const end = at + rowValues;
      while (at < end) {
        const stop = Math.min(run, within + end - at);
        while (within < stop) to[at++] = from[source + within++]!;
        within = 0;
        source += depth;
      }
    }
  return result;
}
