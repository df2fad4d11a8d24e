import { describe, expect, it } from 'vitest';
import { createRandom } from '#workers/array/random.ts';
import { weighLayers, type LayerWeights } from './weigh-layers.ts';

const random = createRandom(8, 'layers');
const row = (shift: number): Float64Array =>
  Float64Array.of(1000 * (random.nextNormal() + shift), 5 + 0.01 * random.nextNormal());
const clean = Array.from({ length: 200 }, () => row(1));
const odd = Array.from({ length: 200 }, () => row(0));
const { weights, bias } = weighLayers(clean, odd);
const scoreOf = (each: Float64Array): number => each[0]! * weights[0]! + each[1]! * weights[1]! + bias;

describe('weighLayers', () => {
  it('weighs the layer that tells clean from odd, not the one that does not', () => {
    expect(1000 * weights[0]!).toBeGreaterThan(5 * Math.abs(0.01 * weights[1]!));
    const right = [...clean.map((each) => scoreOf(each) > 0), ...odd.map((each) => scoreOf(each) < 0)];
    expect(right.filter(Boolean).length / 400).toBeGreaterThan(0.62);
  });

  it('comes near the odds that made the scores: a shift of one deviation, half of each kind', () => {
    expect(1000 * weights[0]!).toBeGreaterThan(0.7);
    expect(1000 * weights[0]!).toBeLessThan(1.3);
  });

  it('ends where one layer tells all apart', () => {
    const found = weighLayers(
      [Float64Array.of(2), Float64Array.of(3)],
      [Float64Array.of(-2), Float64Array.of(-3)],
    );
    expect(Number.isFinite(found.weights[0]!)).toBe(true);
    expect(found.weights[0]).toBeGreaterThan(0);
  });

  it('keeps larger distances less in-distribution where attacked images lie nearer than clean ones', () => {
    const near = distances([-8, -4], 3);
    const found = weighLayers(distances([-10, -5], 4), near);
    expect(found.weights.every((weight) => weight > 0)).toBe(true);
    expect(totalOf(found, [-1000, -1000])).toBeLessThan(totalOf(found, [-10, -5]));
    expect(totalOf(found, [-1000, -5])).toBeLessThan(totalOf(found, [-10, -5]));
    expect(totalOf(found, [-10, -1000])).toBeLessThan(totalOf(found, [-10, -5]));
  });

  it('weighs alike, in units of their deviations, layers that all tell the wrong way round', () => {
    const [kept, attacked] = [distances([-10, -5], 6), distances([-8, -4], 5)];
    const plain = weighLayers(kept, attacked);
    const [first, second] = [0, 1].map((layer) => deviationOf([...kept, ...attacked], layer));
    expect(plain.weights[0]! * first!).toBeCloseTo(1, 9);
    expect(plain.weights[1]! * second!).toBeCloseTo(1, 9);
  });

  it('forgets the layer that tells the wrong way round, as though it had not been there', () => {
    const [kept, attacked] = [distances([-5, -10], 8), distances([-6, -8], 7)];
    const found = weighLayers(kept, attacked);
    const first = (each: Float64Array): Float64Array => each.slice(0, 1);
    const alone = weighLayers(kept.map(first), attacked.map(first));
    expect(found.weights[1]).toBe(0);
    expect(found.weights[0]).toBeCloseTo(alone.weights[0]!, 8);
    expect(found.bias).toBeCloseTo(alone.bias, 7);
  });

  it('finds no better weights beside its own that are not negative', () => {
    for (let trial = 0; trial < 20; trial += 1) {
      const [kept, attacked] = [entangled(1, trial), entangled(0, trial)];
      const found = weighLayers(kept, attacked);
      expect(Math.min(...found.weights)).toBeGreaterThanOrEqual(0);
      const best = lossOf(found.weights, found.bias, [kept, attacked]);
      for (const layer of [0, 1, 2, 3])
        for (const shift of [-1e-3, 1e-3]) {
          const beside = found.weights.slice();
          if (layer < 3) beside[layer] = Math.max(0, beside[layer]! + shift);
          const bias = found.bias + (layer === 3 ? shift : 0);
          expect(lossOf(beside, bias, [kept, attacked])).toBeGreaterThanOrEqual(best - 1e-9);
        }
    }
  });
});

function totalOf({ weights: by, bias: start }: LayerWeights, scores: readonly number[]): number {
  return scores.reduce((sum, score, layer) => sum + by[layer]! * score, start);
}

/** Scores of two layers around their means, with a deviation of three and of two. */
function distances([first, second]: readonly [number, number], seed: number): Float64Array[] {
  const chance = createRandom(seed, 'distances');
  return Array.from({ length: 200 }, () =>
    Float64Array.of(first + 3 * chance.nextNormal(), second + 2 * chance.nextNormal()),
  );
}

/** Three layers with much in common, which tempts a regression to set one off against another. */
function entangled(shift: number, trial: number): Float64Array[] {
  const chance = createRandom(trial, 'entangled', shift);
  return Array.from({ length: 100 }, () => {
    const common = 2 * chance.nextNormal();
    const own = () => common + shift * ((trial % 4) / 3) + 0.5 * chance.nextNormal();
    return Float64Array.of(own() + shift, own(), own());
  });
}

function deviationOf(rows: readonly Float64Array[], layer: number): number {
  const mean = rows.reduce((sum, each) => sum + each[layer]!, 0) / rows.length;
  return Math.sqrt(rows.reduce((sum, each) => sum + (each[layer]! - mean) ** 2, 0) / rows.length);
}

/** What the fit minimises, said anew: mean log-loss, and half a hundredth of the squared standardised weights. */
function lossOf(
  by: Float64Array,
  start: number,
  [kept, attacked]: readonly [readonly Float64Array[], readonly Float64Array[]],
): number {
  const rows = [...kept, ...attacked];
  const total = rows.reduce((sum, each, i) => {
    const odds = totalOf({ weights: by, bias: start }, [...each]);
    return sum + Math.log(1 + Math.exp(i < kept.length ? -odds : odds));
  }, 0);
  const ridge = by.reduce((sum, weight, layer) => sum + (weight * deviationOf(rows, layer)) ** 2, 0);
  return total / rows.length + 0.005 * ridge;
}
