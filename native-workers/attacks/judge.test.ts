import { tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { NetworkSpec } from '#contract/network.ts';
import type { Ball, Epsilon } from '#contract/quantities.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { disposeTensors, type ParameterTensors } from '#workers/networks/parameters.ts';
import { judge } from './judge.ts';

/** Two pixels straight to two logits: class 1 wherever the second pixel is the brighter. */
const spec: NetworkSpec = { kind: 'mlp', widths: [2] };
const graph = {
  ...buildNetwork(spec, [1, 2, 1], 2),
  nodes: buildNetwork(spec, [1, 2, 1], 2).nodes.slice(0, 3),
};
const ball = (norm: Ball['norm'], epsilon: number): Ball => ({ norm, epsilon: epsilon as Epsilon });

describe('judge', () => {
  let engine: Engine;
  let parameters: ParameterTensors;
  beforeAll(async () => {
    engine = await createEngine('wasm');
    parameters = { 'fc1.weight': tensor([1, 0, 0, 1], [2, 2]), 'fc1.bias': tensor([0, 0]) };
  });
  afterAll(() => {
    disposeTensors(parameters);
    expect(engine.memory().tensors).toBe(0);
    engine.dispose();
  });

  const decide = (image: number[], candidate: number[], inBall: Ball, target = -1) =>
    judge({
      graph,
      parameters,
      ball: inBall,
      attack: target === -1 ? { kind: 'fgsm' } : { kind: 'pgd', target },
      images: Float32Array.from(image),
      labels: Int32Array.of(0),
      targets: Int32Array.of(target),
      candidates: Float32Array.from(candidate),
    });

  it('breaks what is misclassified inside the ball', async () => {
    const seen = await decide([0.5, 0.4], [0.4, 0.5], ball('linf', 0.1));
    expect(seen.verdicts).toEqual(['broken']);
    expect(seen.distances[0]).toBeCloseTo(0.1, 6);
  });

  it('draws a cheating candidate back before it looks', async () => {
    const seen = await decide([0.5, 0.4], [0, 1], ball('linf', 0.04));
    expect(seen.verdicts).toEqual(['survived']);
    expect([...seen.adversarial]).toEqual([Math.fround(0.46), Math.fround(Math.fround(0.4) + 0.04)]);
  });

  it('shortens an L2 perturbation to the radius without turning it', async () => {
    const seen = await decide([0.5, 0.5], [0.2, 0.9], ball('l2', 0.05));
    expect(seen.adversarial[0]).toBeCloseTo(0.47, 6);
    expect(seen.adversarial[1]).toBeCloseTo(0.54, 6);
  });

  it('keeps witnesses in the image range', async () => {
    expect([...(await decide([1, 0], [1.1, -0.1], ball('linf', 0.2))).adversarial]).toEqual([1, 0]);
  });

  it('takes the image itself for a candidate that is no number', async () => {
    const seen = await decide([0.75, 0.25], [NaN, Infinity], ball('l2', 0.1));
    expect([[...seen.adversarial], seen.verdicts]).toEqual([[0.75, 0.25], ['survived']]);
  });

  it('breaks for a target only when the target is reached', async () => {
    expect((await decide([0.5, 0.4], [0.5, 0.45], ball('linf', 0.1), 1)).verdicts).toEqual(['survived']);
    expect((await decide([0.5, 0.4], [0.4, 0.5], ball('linf', 0.1), 1)).verdicts).toEqual(['broken']);
  });

  it('gives a tie to the first class', async () => {
    expect((await decide([0.5, 0.5], [0.5, 0.5], ball('linf', 0.1))).predictions[0]).toBe(0);
  });
});
