import { readFileSync } from 'node:fs';
import { tidy } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NetworkGraph } from '#contract/network.ts';
import { disposeTensors, toTensors, type ParameterTensors } from '#workers/networks/parameters.ts';
import { imageTensor, predict } from '#workers/networks/predict.ts';
import { boundMargins, type BoundMethod } from '#workers/verification/bound-margins.ts';
import { inputBox } from '#workers/verification/interval.ts';
import { boxAround } from '#workers/verification/zonotope.ts';
import { disposeZonotope, pushForward } from '#workers/verification/zonotope-margins.ts';
import { absent, sharedPath } from '../../shared-data.ts';
import { mainEngines, withEngine } from '../with-engine.ts';
import { readNpyFile } from './npy.ts';

const graph: NetworkGraph = {
  spec: { kind: 'mlp', widths: [1] },
  inputShape: [28, 28, 1],
  classCount: 10,
  nodes: [
    { kind: 'input', id: 'input' },
    { kind: 'conv', id: 'conv1', input: 'input', filters: 16, kernel: 4, stride: 3, padding: 0 },
    { kind: 'relu', id: 'relu1', input: 'conv1' },
    { kind: 'flatten', id: 'flatten', input: 'relu1' },
    { kind: 'dense', id: 'fc1', input: 'flatten', units: 10 },
  ],
};
const epsilons = [0.02, 0.05, 0.1] as const;
const methods: Readonly<Record<string, BoundMethod>> = {
  deepz: { kind: 'forward-linear' },
  ibp: { kind: 'interval', form: 'merged' },
  ibp_plain: { kind: 'interval', form: 'plain' },
  crown: { kind: 'crown', intermediate: 'full', lowerSlope: 'adaptive' },
};

const pathOf = (name: string): string => sharedPath('reference', 'deepz-mini-net', name)!;
const floats = (name: string) => readNpyFile(pathOf(name)) as { shape: number[]; values: Float32Array };

describe.skipIf(!sharedPath('reference', 'deepz-mini-net')).each(mainEngines)(
  `the DeepZ mini-net on %s against published and recomputed bounds${absent('reference', 'deepz-mini-net')}`,
  (kind) => {
    withEngine(kind);
    let parameters: ParameterTensors;
    let images: Float32Array;
    let labels: Int32Array;
    beforeAll(() => {
      parameters = toTensors(
        graph,
        new Map([
          ['conv1.weight', floats('W_CONV2D_NO_MPOOL_MNIST.npy')],
          ['conv1.bias', floats('B_CONV2D_NO_MPOOL_MNIST.npy')],
          ['fc1.weight', floats('W_DENSE_NO_MPOOL_MNIST.npy')],
          ['fc1.bias', floats('B_DENSE_NO_MPOOL_MNIST.npy')],
        ]),
      );
      images = Float32Array.from(readNpyFile(pathOf('images_u8.npy')).values, (byte) => byte / 255);
      labels = Int32Array.from(readNpyFile(pathOf('labels_u8.npy')).values);
    });
    afterAll(() => {
      disposeTensors(parameters);
    });

    it('has the stored logits and misclassifies image 8 alone', async () => {
      const { logits, classes } = await predict({ graph, parameters, images });
      expect(greatestGap(logits, readNpyFile(pathOf('logits.npy')).values)).toBeLessThan(1e-4);
      expect([...classes.keys()].filter((i) => classes[i] !== labels[i])).toEqual([8]);
    });

    it.each(Object.entries(methods))('gives the stored margins and counts of %s', async (name, method) => {
      const stored = readNpyFile(pathOf(`margins_${name}.npy`)).values;
      const expected = JSON.parse(readFileSync(pathOf('expected.json'), 'utf8')) as {
        certified: Record<string, number[]>;
      };
      const counts: number[] = [];
      for (const [index, epsilon] of epsilons.entries()) {
        const margins = await boundMargins({ graph, parameters, images, labels, epsilon, method });
        expect(greatestGap(margins, stored.subarray(index * 1000, (index + 1) * 1000))).toBeLessThan(1e-4);
        counts.push(countCertified(margins, labels));
      }
      expect(counts).toEqual(expected.certified[name]);
    });

    it('bounds the logits of correctly classified images as published', async () => {
      const read = (side: string) =>
        JSON.parse(readFileSync(pathOf(`mnist_${side}_results_0.05.json`), 'utf8')) as number[][];
      const [lower, upper] = [read('lb'), read('ub')];
      const correct = [...labels.keys()].filter((i) => i !== 8);
      for (const [row, image] of correct.entries()) {
        const box = tidy(() =>
          inputBox(imageTensor(graph, images.slice(image * 784, (image + 1) * 784)), 0.05),
        );
        const logits = await pushForward({ graph, parameters }, box);
        const bounds = boxAround(logits);
        expect(greatestGap(await bounds.lower.data(), lower[row]!)).toBeLessThan(1e-4);
        expect(greatestGap(await bounds.upper.data(), upper[row]!)).toBeLessThan(1e-4);
        for (const tensor of [box.lower, box.upper, bounds.lower, bounds.upper]) tensor.dispose();
        disposeZonotope(logits);
      }
    });
  },
);

function countCertified(margins: Float32Array, labels: Int32Array): number {
  return [...labels].filter((label, i) =>
    margins.subarray(i * 10, (i + 1) * 10).every((margin, other) => other === label || margin > 0),
  ).length;
}

const greatestGap = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((greatest, value, i) => Math.max(greatest, Math.abs(value - b[i]!)), 0);
};
