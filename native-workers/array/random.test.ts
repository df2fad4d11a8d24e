import { describe, expect, it } from 'vitest';
import { createRandom, xoshiro128 } from './random.ts';

const draws = <Value>(count: number, draw: () => Value): Value[] => Array.from({ length: count }, draw);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('xoshiro128**', () => {
  it('gives the published outputs from state 1, 2, 3, 4', () => {
    expect(draws(10, xoshiro128(Uint32Array.of(1, 2, 3, 4)))).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });
});

describe('createRandom', () => {
  it('keeps its streams from version to version, because checkpoints derive them again', () => {
    expect(draws(3, createRandom(7, 'a', 1).nextUint32)).toEqual([923162620, 2259396176, 1888765814]);
  });

  it('gives another stream for another seed, purpose or order of purposes', () => {
    const streams = [
      createRandom(1, 'shuffle', 2),
      createRandom(2, 'shuffle', 2),
      createRandom(1, 'noise', 2),
      createRandom(1, 2, 'shuffle'),
      createRandom(1, 'shuffle', '2'),
      createRandom(1, 'shuffle2'),
    ];
    expect(new Set(streams.map((stream) => draws(2, stream.nextUint32).join())).size).toBe(streams.length);
  });

  it('derives the stream that the whole path names, however far the parent has been read', () => {
    const parent = createRandom(3, 'train');
    parent.nextUint32();
    expect(parent.derive('epoch', 4).nextUint32()).toBe(createRandom(3, 'train', 'epoch', 4).nextUint32());
  });

  it('refuses a seed that is no 32-bit integer', () => {
    expect(() => createRandom(-1)).toThrow('integer in [0, 2^32)');
    expect(() => createRandom(0.5)).toThrow(RangeError);
  });

  it('draws uniforms evenly: 16 equal bins pass a chi-square test', () => {
    const bins = new Array<number>(16).fill(0);
    const random = createRandom(11, 'bins');
    for (let i = 0; i < 160_000; i += 1) bins[Math.floor(random.nextUniform() * 16)]! += 1;
    const chiSquare = bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(37.7); // 99.9 % point with 15 degrees of freedom
  });

  it('fills with what it would draw one by one, and goes on from there', () => {
    const [filling, drawing] = [createRandom(5, 'fill'), createRandom(5, 'fill')];
    const drawn = Float32Array.from({ length: 7 }, () => -1 + 3 * drawing.nextUniform());
    expect(filling.fillUniform(new Float32Array(7), -1, 2)).toEqual(drawn);
    expect(filling.nextUint32()).toBe(drawing.nextUint32());
  });

  it('draws neighbouring streams without correlation', () => {
    const pairs = draws(20_000, () => 0).map((_, i) => [
      createRandom(1, 'example', i).nextUniform() - 0.5,
      createRandom(1, 'example', i + 1).nextUniform() - 0.5,
    ]);
    const correlation = mean(pairs.map(([a, b]) => a! * b!)) * 12;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(20_000));
  });

  it('draws normals with mean 0, variance 1 and kurtosis 3', () => {
    const values = [...createRandom(5, 'normal').fillNormal(new Float32Array(100_000), 0, 1)];
    expect(Math.abs(mean(values))).toBeLessThan(0.013);
    expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1.5);
    expect(Math.abs(mean(values.map((value) => value ** 4)) - 3)).toBeLessThan(0.15);
  });

  it('permutes without loss, and puts every element first about equally often', () => {
    const first = new Array<number>(5).fill(0);
    for (let i = 0; i < 5000; i += 1) {
      const order = createRandom(1, 'order', i).permutation(5);
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
      first[order[0]!]! += 1;
    }
    const chiSquare = first.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(18.5); // 99.9 % point with 4 degrees of freedom
  });

  it('draws bounded integers without modulo bias', () => {
    const bound = 3 * 2 ** 30; // taken modulo this, 32 random bits would hit the lower third twice as often
    const random = createRandom(2, 'bound');
    const low = draws(30_000, () => random.nextInt(bound)).filter((value) => value < 2 ** 30).length;
    expect(Math.abs(low - 10_000)).toBeLessThan(4 * Math.sqrt((30_000 * 2) / 9));
  });
});
