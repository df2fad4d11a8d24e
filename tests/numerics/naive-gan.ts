import type { NetworkGraph } from '#contract/network.ts';
import { fromTensors, type ParameterSet, type ParameterTensors } from '#workers/networks/parameters.ts';
import type { Carried } from '#workers/objectives/carried.ts';
import { discriminatorFor } from '#workers/objectives/discriminator.ts';
import type { GanShape } from '#workers/objectives/generator.ts';
import { naiveLogits } from './naive-network.ts';

/** A GAN in float64, out of what an objective carries: the generator in the engine's layouts, the discriminator in PyTorch's. */
export type NaiveGan = { readonly generator: ParameterSet; readonly discriminator: ParameterSet };

export async function readGan(
  { tensors }: Carried,
  { graph, shape, what }: { readonly graph: NetworkGraph; readonly shape: GanShape; readonly what: string },
): Promise<NaiveGan> {
  const within = (place: string): ParameterTensors =>
    Object.fromEntries(
      Object.entries(tensors).flatMap(([name, held]) =>
        name.startsWith(place) ? [[name.slice(place.length), held] as const] : [],
      ),
    );
  const generator = Object.entries(within(`generator/${what}/`)).map(async ([name, held]) => {
    return [name, { shape: held.shape, values: (await held.data()) as Float32Array }] as const;
  });
  const network = discriminatorFor(graph, shape);
  return {
    generator: new Map(await Promise.all(generator)),
    discriminator: await fromTensors(network, within(`discriminator/${what}/`)),
  };
}

/** -log softmax of a row at one place, for every row. */
export const crossEntropies = (rows: readonly (readonly number[])[], label: (row: number) => number) =>
  rows.map((row, i) => logSumExp(row) - row[label(i)]!);

/** KL(uniform || p) = -log K - mean log p, for every row. */
export const fromUniform = (rows: readonly (readonly number[])[]): number[] =>
  rows.map((row) => {
    const logs = row.map((logit) => logit - logSumExp(row));
    return -Math.log(row.length) - mean(logs);
  });

export const confidences = (rows: readonly (readonly number[])[]): number[] =>
  rows.map((row) => Math.max(...row.map((logit) => Math.exp(logit - logSumExp(row)))));

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

export const discriminate = (
  graph: NetworkGraph,
  shape: GanShape,
  { discriminator, images }: { readonly discriminator: ParameterSet; readonly images: Float32Array },
): number[][] =>
  naiveLogits(discriminatorFor(graph, shape), discriminator, { images, mode: 'evaluation' }).map((row) => [
    ...row,
  ]);

/** Images of rows of noise, flat: by scattering every value of a layer over the 4x4 pixels that it is spread to. */
export function naiveImages(
  shape: GanShape,
  generator: ParameterSet,
  noise: readonly Float32Array[],
): Float64Array {
  const { image, channels } = shape;
  const [height, width] = image;
  const middle = [Math.floor(height / 2), Math.floor(width / 2)] as const;
  const coarse = [Math.floor(middle[0] / 2), Math.floor(middle[1] / 2)] as const;
  const images = noise.map((z) => {
    const begun = { size: [...coarse, 2 * channels] as const, values: rectified(dense(generator, z)) };
    const finer = spread(generator, 'middle', { x: begun, size: [...middle, channels] });
    const last = spread(generator, 'image', {
      x: { ...finer, values: rectified(finer.values) },
      size: image,
    });
    return last.values.map((value) => 1 / (1 + Math.exp(-value)));
  });
  return Float64Array.from(images.flat());
}

type Layer = { readonly size: readonly [number, number, number]; readonly values: readonly number[] };

const rectified = (values: readonly number[]): number[] => values.map((value) => Math.max(0, value));

function dense(generator: ParameterSet, z: Float32Array): number[] {
  const [weight, bias] = [generator.get('dense.weight')!.values, generator.get('dense.bias')!.values];
  return Array.from(bias, (own, unit) =>
    z.reduce((sum, value, i) => sum + value * weight[i * bias.length + unit]!, own),
  );
}

function spread(
  generator: ParameterSet,
  layer: string,
  { x, size }: { readonly x: Layer; readonly size: readonly [number, number, number] },
): Layer {
  const weight = generator.get(`${layer}.weight`)!.values;
  const bias = generator.get(`${layer}.bias`)!.values;
  const [rows, columns, outputs] = size;
  const [fromRows, fromColumns, inputs] = x.size;
  const values = Array.from({ length: rows * columns * outputs }, (_, i) => bias[i % outputs]!);
  for (let row = 0; row < fromRows; row += 1)
    for (let column = 0; column < fromColumns; column += 1)
      for (let ky = 0; ky < 4; ky += 1)
        for (let kx = 0; kx < 4; kx += 1) {
          const [toRow, toColumn] = [2 * row + ky - 1, 2 * column + kx - 1];
          if (toRow < 0 || toRow >= rows || toColumn < 0 || toColumn >= columns) continue;
          for (let output = 0; output < outputs; output += 1)
            for (let input = 0; input < inputs; input += 1)
              values[(toRow * columns + toColumn) * outputs + output]! +=
                x.values[(row * fromColumns + column) * inputs + input]! *
                weight[((ky * 4 + kx) * outputs + output) * inputs + input]!;
        }
  return { size, values };
}

function logSumExp(row: readonly number[]): number {
  const greatest = Math.max(...row);
  return greatest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - greatest), 0));
}
