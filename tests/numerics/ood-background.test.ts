import { grad, sum, tensor2d, tidy, zerosLike, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { detectorSchema, type Detector } from '#contract/detector.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { createRandom } from '#workers/array/random.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { disposeTensors, toTensors, type ParameterSet } from '#workers/networks/parameters.ts';
import { openDetector } from './detectors.ts';
import { mainEngines, withEngine } from './with-engine.ts';

/** The same network twice, once with a fifth output that says background, louder than any class. */
const known = buildNetwork({ kind: 'mlp', widths: [16] }, [4, 4, 1], 4);
const marked: NetworkGraph = {
  ...buildNetwork({ kind: 'mlp', widths: [16] }, [4, 4, 1], 5),
  background: true,
};
const weights = initializeParameters(known, createRandom(3));
const images = createRandom(4, 'images').fillUniform(new Float32Array(20 * 16), 0, 1);

/** The arrays of the last layer, which begin with the classes, with one row more. */
function withBackground(from: ParameterSet): ParameterSet {
  return new Map(
    [...from].map(([name, array]) => {
      if (!name.startsWith('fc2.')) return [name, array];
      const row = name === 'fc2.bias' ? [20] : Array.from({ length: 16 }, (_, i) => Math.sin(i));
      const [, ...inner] = array.shape;
      return [name, { shape: [5, ...inner], values: Float32Array.from([...array.values, ...row]) }];
    }),
  );
}

/** With a background that is sometimes likely: its bias is 0 instead of 20. */
const quietened = (from: ParameterSet): ParameterSet =>
  new Map(
    [...from].map(([name, { shape, values }]) => [
      name,
      { shape, values: name === 'fc2.bias' ? values.map((value) => (value === 20 ? 0 : value)) : values },
    ]),
  );

const detectors: readonly Detector[] = [
  { kind: 'msp' },
  { kind: 'max-logit' },
  { kind: 'energy' },
  { kind: 'energy', temperature: 5 },
  { kind: 'odin', temperature: 10, magnitude: 0.02 },
  { kind: 'odin', magnitude: 0 },
].map((each) => detectorSchema.parse(each));

describe.each(mainEngines)('a background class on %s', (kind) => {
  withEngine(kind);

  async function scoresOf(detector: Detector, graph: NetworkGraph, own: ParameterSet): Promise<Float64Array> {
    const parameters = toTensors(graph, own);
    const open = openDetector(detector, { graph, parameters, classCount: 4 });
    const { scores } = await open.look(images);
    open.dispose();
    disposeTensors(parameters);
    return scores;
  }

  it.each(detectors)('leaves the scores of $kind as they are without it', async (detector) => {
    const [plain, withOne] = [
      await scoresOf(detector, known, weights),
      await scoresOf(detector, marked, withBackground(weights)),
    ];
    expect(new Set(plain).size).toBe(20);
    for (const [row, score] of withOne.entries()) expect(score).toBeCloseTo(plain[row]!, 5);
  });

  it('is asked for an example by a score that does not depend on who shares its batch', async () => {
    const detector = detectorSchema.parse('background-class');
    const parameters = toTensors(marked, quietened(withBackground(weights)));
    const open = openDetector(detector, { graph: marked, parameters, classCount: 4 });
    const scoresOfRows = async (rows: readonly number[]): Promise<Float64Array> =>
      (
        await open.look(
          Float32Array.from(rows.flatMap((row) => [...images.subarray(row * 16, (row + 1) * 16)])),
        )
      ).scores;
    const order = [...Array(20).keys()];
    const whole = await scoresOfRows(order);
    const reversed = await scoresOfRows(order.toReversed());
    const alone = await Promise.all(order.map((row) => scoresOfRows([row])));
    open.dispose();
    disposeTensors(parameters);
    const spread = Math.max(...whole) - Math.min(...whole);
    expect(spread).toBeGreaterThan(0.01);
    for (const [row, score] of whole.entries())
      for (const other of [reversed[19 - row]!, alone[row]![0]!])
        expect(Math.abs(other - score)).toBeLessThan(1e-4 * spread);
  });

  it.each(detectors)('gives an attack that adapts to $kind nothing to climb', async (detector) => {
    const rows = [
      [1, 2, -1, 0.5],
      [-3, 0, 4, 4.5],
    ];
    const plain = await climbed(detector, known, rows);
    const withOne = await climbed(
      detector,
      marked,
      rows.map((row) => [...row, 30]),
    );
    for (const [row, slopes] of withOne.slopes.entries()) {
      expect(withOne.scores[row]).toBeCloseTo(plain.scores[row]!, 5);
      expect(slopes[4]).toBe(0);
      for (const [label, slope] of plain.slopes[row]!.entries()) expect(slopes[label]).toBeCloseTo(slope, 5);
    }
  });
});

/** What the attack climbs at these logits, and its slopes by logit. */
async function climbed(detector: Detector, graph: NetworkGraph, rows: number[][]) {
  const open = openDetector(detector, { graph, parameters: {}, classCount: 4 });
  const found = tidy(() => {
    const score = (logits: Tensor) =>
      open.companion!.score({
        logits: logits as Tensor2D,
        watched: zerosLike<Tensor2D>(logits as Tensor2D),
        activations: new Map(),
      });
    const points = tensor2d(rows);
    return { scores: score(points), slopes: grad((logits) => sum(score(logits)))(points) as Tensor2D };
  });
  open.dispose();
  const read = { scores: [...(await found.scores.data())], slopes: await found.slopes.array() };
  for (const held of Object.values(found)) held.dispose();
  return read;
}
