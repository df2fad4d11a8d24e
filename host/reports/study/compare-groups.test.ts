import { describe, expect, it } from 'vitest';
import { mcNemarExact, pairedT } from '../statistics/significance.ts';
import type { Correctness } from './answered-examples.ts';
import { compareGroups } from './compare-groups.ts';

const group = (...seeds: readonly (readonly number[])[]): Correctness =>
  new Map(
    seeds.map((correct, seed) => [
      seed,
      {
        examples: Uint32Array.from(correct, (_, index) => index),
        labels: new Uint16Array(correct.length),
        correct: Uint8Array.from(correct),
      },
    ]),
  );

describe('two groups', () => {
  it('of one seed are compared example by example', () => {
    const comparison = compareGroups(group([1, 1, 1, 0, 0, 1]), group([1, 0, 0, 0, 1, 0]));
    expect(comparison).toEqual({ test: 'McNemar', p: mcNemarExact(3, 1) });
  });

  it('of two seeds differ as far as the less telling seed says: both met the same images', () => {
    const first = group([1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 0]);
    const second = group([0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0, 0, 0]);
    expect(compareGroups(first, second)).toEqual({ test: 'McNemar', p: mcNemarExact(5, 0) });
  });

  it('of two seeds that disagree which is better do not differ', () => {
    const better = group([1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0]);
    const worse = group([0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1, 1]);
    expect(compareGroups(better, worse)).toEqual({ test: 'McNemar', p: 1 });
  });

  it('that differ by as many images at every seed are no matter for a t test', () => {
    const first = group([1, 1, 0], [1, 0, 1], [0, 1, 1]);
    const second = group([1, 0, 0], [1, 0, 0], [0, 0, 1]);
    expect(compareGroups(first, second)).toEqual({ test: 'McNemar', p: 1 });
  });

  it('of three seeds are compared seed by seed', () => {
    const first = group([1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 1, 1]);
    const second = group([1, 0, 0, 0], [0, 0, 0, 0], [1, 1, 0, 0]);
    expect(compareGroups(first, second)).toEqual({
      test: 'paired t',
      p: pairedT([1, 0.75, 1], [0.25, 0, 0.5]),
    });
  });

  it('that saw different examples are not compared', () => {
    const one = group([1, 0]);
    const own = one.get(0)!;
    for (const other of [{ examples: Uint32Array.of(5, 6) }, { labels: Uint16Array.of(7, 0) }])
      expect(compareGroups(one, new Map([[0, { ...own, ...other }]]))).toBeUndefined();
  });
});
