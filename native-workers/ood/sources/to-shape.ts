import type { ImageShape } from '#contract/network.ts';
import { toByte } from './to-byte.ts';

/**
 * An image of bytes in the task's shape: first its colours, then its size. Colour becomes grey by the luma weights of
 * ITU-R BT.601; grey becomes colour by repeating it; a fourth channel is left out. Sizes change bilinearly between the
 * centres of pixels (what lies beyond the outermost centres takes their value), without smoothing before.
 */
export function toShape(image: Uint8Array, from: ImageShape, to: ImageShape): Uint8Array {
  const coloured = toChannels(image, from[2], to[2]);
  return Uint8Array.from(resized(coloured, [from[0], from[1], to[2]], to), toByte);
}

/** Weights of red, green and blue in grey. */
const luma = [0.299, 0.587, 0.114] as const;

function toChannels(image: Uint8Array, from: number, to: number): Float64Array {
  const pixels = image.length / from;
  const values = new Float64Array(pixels * to);
  for (let pixel = 0; pixel < pixels; pixel += 1)
    for (let channel = 0; channel < to; channel += 1)
      values[pixel * to + channel] =
        to < from && to === 1
          ? luma.reduce((sum, weight, of) => sum + weight * image[pixel * from + of]!, 0)
          : image[pixel * from + Math.min(channel, from - 1)]!;
  return values;
}

function resized(values: Float64Array, from: ImageShape, to: ImageShape): Float64Array {
  const [height, width, channels] = to;
  const rows = placesOf(from[0], height);
  const columns = placesOf(from[1], width);
  const at = (row: number, column: number, channel: number): number =>
    values[(row * from[1] + column) * channels + channel]!;
  const result = new Float64Array(height * width * channels);
  for (const [y, row] of rows.entries())
    for (const [x, column] of columns.entries())
      for (let channel = 0; channel < channels; channel += 1) {
        const upper = mixed(at(row.low, column.low, channel), at(row.low, column.high, channel), column.part);
        const lower = mixed(
          at(row.high, column.low, channel),
          at(row.high, column.high, channel),
          column.part,
        );
        result[(y * width + x) * channels + channel] = mixed(upper, lower, row.part);
      }
  return result;
}

type Place = { readonly low: number; readonly high: number; readonly part: number };

/** Between which two old pixels each new one lies, and how far from the first. */
function placesOf(from: number, to: number): readonly Place[] {
  return Array.from({ length: to }, (_, i) => {
    const centre = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.floor(centre);
    return { low, high: Math.min(low + 1, from - 1), part: centre - low };
  });
}

const mixed = (first: number, second: number, part: number): number => first + (second - first) * part;
