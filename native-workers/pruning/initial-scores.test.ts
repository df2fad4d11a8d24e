import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { createRandom } from '#workers/array/random.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { initialScores } from './initial-scores.ts';

const graph = buildNetwork({ kind: 'mnist-small' }, [8, 8, 2], 3);
const parameters = initializeParameters(graph, createRandom(1));

describe('initialScores', () => {
  it('scales the weights of each layer so that the largest has magnitude sqrt(6 / fan-in)', () => {
    const scores = initialScores(graph, parameters);
    const fans = [2 * 4 * 4, 16 * 4 * 4, 32 * 2 * 2, 100];
    expect([...scores.keys()]).toEqual(['conv1.weight', 'conv2.weight', 'fc1.weight', 'fc2.weight']);
    for (const [at, [name, { shape, values }]] of [...scores].entries()) {
      const weights = parameters.get(name)!;
      expect(shape).toEqual(weights.shape);
      const largest = Math.max(...weights.values.map(Math.abs));
      const factor = Math.sqrt(6 / fans[at]!) / largest;
      for (const [index, score] of values.entries())
        expect(score).toBeCloseTo(factor * weights.values[index]!, 6);
    }
  });

  it('gives a layer of zeros scores of zero', () => {
    const zeros = new Map(parameters).set('fc2.weight', { shape: [3, 100], values: new Float32Array(300) });
    expect(initialScores(graph, zeros).get('fc2.weight')!.values).toEqual(new Float32Array(300));
  });
});
