import { imageLayout } from '../layout.ts';
import type { Emitter } from '../lower/emitter.ts';
import {
  array,
  inLayout,
  reshaped,
  type LowerContext,
  type Lowered,
  type Operand,
} from '../lower/lowered.ts';
import type { Window } from '../operation.ts';

/**
 * The max-pool gradient where MaxPool gives no indices: among a window's places, in order, the first that holds the
 * maximum takes the whole gradient. No two threads add to one place, so a second run repeats every bit.
 */
export function portableMaxPoolGradient(window: Window, { emitter, node, inputs }: LowerContext): Lowered {
  const [dy, x] = inputs.map((each: Operand) => inLayout(emitter, each, imageLayout)) as [string, string];
  const [batch, , , channels] = node.shape as [number, number, number, number];
  const field = fieldOf(window);
  const { filter, strides, padding, input } = window;
  const after = [0, 1].map((i) => field[i]! - input[i]! - padding[i]!);
  const values = padded(emitter, x, [0, 0, padding[0], padding[1], 0, 0, ...after], lowest);
  const attributes = { kernel_shape: filter, strides, pads: padding };
  const greatest = emitter.emit('MaxPool', [x], { attributes });
  const zero = emitter.scalar(0, 'float32');
  let rest = dy;
  const shares = placesOf(window).map((place) => {
    const isGreatest = emitter.emit('Equal', [seenAt(emitter, values, place, window), greatest]);
    const share = emitter.emit('Where', [isGreatest, rest, zero]);
    rest = emitter.emit('Where', [isGreatest, zero, rest]);
    return spread(emitter, share, { place, window, field, planes: [batch, channels] });
  });
  const whole = shares.reduce((sum, share) => emitter.emit('Add', [sum, share]));
  const starts = [padding[0], padding[1]];
  const ends = starts.map((start, i) => start + input[i]!);
  const lists = [starts, ends, [2, 3]].map((list) => emitter.integers(list));
  return array(emitter.emit('Slice', [whole, ...lists]), imageLayout);
}

/** Below every number that a network computes with. */
const lowest = -3.4e38;

type Pair = readonly [rows: number, columns: number];

/** The padded input, large enough that from every place of a window there is room for whole strides. */
function fieldOf({ input, output, filter, strides, padding }: Window): Pair {
  const along = (i: 0 | 1): number =>
    Math.max(input[i] + padding[i] + padding[i === 0 ? 2 : 3], filter[i] - 1 + output[i] * strides[i]);
  return [along(0), along(1)];
}

function placesOf({ filter }: Window): Pair[] {
  const [rows, columns] = filter;
  return Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns]);
}

/** What every window has at one of its places. */
function seenAt(emitter: Emitter, values: string, place: Pair, { output, strides }: Window): string {
  const ends = place.map((start, i) => start + (output[i]! - 1) * strides[i]! + 1);
  const lists = [place, ends, [2, 3], strides].map((list) => emitter.integers(list));
  return emitter.emit('Slice', [values, ...lists]);
}

type Spreading = {
  readonly place: Pair;
  readonly window: Window;
  readonly field: Pair;
  readonly planes: readonly [batch: number, channels: number];
};

/** The opposite of `seenAt`: one value per window at that place of each, zeros elsewhere. */
function spread(emitter: Emitter, share: string, { place, window, field, planes }: Spreading): string {
  const { output, strides } = window;
  const [batch, channels] = planes;
  const apart = reshaped(emitter, share, [batch * channels, output[0], 1, output[1], 1]);
  const widened = padded(emitter, apart, [0, 0, 0, 0, 0, 0, 0, strides[0] - 1, 0, strides[1] - 1], 0);
  const covered = [output[0] * strides[0], output[1] * strides[1]] as const;
  const plane = reshaped(emitter, widened, [batch, channels, ...covered]);
  const after = covered.map((size, i) => field[i]! - place[i]! - size);
  return padded(emitter, plane, [0, 0, ...place, 0, 0, ...after], 0);
}

function padded(emitter: Emitter, x: string, amounts: readonly number[], value: number): string {
  if (amounts.every((amount) => amount === 0)) return x;
  return emitter.emit('Pad', [x, emitter.integers(amounts), emitter.scalar(value, 'float32')]);
}
