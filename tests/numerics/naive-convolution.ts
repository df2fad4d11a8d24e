export type Convolution = {
  readonly batch: number;
  readonly size: readonly [height: number, width: number];
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
};

export const outputSize = ({ size, kernel, stride, pad }: Convolution): [number, number] => [
  Math.floor((size[0] + 2 * pad - kernel) / stride) + 1,
  Math.floor((size[1] + 2 * pad - kernel) / stride) + 1,
];

type Values = Float32Array | Float64Array;
type Operands = { readonly x: Values; readonly filter: Values; readonly dy: Values };

/** Output and both gradients of a convolution by its definition, in float64: slow, and nothing to share with an engine. */
export function naiveConvolution(settings: Convolution, { x, filter, dy }: Operands) {
  const { batch, size, channels, filters, kernel, stride, pad } = settings;
  const [height, width] = size;
  const [outHeight, outWidth] = outputSize(settings);
  const y = new Float64Array(batch * outHeight * outWidth * filters);
  const dx = new Float64Array(x.length);
  const dFilter = new Float64Array(filter.length);
  for (let at = 0; at < y.length; at += 1) {
    const output = at % filters;
    const ox = Math.floor(at / filters) % outWidth;
    const oy = Math.floor(at / (filters * outWidth)) % outHeight;
    const n = Math.floor(at / (filters * outWidth * outHeight));
    for (let tap = 0; tap < kernel * kernel * channels; tap += 1) {
      const channel = tap % channels;
      const column = ox * stride + (Math.floor(tap / channels) % kernel) - pad;
      const row = oy * stride + Math.floor(tap / (channels * kernel)) - pad;
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      const source = ((n * height + row) * width + column) * channels + channel;
      const weight = tap * filters + output;
      y[at]! += x[source]! * filter[weight]!;
      dx[source]! += dy[at]! * filter[weight]!;
      dFilter[weight]! += dy[at]! * x[source]!;
    }
  }
  return { y, dx, dFilter };
}
