import { describe, expect, it } from 'vitest';
import { createRandom } from '#workers/array/random.ts';
import { weighLayers } from './weigh-layers.ts';

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
});
