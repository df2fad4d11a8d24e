import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { createRandom } from '#workers/array/random.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import type { ParameterSet } from '#workers/networks/parameters.ts';
import type { Batch } from '#workers/objectives/batch.ts';
import { blobs } from './blobs.ts';
import { everyKindNetwork } from './every-kind.ts';
import { naiveLogits } from './naive-network.ts';
import { relativeSlope, seenBy as seenIn } from './seen-by.ts';
import { artifactOf, tinyNetwork } from './stages/stage-lab.ts';
import { withStageLab } from './stages/with-stage-lab.ts';
import { mainEngines, withEngine } from './with-engine.ts';

const count = 5;
const batch: Batch = {
  ...blobs(count, 'beside outliers'),
  outliers: createRandom(3).fillUniform(new Float32Array(count * 64), 0, 1),
};
const plain = withBackground(buildNetwork({ kind: 'mlp', widths: [7] }, [8, 8, 1], 5));
const normalized = withBackground(withoutDropout(everyKindNetwork([8, 8, 1], 5)));

/** Defaults but for energies, whose hinges shall be amid their slopes. */
const energies = { kind: 'energy-tuned', energyInside: -3, energyOutside: 1 };
const objectives = {
  'outlier exposure': { kind: 'outlier-exposure' },
  energies,
  'a background class': { kind: 'background-class' },
} as const;

const lossOf: Readonly<Record<keyof typeof objectives, (seen: Seen) => number>> = {
  'outlier exposure': ({ inside, outside, labels }) =>
    crossEntropy(inside, labels) + 0.5 * mean(outside.map((row) => -mean(logProbabilities(row)))),
  energies: ({ inside, outside, labels }) => {
    const above = mean(inside.map((row) => Math.max(0, -logSumExp(row) + 3) ** 2));
    const below = mean(outside.map((row) => Math.max(0, 1 + logSumExp(row)) ** 2));
    return crossEntropy(inside, labels) + 0.1 * (above + below);
  },
  'a background class': ({ inside, outside, labels }) =>
    crossEntropy(inside, labels) + 0.1 * crossEntropy(outside, new Int32Array(count).fill(4)),
};
type Rows = readonly (readonly number[])[];
type Seen = { readonly inside: Rows; readonly outside: Rows; readonly labels: Int32Array };

describe.each(mainEngines)('training beside outliers on %s', (kind) => {
  withEngine(kind);

  const networks = { 'a plain network': plain, 'batch-norm, pools and sums': normalized };
  describe.each(Object.entries(networks))('of %s', (_name, graph) => {
    const weights = initializeParameters(graph, createRandom(5));

    it.each(Object.entries(objectives))(
      '%s is the loss that the definition gives of one pass over images and outliers',
      async (name, settings) => {
        const images = Float32Array.from([...batch.images, ...batch.outliers!]);
        const logits = naiveLogits(graph, weights, { images, mode: 'training' }).map((row) => [...row]);
        const halves = { inside: logits.slice(0, count), outside: logits.slice(count) };
        const expected = lossOf[name as keyof typeof objectives]({ ...halves, labels: batch.labels });
        const { loss, correct } = await seenBy(settings, graph, weights);
        expect(loss).toBeCloseTo(expected, 4);
        const hits = halves.inside.filter((row, i) => row.indexOf(Math.max(...row)) === batch.labels[i]);
        expect(correct).toBe(hits.length);
      },
    );

    it.each(Object.entries(objectives))(
      '%s rises along its gradient by as much as it says',
      async (_, settings) => {
        expect(
          Math.abs(
            (await relativeSlope({ outliers: 'uniform-noise', ...settings }, { graph, weights, batch })) - 1,
          ),
        ).toBeLessThan(0.02);
      },
    );
  });

  const weights = initializeParameters(plain, createRandom(5));

  it.each([
    ['all classes alike', { kind: 'outlier-exposure' }, false],
    ['the background class', { kind: 'background-class', weight: 0.5 }, true],
  ] as const)(
    'attacks images and outliers away from %s, and in balls of radius 0 leaves them where they are',
    async (_name, unattacked, background) => {
      const attacked = { kind: 'outlier-adversarial', background, steps: 4, stepSize: 0.03 };
      const [clean, still, pushed] = [
        await seenBy(unattacked, plain, weights),
        await seenBy({ ...attacked, epsilon: 0 }, plain, weights),
        await seenBy({ ...attacked, epsilon: 0.1 }, plain, weights),
      ];
      expect(still).toEqual(clean);
      expect(pushed.loss).toBeGreaterThan(clean.loss + 0.05);
      const [imagesAlone, both] = [
        await seenBy({ ...attacked, epsilon: 0.1, weight: 0 }, plain, weights),
        await seenBy({ ...attacked, epsilon: 0.1, weight: 1 }, plain, weights),
      ];
      const [cleanAlone, cleanBoth] = [
        await seenBy({ ...unattacked, weight: 0 }, plain, weights),
        await seenBy({ ...unattacked, weight: 1 }, plain, weights),
      ];
      expect(both.loss - imagesAlone.loss).toBeGreaterThan(cleanBoth.loss - cleanAlone.loss);
    },
  );

  it('attacks from other points in another epoch, and from the same ones again', async () => {
    const attacked = { kind: 'outlier-adversarial', epsilon: 0.1, steps: 2, stepSize: 0.01 };
    const first = await seenBy(attacked, plain, weights);
    expect(await seenBy(attacked, plain, weights)).toEqual(first);
    expect((await seenBy(attacked, plain, weights, { epoch: 1 })).loss).not.toBe(first.loss);
  });

  it('refuses a background class that the network does not have, and batches without outliers', async () => {
    const unmarked = buildNetwork({ kind: 'mlp', widths: [7] }, [8, 8, 1], 5);
    const background = { kind: 'background-class' };
    await expect(seenBy(background, unmarked, weights)).rejects.toThrow(/wants a background class/);
    const bare = blobs(count, 'beside outliers');
    await expect(seenBy({ kind: 'outlier-exposure' }, plain, weights, { batch: bare })).rejects.toThrow(
      /one beside every image/,
    );
  });
});

describe('stages that train beside outliers', () => {
  const lab = withStageLab('onnx', async ({ run }) => {
    const glyphs = { kind: 'glyphs', train: 60, validation: 0, test: 10 } as const;
    await run('data', { kind: 'import', dataset: { ...glyphs, seed: 4 } });
    await run('others', { kind: 'import', dataset: { ...glyphs, seed: 5 } });
  });

  const background = withBackground(buildNetwork({ kind: 'mlp', widths: [12] }, [32, 32, 3], 11));
  const cases = [
    [
      'of a dataset',
      tinyNetwork,
      { kind: 'outlier-exposure', outliers: { kind: 'dataset', name: 'others' } },
    ],
    [
      'that are made, as a class, under attack',
      background,
      { kind: 'outlier-adversarial', outliers: 'gaussian-noise', background: true, steps: 2 },
    ],
    ['with scrambled phases', tinyNetwork, { kind: 'energy-tuned', outliers: 'phase-scrambled' }],
  ] as const;

  it.each(cases)('end with the same bits after stops, with outliers %s', async (name, network, objective) => {
    const recipe = {
      kind: 'pretrain',
      network,
      training: { objective, epochs: 2, batch: 25, optimizer: 'adam' },
      from: { data: 'data', outliers: 'others' },
      seed: 7,
    } as const;
    const whole = await lab.run(`${name} whole`, recipe);
    const stopped = await lab.run(`${name} stopped`, recipe, {
      interruptions: [1, 2, 1].map((after) => ({ kind: 'stop', after }) as const),
    });
    expect(stopped.attemptCount).toBe(4);
    expect(artifactOf(stopped).sha256).toBe(artifactOf(whole).sha256);
    expect(stopped.series).toEqual(whole.series);
    expect(readFileSync(lab.file(`${name} whole`, 'model.safetensors')).length).toBeGreaterThan(1000);
  });
});

/** With outliers of some source where the settings name none: which one, these batches tell. */
const seenBy = (
  settings: object,
  graph: NetworkGraph,
  weights: ParameterSet,
  others: { readonly epoch?: number; readonly batch?: Batch } = {},
) => seenIn({ outliers: 'uniform-noise', ...settings }, { graph, weights, batch, ...others });

function withBackground(graph: NetworkGraph): NetworkGraph {
  return { ...graph, background: true };
}

/** What dropout loses is drawn: a second route would have to draw the same. */
function withoutDropout(graph: NetworkGraph): NetworkGraph {
  const nodes = graph.nodes
    .filter(({ kind }) => kind !== 'dropout')
    .map((node) => ('input' in node && node.input === 'dropout' ? { ...node, input: 'flatten' } : node));
  return { ...graph, nodes };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function logSumExp(row: readonly number[]): number {
  const greatest = Math.max(...row);
  return greatest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - greatest), 0));
}

const logProbabilities = (row: readonly number[]): readonly number[] =>
  row.map((value) => value - logSumExp(row));

const crossEntropy = (rows: Rows, labels: Int32Array): number =>
  mean(rows.map((row, i) => -logProbabilities(row)[labels[i]!]!));
