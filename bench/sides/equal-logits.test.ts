import { describe, expect, it } from 'vitest';
import { graphOf } from '../measuring/materials.ts';
import { requireEqualLogits } from './equal-logits.ts';
import type { Side } from './side.ts';

const saying = (logits: readonly number[]): Side => ({
  name: 'a side',
  ask: () => Promise.resolve({ ms: 1, logits }),
  close: () => undefined,
});
const subject = { graph: graphOf({ kind: 'cnn-small' }), weights: '', images: '' };
const against = (logits: readonly number[]) =>
  requireEqualLogits({ ours: saying([1, -10]), peers: [{ name: 'peer', side: saying(logits) }] }, subject);

describe('requireEqualLogits', () => {
  it('lets rounding pass', async () => {
    await expect(against([1.0001, -10.0001])).resolves.toBeUndefined();
  });

  it.each([[[1.01, -10]], [[1, NaN]], [[1]]])('refuses to compare a side that says %j', async (logits) => {
    await expect(against(logits)).rejects.toThrow(/peer.*do not compute the same network/);
  });
});
