import { readFileSync } from 'node:fs';
import { dispose, grad, sum, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NetworkGraph } from '#contract/network.ts';
import type { Ball } from '#contract/quantities.ts';
import { climb } from '#workers/attacks/trajectory.ts';
import { forward } from '#workers/networks/forward.ts';
import { crossEntropy } from '#workers/networks/losses.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { disposeTensors, toTensors, type ParameterTensors } from '#workers/networks/parameters.ts';
import { imageTensor, predict } from '#workers/networks/predict.ts';
import { absent, sharedPath } from '../../shared-data.ts';
import { mainEngines, withEngine } from '../with-engine.ts';
import { readNpyFile } from './npy.ts';

type Step = {
  readonly signed_mean: number;
  readonly mean_abs: number;
  readonly min: number;
  readonly max: number;
  readonly predictions: readonly number[];
};
type Expected = {
  readonly clean_predictions_used_as_labels: readonly number[];
  readonly fgm_eps_1: Readonly<Record<'linf' | 'l2', { readonly recomputed: Step }>>;
};

const folder = sharedPath('reference', 'art-fgm-mnist');
const stored = (name: string) => readNpyFile(`${folder}/${name}.npy`).values;

/** The network that the adversarial robustness toolbox tests with. */
const graph: NetworkGraph = {
  spec: { kind: 'mlp', widths: [10] },
  inputShape: [28, 28, 1],
  classCount: 10,
  nodes: [
    { kind: 'input', id: 'input' },
    { kind: 'conv', id: 'conv', input: 'input', filters: 1, kernel: 7, stride: 1, padding: 0 },
    { kind: 'relu', id: 'relu', input: 'conv' },
    { kind: 'max-pool', id: 'pool', input: 'relu', window: [4, 4], stride: [4, 4] },
    { kind: 'flatten', id: 'flatten', input: 'pool' },
    { kind: 'dense', id: 'fc', input: 'flatten', units: 10 },
  ],
};

describe.skipIf(!folder).each(mainEngines)(
  `the fast gradient method on %s against published statistics${absent('reference', 'art-fgm-mnist')}`,
  (kind) => {
    withEngine(kind);
    let parameters: ParameterTensors;
    let images: Float32Array;
    let labels: Int32Array;
    let expected: Expected;
    beforeAll(() => {
      expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as Expected;
      labels = Int32Array.from(expected.clean_predictions_used_as_labels);
      images = Float32Array.from(stored('images_u8'), (value) => value / 255);
      parameters = toTensors(graph, readParameters());
    });
    afterAll(() => {
      disposeTensors(parameters);
    });

    it('finds the stored classes and gradients', async () => {
      const { classes } = await predict({ graph, parameters, images });
      expect(classes).toEqual(labels);
      const [points, watched] = [imageTensor(graph, images), oneHotTensor(labels, 10)];
      const slope = tidy(() =>
        grad((x) => sum(crossEntropy(forward(graph, parameters, x as Tensor4D), watched)))(points),
      );
      const gradients = await slope.data();
      const worst = stored('input_gradient').map((value, i) => Math.abs(value - gradients[i]!));
      expect(Math.max(...worst)).toBeLessThan(1e-6);
      dispose([points, watched, slope]);
    });

    it.each(['linf', 'l2'] as const)('steps by %s as published', async (norm) => {
      const { signed_mean, mean_abs, min, max, predictions } = expected.fgm_eps_1[norm].recomputed;
      const [center, watched] = [imageTensor(graph, images), oneHotTensor(labels, 10)];
      const ball = { norm, epsilon: 1 } as Ball;
      const way = { ball, steps: 1, stepSize: 1, loss: 'cross-entropy', goal: 'leave' } as const;
      const last = await climb({ ...way, graph, parameters, center, start: center, watched });
      const stepped = (await last.data()) as Float32Array;
      const { classes } = await predict({ graph, parameters, images: stepped });
      const moved = Float64Array.from(stepped, (value, i) => value - images[i]!);
      const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;
      expect(Math.abs(mean(moved) - signed_mean)).toBeLessThan(1e-6);
      expect(Math.abs(mean(moved.map(Math.abs)) - mean_abs)).toBeLessThan(1e-6);
      expect(Math.abs(Math.min(...moved) - min)).toBeLessThan(1e-6);
      expect(Math.abs(Math.max(...moved) - max)).toBeLessThan(1e-6);
      expect([...classes]).toEqual(predictions);
      dispose([center, watched, last]);
    });
  },
);

/** Theirs are [row, column, in, out] and [in, out]; ours PyTorch's. One channel, so that its features keep their order. */
function readParameters() {
  const dense = stored('W_DENSE_MNIST');
  return new Map([
    ['conv.weight', { shape: [1, 1, 7, 7], values: Float32Array.from(stored('W_CONV2D_MNIST')) }],
    ['conv.bias', { shape: [1], values: Float32Array.from(stored('B_CONV2D_MNIST')) }],
    [
      'fc.weight',
      {
        shape: [10, 25],
        values: Float32Array.from(dense, (_, i) => dense[(i % 25) * 10 + Math.floor(i / 25)]!),
      },
    ],
    ['fc.bias', { shape: [10], values: Float32Array.from(stored('B_DENSE_MNIST')) }],
  ]);
}
