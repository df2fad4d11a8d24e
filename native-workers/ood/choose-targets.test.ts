import { describe, expect, it } from 'vitest';
import { chooseBlindTargets, chooseTargets } from './choose-targets.ts';

const ids = Uint32Array.from({ length: 4000 }, (_, i) => i);
const request = { seed: 5, exampleIds: ids, classCount: 10 };
const predictions = Int32Array.from(ids, (id) => id % 10);

describe('chooseTargets', () => {
  it('takes every class but the prediction equally often, class 0 included', () => {
    const targets = chooseTargets(predictions, request);
    const counts = new Map<string, number>();
    for (const [row, target] of targets.entries()) {
      const pair = `${predictions[row]} to ${target}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    expect(counts.size).toBe(90);
    for (const [pair, count] of counts) {
      const [from, to] = pair.split(' to ');
      expect(from).not.toBe(to);
      // binomial, 400 draws of 1/9: mean 44, standard deviation 6.3
      expect(Math.abs(count - 400 / 9)).toBeLessThan(4.5 * 6.3);
    }
  });

  it('leaves all classes to a prediction that is none of the task', () => {
    const targets = chooseTargets(new Int32Array(4000).fill(10), request);
    expect(new Set(targets)).toEqual(new Set(predictions));
  });

  it('aims by the example and the seed, whoever shares the batch', () => {
    const targets = chooseTargets(predictions, request);
    const tail = chooseTargets(predictions.slice(100), { ...request, exampleIds: ids.slice(100) });
    expect(tail).toEqual(targets.slice(100));
    expect(chooseTargets(predictions, { ...request, seed: 6 })).not.toEqual(targets);
  });

  it('draws blind targets from all classes, the prediction one time in as many as there are: the base rate', () => {
    const targets = chooseBlindTargets(request);
    const hits = targets.filter((target, row) => target === predictions[row]).length;
    expect(Math.abs(hits / 4000 - 0.1)).toBeLessThan(0.02);
    expect(new Set(targets)).toEqual(new Set(predictions));
  });
});
