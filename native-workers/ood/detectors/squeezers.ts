import type { ImageShape } from '#contract/network.ts';

/** Squeezes one image [height, width, channels] in [0, 1], as a new one. */
export type Squeezer = (image: Float32Array, shape: ImageShape) => Float32Array;

/** Every value to the nearest of 2^bits evenly spread ones, halves to the even one. */
export const reduceDepth =
  (bits: number): Squeezer =>
  (image) => {
    const levels = 2 ** bits - 1;
    return image.map((value) => halfToEven(value * levels) / levels);
  };

const halfToEven = (value: number): number => {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
};

/**
 * The third smallest of each value and its neighbours above, to the left and above left; beyond the border the image is
 * mirrored, the border twice (scipy.ndimage.median_filter of size 2, which the paper's code calls).
 */
export const medianOfFour: Squeezer = (image, [height, width, channels]) => {
  const result = new Float32Array(image.length);
  const at = (y: number, x: number, channel: number): number =>
    image[(Math.max(y, 0) * width + Math.max(x, 0)) * channels + channel]!;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      for (let channel = 0; channel < channels; channel += 1) {
        const four = Float32Array.of(
          at(y, x, channel),
          at(y - 1, x, channel),
          at(y, x - 1, channel),
          at(y - 1, x - 1, channel),
        );
        result[(y * width + x) * channels + channel] = four.sort()[2]!;
      }
  return result;
};

/** Side of the window searched, side of the patches compared, and strength in grey levels. */
export type NonLocal = { readonly window: number; readonly patch: number; readonly strength: number };

/**
 * The mean of the pixels of a window around each pixel, each weighed by exp(-d / strength²), d the mean squared
 * difference in grey levels of the patches around both, over all channels (Buades et al. 2005). Beyond the border the
 * image is mirrored, the border once.
 */
export const nonLocalMeans =
  ({ window, patch, strength }: NonLocal): Squeezer =>
  (image, shape) => {
    const [height, width, channels] = shape;
    const reach = (window - 1) / 2;
    const sums = new Float64Array(image.length);
    const weights = new Float64Array(height * width);
    const rows = mirrored(height, reach + patch);
    const columns = mirrored(width, reach + patch);
    for (let dy = -reach; dy <= reach; dy += 1)
      for (let dx = -reach; dx <= reach; dx += 1) {
        const apart = patchDistances(image, shape, { dy, dx, patch, rows, columns });
        for (let y = 0; y < height; y += 1)
          for (let x = 0; x < width; x += 1) {
            const weight = Math.exp(-apart[y * width + x]! / strength ** 2);
            const from = (rows(y + dy) * width + columns(x + dx)) * channels;
            weights[y * width + x]! += weight;
            for (let channel = 0; channel < channels; channel += 1)
              sums[(y * width + x) * channels + channel]! += weight * image[from + channel]!;
          }
      }
    return Float32Array.from(sums, (sum, i) => sum / weights[Math.floor(i / channels)]!);
  };

type Shift = {
  readonly dy: number;
  readonly dx: number;
  readonly patch: number;
  readonly rows: (place: number) => number;
  readonly columns: (place: number) => number;
};

/** Mean squared difference, in grey levels, of the patch around each pixel and the one around its shifted place. */
function patchDistances(
  image: Float32Array,
  [height, width, channels]: ImageShape,
  { dy, dx, patch, rows, columns }: Shift,
): Float64Array {
  const half = (patch - 1) / 2;
  const wide = width + 2 * half;
  const squares = new Float64Array((height + 2 * half) * wide);
  for (let y = -half; y < height + half; y += 1)
    for (let x = -half; x < width + half; x += 1) {
      const here = (rows(y) * width + columns(x)) * channels;
      const there = (rows(y + dy) * width + columns(x + dx)) * channels;
      let sum = 0;
      for (let channel = 0; channel < channels; channel += 1)
        sum += (255 * (image[here + channel]! - image[there + channel]!)) ** 2;
      squares[(y + half) * wide + x + half] = sum / (channels * patch * patch);
    }
  const result = new Float64Array(height * width);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      for (let v = 0; v < patch; v += 1)
        for (let u = 0; u < patch; u += 1) result[y * width + x]! += squares[(y + v) * wide + x + u]!;
  return result;
}

/** Place within a line of `length` for places up to `reach` beyond its ends, the ends once. */
function mirrored(length: number, reach: number): (place: number) => number {
  const period = Math.max(1, 2 * (length - 1));
  const table = Int32Array.from({ length: length + 2 * reach }, (_, i) => {
    const within = (((i - reach) % period) + period) % period;
    return within < length ? within : period - within;
  });
  return (place) => table[place + reach]!;
}
