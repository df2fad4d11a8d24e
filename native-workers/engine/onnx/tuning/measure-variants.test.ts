import { describe, expect, it } from 'vitest';
import { filterGradientVariants, type FilterGradientShape } from '../lower/lowered.ts';
import type { ConvolutionGeometry } from '../operation.ts';
import { probeChannelBlock } from '../probe.ts';
import { measureVariants, openTrial } from './measure-variants.ts';

const plain: ConvolutionGeometry = {
  input: [5, 7],
  output: [5, 7],
  filter: [3, 3],
  strides: [1, 1],
  dilations: [1, 1],
  padding: [1, 1, 1, 1],
};
const shapes: readonly (FilterGradientShape & { readonly name: string })[] = [
  { name: 'blocks of images and channels', batch: 16, inputs: 32, outputs: 16, geometry: plain },
  { name: 'odd counts', batch: 5, inputs: 3, outputs: 7, geometry: plain },
  {
    name: 'strides that leave pixels over',
    batch: 16,
    inputs: 4,
    outputs: 16,
    geometry: { ...plain, input: [8, 8], output: [3, 3], strides: [2, 2], padding: [0, 0, 0, 0] },
  },
  {
    name: 'unequal strides',
    batch: 3,
    inputs: 4,
    outputs: 5,
    geometry: { ...plain, input: [6, 8], output: [4, 2], strides: [1, 3], padding: [0, 0, 0, 0] },
  },
  {
    name: 'dilations',
    batch: 3,
    inputs: 4,
    outputs: 5,
    geometry: { ...plain, input: [7, 7], output: [3, 5], dilations: [2, 1], padding: [0, 0, 0, 0] },
  },
];

describe('variants of a filter gradient', () => {
  it.each(shapes)('are equal but for rounding: $name', (shape) => {
    for (const channelBlock of [undefined, probeChannelBlock()])
      for (const variant of filterGradientVariants) {
        const trial = openTrial(shape, variant, { threads: 1, channelBlock });
        try {
          const expected = naiveGradient(shape, trial.inputs);
          const difference = trial
            .run()
            .reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
          expect(difference).toBeLessThan(1e-4);
        } finally {
          trial.dispose();
        }
      }
  });

  it('are each given the shortest and the middle one of their times, taking turns', () => {
    const ticks = [0, 10, 15, 20, 22, 30, 33, 40, 49, 1000, 1001, 1010, 1012, 2000];
    let at = 0;
    const now = () => ticks[at++] ?? 3000;
    const measured = measureVariants({ ...shapes[1]! }, ['per-image', 'by-position'], {
      threads: 1,
      channelBlock: undefined,
      now,
    });
    expect(measured).toEqual({
      'per-image': { shortest: 1, median: 3 },
      'by-position': { shortest: 2, median: 2 },
    });
  });
});

/** [in, rows, columns, out] in float64, from inputs laid out as [batch, channels, rows, columns]. */
function naiveGradient(
  { batch, inputs, outputs, geometry }: FilterGradientShape,
  { x, slopes }: { readonly x: Float32Array; readonly slopes: Float32Array },
): Float64Array {
  const { input, output, filter, strides, dilations, padding } = geometry;
  const result = new Float64Array(inputs * filter[0] * filter[1] * outputs);
  let to = 0;
  for (let channel = 0; channel < inputs; channel += 1)
    for (let row = 0; row < filter[0]; row += 1)
      for (let column = 0; column < filter[1]; column += 1)
        for (let out = 0; out < outputs; out += 1, to += 1)
          for (let image = 0; image < batch; image += 1)
            for (let i = 0; i < output[0]; i += 1)
              for (let j = 0; j < output[1]; j += 1) {
                const y = i * strides[0] + row * dilations[0] - padding[0];
                const z = j * strides[1] + column * dilations[1] - padding[1];
                if (y < 0 || z < 0 || y >= input[0] || z >= input[1]) continue;
                const seen = x[((image * inputs + channel) * input[0] + y) * input[1] + z]!;
                result[to]! += seen * slopes[((image * outputs + out) * output[0] + i) * output[1] + j]!;
              }
  return result;
}
