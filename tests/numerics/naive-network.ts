import type { NetworkGraph, NetworkNode } from '#contract/network.ts';
import type { ParameterSet } from '#workers/networks/parameters.ts';

/** One activation of one example: [channels, height, width] as PyTorch has it, features as [features, 1, 1]. */
type Activation = {
  readonly shape: readonly [number, number, number];
  readonly at: (channel: number, row: number, column: number) => number;
};

/**
 * Logits of a batch by the definitions, in float64, channels first, straight from parameters in PyTorch's layouts: a
 * second route that shares nothing with the engines. `training` normalises by the batch; dropout is left out.
 */
export function naiveLogits(
  graph: NetworkGraph,
  parameters: ParameterSet,
  { images, mode }: { readonly images: Float32Array; readonly mode: 'training' | 'evaluation' },
): number[][] {
  const [height, width, channels] = graph.inputShape;
  const size = height * width * channels;
  const inputs = Array.from({ length: images.length / size }, (_, example) =>
    stored([channels, height, width], (c, y, x) => images[example * size + (y * width + x) * channels + c]!),
  );
  const batches = new Map<string, readonly Activation[]>();
  for (const node of graph.nodes) {
    const sources = ('inputs' in node ? node.inputs : 'input' in node ? [node.input] : []).map((id) =>
      batches.get(id)!,
    );
    batches.set(node.id, node.kind === 'input' ? inputs : after(node, sources, { parameters, mode }));
  }
  return batches.get(graph.nodes.at(-1)!.id)!.map(valuesOf);
}

type Setting = { readonly parameters: ParameterSet; readonly mode: 'training' | 'evaluation' };

function after(
  node: Exclude<NetworkNode, { kind: 'input' }>,
  sources: readonly (readonly Activation[])[],
  { parameters, mode }: Setting,
): readonly Activation[] {
  const batch = sources[0]!;
  const own = (part: string) => parameters.get(`${node.id}.${part}`)?.values;
  const each = (make: (x: Activation, example: number) => Activation) => batch.map(make);
  switch (node.kind) {
    case 'conv':
      return each((x) => convolved(node, x, own('weight')!, own('bias')));
    case 'dense':
      return each((x) => {
        const features = valuesOf(x);
        const weight = own('weight')!;
        return stored([node.units, 1, 1], (unit) =>
          features.reduce(
            (sum, value, i) => sum + value * weight[unit * features.length + i]!,
            own('bias')![unit]!,
          ),
        );
      });
    case 'relu':
      return each((x) => stored(x.shape, (...place) => Math.max(0, x.at(...place))));
    case 'flatten':
      return each((x) => {
        const values = valuesOf(x);
        return stored([values.length, 1, 1], (i) => values[i]!);
      });
    case 'batch-norm': {
      const moments =
        mode === 'training'
          ? momentsOf(batch)
          : (channel: number) => [own('running_mean')![channel]!, own('running_var')![channel]!] as const;
      return each((x) =>
        stored(x.shape, (channel, y, column) => {
          const [mean, variance] = moments(channel);
          const normal = (x.at(channel, y, column) - mean) / Math.sqrt(variance + 1e-5);
          return normal * own('weight')![channel]! + own('bias')![channel]!;
        }),
      );
    }
    case 'max-pool':
      return each((x) => pooled(node, x, (values) => Math.max(...values)));
    case 'average-pool':
      return each((x) => pooled(node, x, (values) => values.reduce((a, b) => a + b) / values.length));
    case 'add':
      return each((x, example) =>
        stored(x.shape, (...place) =>
          sources.reduce((sum, source) => sum + source[example]!.at(...place), 0),
        ),
      );
    case 'concat':
      return each((_, example) => {
        const parts = sources.map((source) => source[example]!);
        const shape = [parts.reduce((sum, part) => sum + part.shape[0], 0), ...parts[0]!.shape.slice(1)];
        return ofValues(shape as [number, number, number], parts.flatMap(valuesOf));
      });
    case 'dropout':
      return batch;
  }
}

function convolved(
  { kernel, stride, padding, filters }: Extract<NetworkNode, { kind: 'conv' }>,
  x: Activation,
  weight: Float32Array,
  bias: Float32Array | undefined,
): Activation {
  const [channels, height, width] = x.shape;
  const along = (length: number) => Math.floor((length + 2 * padding - kernel) / stride) + 1;
  return stored([filters, along(height), along(width)], (filter, y, column) => {
    let sum = bias?.[filter] ?? 0;
    for (let channel = 0; channel < channels; channel += 1)
      for (let ky = 0; ky < kernel; ky += 1)
        for (let kx = 0; kx < kernel; kx += 1) {
          const [row, place] = [y * stride + ky - padding, column * stride + kx - padding];
          if (row < 0 || row >= height || place < 0 || place >= width) continue;
          const index = ((filter * channels + channel) * kernel + ky) * kernel + kx;
          sum += x.at(channel, row, place) * weight[index]!;
        }
    return sum;
  });
}

function pooled(
  { window, stride }: Extract<NetworkNode, { kind: 'max-pool' | 'average-pool' }>,
  x: Activation,
  summary: (values: readonly number[]) => number,
): Activation {
  const [channels, height, width] = x.shape;
  const rows = Math.floor((height - window[0]) / stride[0]) + 1;
  const columns = Math.floor((width - window[1]) / stride[1]) + 1;
  return stored([channels, rows, columns], (channel, y, column) =>
    summary(
      Array.from({ length: window[0] * window[1] }, (_, i) =>
        x.at(channel, y * stride[0] + Math.floor(i / window[1]), column * stride[1] + (i % window[1])),
      ),
    ),
  );
}

/** Mean and population variance of each channel over examples and places. */
function momentsOf(batch: readonly Activation[]): (channel: number) => readonly [number, number] {
  const moments = Array.from({ length: batch[0]!.shape[0] }, (_, channel) => {
    const values = batch.flatMap((x) => {
      const places = x.shape[1] * x.shape[2];
      return valuesOf(x).slice(channel * places, (channel + 1) * places);
    });
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return [mean, variance] as const;
  });
  return (channel) => moments[channel]!;
}

function stored(shape: Activation['shape'], value: Activation['at']): Activation {
  const [channels, height, width] = shape;
  const values = Array.from({ length: channels * height * width }, (_, i) =>
    value(Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width),
  );
  return ofValues(shape, values);
}

const ofValues = (shape: Activation['shape'], values: readonly number[]): Activation => ({
  shape,
  at: (channel, row, column) => values[(channel * shape[1] + row) * shape[2] + column]!,
});

function valuesOf({ shape: [channels, height, width], at }: Activation): number[] {
  return Array.from({ length: channels * height * width }, (_, i) =>
    at(Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width),
  );
}
