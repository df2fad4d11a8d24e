import { describe, expect, it } from 'vitest';
import { measureProportion } from '../statistics/proportion.ts';
import { retentionOf } from './evaluation.ts';

const share = (successes: number) => measureProportion(successes, 1000);

describe('retentionOf', () => {
  it('is the share of the dense network that a pruned one keeps', () => {
    expect(retentionOf(share(396), share(400))).toBeCloseTo(0.99, 12);
  });

  it('says nothing of a dense network that keeps next to nothing', () => {
    expect(retentionOf(share(55), share(1))).toBeUndefined();
    expect(retentionOf(share(55), share(0))).toBeUndefined();
    expect(retentionOf(share(39), share(30))).toBeCloseTo(1.3, 12);
  });
});
