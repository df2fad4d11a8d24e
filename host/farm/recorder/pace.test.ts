import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { progressAt, updatePace, type Pace, type ProgressEvent } from './pace.ts';

const progress = (done: number, unit = 'examples'): ProgressEvent => ({
  kind: 'progress',
  done,
  total: 1000,
  unit,
  note: '',
});
const paceOf = (samples: readonly (readonly [at: number, done: number])[]): Pace => {
  const pace = samples.reduce<Pace | undefined>(
    (earlier, [at, done]) => updatePace(earlier, progress(done), at),
    undefined,
  );
  if (pace === undefined) throw new RangeError('At least one sample was expected.');
  return pace;
};

describe('updatePace', () => {
  it('says nothing about the rate after one sample', () => {
    expect(progressAt(paceOf([[0, 10]]))).toMatchObject({ perSecond: undefined, secondsLeft: undefined });
  });

  it('finds a steady rate exactly, however the samples fall', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 2, maxLength: 20 }), (gaps) => {
        const times = gaps.map((_, index) => gaps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0));
        const { perSecond } = progressAt(paceOf(times.map((at) => [at, at * 0.003] as const)));
        expect(perSecond).toBeCloseTo(3, 6);
      }),
    );
  });

  it('forgets a slow start by half in twenty seconds', () => {
    const slow = paceOf([
      [0, 0],
      [1_000_000, 0],
    ]);
    const { perSecond } = progressAt(updatePace(slow, progress(200), 1_020_000));
    expect(perSecond).toBeCloseTo(5, 6);
  });

  it('counts samples of one moment as one', () => {
    const { perSecond } = progressAt(
      paceOf([
        [0, 0],
        [1000, 10],
        [1000, 15],
        [2000, 20],
      ]),
    );
    expect(perSecond).toBeCloseTo(10, 6);
  });

  it('starts anew with another unit', () => {
    const pace = updatePace(
      paceOf([
        [0, 0],
        [1000, 10],
      ]),
      progress(20, 'images'),
      2000,
    );
    expect(progressAt(pace)).toMatchObject({ done: 20, unit: 'images', perSecond: undefined });
  });

  it('leaves the rest divided by the rate as time', () => {
    const { secondsLeft } = progressAt(
      paceOf([
        [0, 0],
        [10_000, 100],
      ]),
    );
    expect(secondsLeft).toBeCloseTo(90, 6);
  });
});
