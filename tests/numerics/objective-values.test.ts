import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { createRandom } from '#workers/array/random.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { disposeTensors, toTensors, type ParameterSet } from '#workers/networks/parameters.ts';
import { boundMargins, type BoundMethod } from '#workers/verification/bound-margins.ts';
import { blobs } from './blobs.ts';
import { everyKindNetwork } from './every-kind.ts';
import { naiveLogits } from './naive-network.ts';
import { seenBy } from './seen-by.ts';
import { mainEngines, withEngine } from './with-engine.ts';

const batch = blobs(6, 'values');
const plain = buildNetwork({ kind: 'mnist-small' }, [8, 8, 1], 4);
const normalized = withoutDropout(everyKindNetwork([8, 8, 1], 4));
const epsilon = 0.02;

describe.each(mainEngines)('losses by a second route in float64, on %s', (kind) => {
  withEngine(kind);

  const networks = { 'a plain network': plain, 'batch-norm, pools and sums': normalized };
  describe.each(Object.entries(networks))('of %s', (_name, graph) => {
    const weights = initializeParameters(graph, createRandom(5));

    it('stability adds the divergence of noisy images, both normalised together', async () => {
      const noisy = withNoise(0.25);
      const both = Float32Array.from([...batch.images, ...noisy]);
      const logits = naiveLogits(graph, weights, { images: both, mode: 'training' });
      const losses = batch.labels
        .map((_, i) => i)
        .reduce((sum, i) => {
          const [p, q] = [logProbabilities(logits[i]!), logProbabilities(logits[i + 6]!)];
          const apart = p.reduce((total, log, j) => total + Math.exp(log) * (log - q[j]!), 0);
          return sum - p[batch.labels[i]!]! + 6 * apart;
        }, 0);
      const { loss } = await measured({ kind: 'stability' }, graph, weights);
      expect(loss).toBeCloseTo(losses / 6, 4);
    });

    it('gaussian is the cross-entropy of noisy images', async () => {
      const logits = naiveLogits(graph, weights, { images: withNoise(0.25), mode: 'training' });
      expect((await measured({ kind: 'gaussian' }, graph, weights)).loss).toBeCloseTo(
        crossEntropy(logits),
        4,
      );
    });

    it('interval mixes the images’ loss with that of bounds by the clean batch’s statistics', async () => {
      const margins = await marginsBy({ kind: 'interval', form: 'merged' }, graph, weights);
      const clean = crossEntropy(naiveLogits(graph, weights, { images: batch.images, mode: 'training' }));
      const { loss } = await measured({ kind: 'interval', epsilon, naturalShare: 0.3 }, graph, weights);
      expect(loss).toBeCloseTo(0.3 * clean + 0.7 * crossEntropy(margins), 4);
    });

    it('mixed-symbolic adds a tenth of the loss of forward-linear bounds', async () => {
      const margins = await marginsBy({ kind: 'forward-linear' }, graph, weights);
      const clean = crossEntropy(naiveLogits(graph, weights, { images: batch.images, mode: 'training' }));
      const objective = { kind: 'mixed-symbolic', epsilon, probability: 1, examples: 6 };
      const { loss } = await measured(objective, graph, weights);
      expect(loss).toBeCloseTo(clean + 0.1 * crossEntropy(margins), 4);
    });
  });

  const plainWeights = initializeParameters(plain, createRandom(5));

  it('trades at weight 0 is the images’ loss, and the further its climb the greater the divergence', async () => {
    const trades = { kind: 'trades', epsilon: 0.1, steps: 5, stepSize: 0.03 };
    const [still, near, far] = [
      await measured({ ...trades, weight: 0 }, plain, plainWeights),
      await measured({ ...trades, stepSize: 0.001 }, plain, plainWeights),
      await measured(trades, plain, plainWeights),
    ];
    const clean = naiveLogits(plain, plainWeights, { images: batch.images, mode: 'training' });
    expect(still.loss).toBeCloseTo(crossEntropy(clean), 4);
    expect(near.loss).toBeGreaterThan(still.loss);
    expect(far.loss).toBeGreaterThan(near.loss + 10 * (near.loss - still.loss));
  });

  /** Worst logits of every example by a certificate, batch-norm by the clean batch's statistics found anew. */
  async function marginsBy(
    method: BoundMethod,
    graph: NetworkGraph,
    weights: ParameterSet,
  ): Promise<number[][]> {
    const parameters = toTensors(graph, await withBatchStatistics(graph, weights));
    const margins = await boundMargins({ graph, parameters, method, ...batch, epsilon });
    disposeTensors(parameters);
    return Array.from(batch.labels, (_, i) =>
      [...margins.subarray(i * 4, (i + 1) * 4)].map((margin) => -margin),
    );
  }
});

const measured = (settings: object, graph: NetworkGraph, weights: ParameterSet) =>
  seenBy(settings, { graph, weights, batch });

/** Running statistics that were 0 tell after a natural step what the batch's were: a tenth of them, unbiased. */
async function withBatchStatistics(graph: NetworkGraph, weights: ParameterSet): Promise<ParameterSet> {
  const atZero = [...weights].map(([name, { shape, values }]) => {
    return [name, { shape, values: name.includes('running') ? values.map(() => 0) : values }] as const;
  });
  const { statistics } = await measured({ kind: 'natural' }, graph, new Map(atZero));
  const counts: Readonly<Record<string, number>> = { bn1: 6 * 16, bn2: 6 };
  const found = [...statistics].map(([name, { shape, values }]) => {
    const count = counts[name.split('.')[0]!]!;
    const bias = name.endsWith('var') ? (count - 1) / count : 1;
    return [name, { shape, values: values.map((value) => 10 * bias * value) }] as const;
  });
  return new Map([...weights, ...found]);
}

function withNoise(sigma: number): Float32Array {
  const rows = Array.from(batch.exampleIds, (id) =>
    createRandom(7, 'noise', 0, id).fillNormal(new Float32Array(64), 0, sigma),
  );
  return batch.images.map((value, i) => value + rows[Math.floor(i / 64)]![i % 64]!);
}

function withoutDropout(graph: NetworkGraph): NetworkGraph {
  const nodes = graph.nodes.map((node) => (node.kind === 'dropout' ? { ...node, rate: 0 } : node));
  return { ...graph, nodes };
}

function logProbabilities(logits: readonly number[]): number[] {
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return logits.map((logit) => logit - total);
}

const crossEntropy = (logits: readonly (readonly number[])[]): number =>
  logits.reduce((sum, row, i) => sum - logProbabilities(row)[batch.labels[i]!]!, 0) / logits.length;
