import { describe, expect, it } from 'vitest';
import { learningRateAt } from './schedules.ts';

describe('learningRateAt', () => {
  it('keeps a constant rate after the warm-up', () => {
    const rates = [0, 1, 2, 3, 99].map((step) =>
      learningRateAt({ kind: 'constant', warmupEpochs: 0.5 }, 0.4, { step, stepsPerEpoch: 4, epochs: 25 }),
    );
    expect(rates).toEqual([0.2, 0.4, 0.4, 0.4, 0.4]);
  });

  it('multiplies by the factor every so many whole epochs', () => {
    const rates = [0, 7, 8, 15, 16].map((step) =>
      learningRateAt({ kind: 'step', everyEpochs: 2, factor: 0.5, warmupEpochs: 0 }, 1, {
        step,
        stepsPerEpoch: 4,
        epochs: 10,
      }),
    );
    expect(rates).toEqual([1, 1, 0.5, 0.5, 0.25]);
  });

  it('falls along half a cosine, never reaching 0 within the stage', () => {
    const rates = [0, 50, 99].map((step) =>
      learningRateAt({ kind: 'cosine', warmupEpochs: 0 }, 1, { step, stepsPerEpoch: 10, epochs: 10 }),
    );
    expect(rates[0]).toBe(1);
    expect(rates[1]).toBeCloseTo(0.5, 12);
    expect(rates[2]).toBeGreaterThan(0);
  });
});
