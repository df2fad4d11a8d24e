import type { DecodedImage } from './ppm.ts';

type Size = { readonly height: number; readonly width: number };
/** The inputs that one output value is made of: `weights` sum to 1 and start at `first`. */
type Taps = { readonly first: number; readonly weights: readonly number[] };

/**
 * Bilinear resizing with pixel centres at halves and, when shrinking, a triangle as wide as a target pixel, so that
 * nothing is skipped: what Pillow and torchvision call bilinear with antialiasing. Written here because sharp's
 * linear kernel moves enlarged images by half a pixel.
 */
export function resizeImage(image: DecodedImage, { height, width }: Size): DecodedImage {
  if (image.height === height && image.width === width) return image;
  const across = resampleRows(Float64Array.from(image.pixels), {
    rows: image.height,
    taps: tapsOf(image.width, width),
    stride: image.channels,
    length: image.width,
  });
  const down = resampleRows(across, {
    rows: 1,
    taps: tapsOf(image.height, height),
    stride: width * image.channels,
    length: image.height,
  });
  return { height, width, channels: image.channels, pixels: Uint8Array.from(down, Math.round) };
}

function tapsOf(from: number, to: number): Taps[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const first = Math.max(0, Math.ceil(centre - reach - 0.5));
    const last = Math.min(from - 1, Math.floor(centre + reach - 0.5));
    const raw = Array.from({ length: last - first + 1 }, (_, tap) =>
      Math.max(0, 1 - Math.abs((first + tap + 0.5 - centre) / reach)),
    );
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { first, weights: raw.map((weight) => weight / sum) };
  });
}

type Resampling = {
  readonly rows: number;
  readonly taps: readonly Taps[];
  /** Values that move together: the channels of a pixel, or a whole row. */
  readonly stride: number;
  readonly length: number;
};

function resampleRows(values: Float64Array, { rows, taps, stride, length }: Resampling): Float64Array {
  const result = new Float64Array(rows * taps.length * stride);
  for (let row = 0; row < rows; row++)
    taps.forEach(({ first, weights }, target) => {
      const to = (row * taps.length + target) * stride;
      weights.forEach((weight, tap) => {
        const from = (row * length + first + tap) * stride;
        for (let at = 0; at < stride; at++) result[to + at] = result[to + at]! + weight * values[from + at]!;
      });
    });
  return result;
}
